//! What every store does, done by files.

use super::audit;
use super::enrol::Replaced;
use super::held::HeldStore;
use super::stored::Plain;
use super::{Folder, TRIES, leftovers, listing, store_dirs};
use crate::audit::Event;
#[cfg(feature = "service")]
use crate::client::Client;
use crate::domain::{Account, AppName, Enrolment, SmsQuota};
use crate::policy::PolicyMemory;
use crate::store::record::State;
use crate::store::{Change, Existing, Replacement, Store, StoreError};

impl Store for Folder {
    fn apps(&self) -> Result<Vec<AppName>, StoreError> {
        let Some(store) = self.dirs()? else { return Ok(Vec::new()) };
        let listing = listing::read(&store.secrets)?;
        if listing.unfinished.is_empty() {
            return Ok(listing.apps);
        }
        // Beginning a change sweeps leftovers away. If that fails, or if an enrolment is under way,
        // the list is right all the same.
        match HeldStore::attempt(store).and_then(|held| held.map(leftovers::begin).transpose()) {
            Ok(Some(swept)) => Ok(listing::read(&swept.store.secrets)?.apps),
            Ok(None) | Err(_) => Ok(listing.apps),
        }
    }

    fn get(&self, app: &AppName) -> Result<Enrolment, StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        store.unlocked(app, |file| {
            Ok(store.stored(app, file, &file.read()?, Plain::AsAllowed)?.enrolment)
        })
    }

    fn account(&self, app: &AppName) -> Result<Account, StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        store.unlocked(app, |file| store.account(app, file, &file.read()?))
    }

    fn enrol(&self, app: &AppName, new: &Enrolment, existing: Existing) -> Result<(), StoreError> {
        self.enrol_with_image(app, new, None, existing)
    }

    fn enrol_all(
        &self,
        new: &[(AppName, Enrolment)],
        step: &mut dyn FnMut(),
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        leftovers::begin(self.made()?)?.enrol_all(new, step)
    }

    fn remove(&self, app: &AppName) -> Result<(), StoreError> {
        self.existing(app)?.remove(app)
    }

    fn rename(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        self.existing(old)?.rename(old, new)
    }

    fn change(
        &self,
        app: &AppName,
        change: &mut dyn FnMut(&Enrolment) -> Change,
    ) -> Result<(), StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        store.expect_room("state", &store_dirs::state_name(app))?;
        let held = store.hold(app)?;
        let bytes = held.read()?;
        for _ in 0..TRIES {
            let stored = store.stored(app, &held, &bytes, Plain::AsAllowed)?;
            let Change { account, event } = change(&stored.enrolment);
            let is_done = account == stored.enrolment.account || {
                let state = State { account, ..stored.state.clone() };
                store.replace_state(app, &stored, &state, &held)?.is_some()
            };
            if is_done {
                return event.map_or(Ok(()), |event| audit::append(&store.root, &event));
            }
        }
        Err(StoreError::Busy)
    }

    fn replace(
        &self,
        app: &AppName,
        replace: &mut dyn FnMut(&Enrolment) -> Option<Replacement>,
    ) -> Result<(), StoreError> {
        let store = self.dirs()?.ok_or_else(|| store_dirs::no_such(app))?;
        let held = HeldStore::wait(store)?;
        let replaced = Replaced::find(&held.store, app, Plain::AsAllowed)?;
        let replaced = replaced.ok_or_else(|| store_dirs::no_such(app))?;
        let Some(Replacement { enrolment, event }) = replace(replaced.enrolment()) else {
            return Ok(());
        };
        let locked = leftovers::begin(held)?;
        locked.enrol(app, &enrolment, None, Some(&replaced))?;
        audit::append(&locked.store.root, &event)
    }

    fn policy_names(&self) -> Result<Vec<AppName>, StoreError> {
        self.there()?.policy_names()
    }

    fn policy_memory(&self, name: &AppName) -> Result<Option<PolicyMemory>, StoreError> {
        self.there()?.policy_memory(name)
    }

    fn change_policy_memory(
        &self,
        name: &AppName,
        change: &mut dyn FnMut(&PolicyMemory) -> PolicyMemory,
    ) -> Result<(), StoreError> {
        self.there()?.change_policy_memory(name, change)
    }

    #[cfg(feature = "service")]
    fn clients(&self) -> Result<Vec<Client>, StoreError> {
        self.there()?.clients()
    }

    #[cfg(feature = "service")]
    fn change_clients(
        &self,
        change: &mut dyn FnMut(&[Client]) -> Vec<Client>,
    ) -> Result<(), StoreError> {
        self.there()?.change_clients(change)
    }

    fn change_sms_quota(
        &self,
        change: &mut dyn FnMut(&SmsQuota) -> SmsQuota,
    ) -> Result<(), StoreError> {
        self.there()?.change_sms_quota(change)
    }

    fn expect_room_for_event(&self) -> Result<(), StoreError> {
        self.dirs()?.map_or(Ok(()), |store| audit::expect_room(&store.root))
    }

    fn log(&self, event: &Event) -> Result<(), StoreError> {
        self.dirs()?.map_or(Ok(()), |store| audit::append(&store.root, event))
    }
}
