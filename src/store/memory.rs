use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Change, Existing, Replacement, Store, StoreError};
use crate::audit::Event;
#[cfg(feature = "service")]
use crate::client::Client;
use crate::domain::{AppName, Enrolment, SmsQuota};
use crate::policy::PolicyMemory;

/// A store in memory, for tests and for services that keep their enrolments elsewhere.
#[derive(Debug, Default)]
pub struct Memory {
    apps: Mutex<BTreeMap<AppName, Enrolment>>,
    events: Mutex<Vec<Event>>,
    policy: Mutex<BTreeMap<AppName, PolicyMemory>>,
    quota: Mutex<SmsQuota>,
    #[cfg(feature = "service")]
    clients: Mutex<Vec<Client>>,
}

impl Memory {
    /// Returns the logged events.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        lock(&self.events).clone()
    }

    fn apps(&self) -> MutexGuard<'_, BTreeMap<AppName, Enrolment>> {
        lock(&self.apps)
    }
}

/// Locks a mutex, poisoned or not: every change under it is a single step, so a panic leaves
/// nothing half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for Memory {
    fn apps(&self) -> Result<Vec<AppName>, StoreError> {
        Ok(self.apps().keys().cloned().collect())
    }

    fn get(&self, app: &AppName) -> Result<Enrolment, StoreError> {
        self.apps().get(app).cloned().ok_or_else(|| no_such(app))
    }

    fn enrol(&self, app: &AppName, new: &Enrolment, existing: Existing) -> Result<(), StoreError> {
        let mut apps = self.apps();
        let account = match apps.get(app) {
            Some(_) if existing == Existing::Keep => {
                return Err(StoreError::Exists(app.as_str().into()));
            }
            Some(old) => new.succeeding(old),
            None => new.account.clone(),
        };
        apps.insert(app.clone(), Enrolment { account, ..new.clone() });
        Ok(())
    }

    fn remove(&self, app: &AppName) -> Result<(), StoreError> {
        self.apps().remove(app).ok_or_else(|| no_such(app))?;
        self.change_policy_memory(app, &mut PolicyMemory::removed)
    }

    fn rename(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        let mut apps = self.apps();
        if apps.contains_key(new) && apps.contains_key(old) {
            return Err(StoreError::Exists(new.as_str().into()));
        }
        let enrolment = apps.remove(old).ok_or_else(|| no_such(old))?;
        apps.insert(new.clone(), enrolment);
        let mut memory = PolicyMemory::default();
        self.change_policy_memory(old, &mut |there| {
            memory = there.clone();
            memory.removed()
        })?;
        self.change_policy_memory(new, &mut |there| memory.clone().renamed_over(there))
    }

    fn change(
        &self,
        app: &AppName,
        change: &mut dyn FnMut(&Enrolment) -> Change,
    ) -> Result<(), StoreError> {
        let mut apps = self.apps();
        let enrolment = apps.get_mut(app).ok_or_else(|| no_such(app))?;
        let Change { account, event } = change(enrolment);
        enrolment.account = account;
        lock(&self.events).extend(event);
        Ok(())
    }

    fn replace(
        &self,
        app: &AppName,
        replace: &mut dyn FnMut(&Enrolment) -> Option<Replacement>,
    ) -> Result<(), StoreError> {
        let mut apps = self.apps();
        let old = apps.get_mut(app).ok_or_else(|| no_such(app))?;
        if let Some(Replacement { enrolment, event }) = replace(old) {
            *old = Enrolment { account: enrolment.succeeding(old), ..enrolment };
            lock(&self.events).push(event);
        }
        Ok(())
    }

    fn policy_names(&self) -> Result<Vec<AppName>, StoreError> {
        Ok(lock(&self.policy).keys().cloned().collect())
    }

    fn policy_memory(&self, name: &AppName) -> Result<Option<PolicyMemory>, StoreError> {
        Ok(lock(&self.policy).get(name).cloned())
    }

    fn change_policy_memory(
        &self,
        name: &AppName,
        change: &mut dyn FnMut(&PolicyMemory) -> PolicyMemory,
    ) -> Result<(), StoreError> {
        let mut policy = lock(&self.policy);
        let before = policy.get(name).cloned().unwrap_or_default();
        let after = change(&before);
        if after != before {
            policy.insert(name.clone(), after);
        }
        Ok(())
    }

    #[cfg(feature = "service")]
    fn clients(&self) -> Result<Vec<Client>, StoreError> {
        Ok(lock(&self.clients).clone())
    }

    #[cfg(feature = "service")]
    fn change_clients(
        &self,
        change: &mut dyn FnMut(&[Client]) -> Vec<Client>,
    ) -> Result<(), StoreError> {
        let mut clients = lock(&self.clients);
        *clients = change(&clients);
        Ok(())
    }

    fn change_sms_quota(
        &self,
        change: &mut dyn FnMut(&SmsQuota) -> SmsQuota,
    ) -> Result<(), StoreError> {
        let mut quota = lock(&self.quota);
        *quota = change(&quota);
        Ok(())
    }

    fn expect_room_for_event(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn log(&self, event: &Event) -> Result<(), StoreError> {
        lock(&self.events).push(event.clone());
        Ok(())
    }
}

fn no_such(app: &AppName) -> StoreError {
    StoreError::NoSuchApp(app.as_str().into())
}
