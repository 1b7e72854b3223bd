//! What every store does, done by statements.

use std::collections::BTreeSet;

use super::Postgres;
use super::app::APP;
use super::failure::{Failure, Purpose};
#[cfg(feature = "service")]
use super::kept::CLIENTS;
use super::kept::{QUOTA, memory};
use crate::audit::Event;
#[cfg(feature = "service")]
use crate::client::Client;
use crate::domain::{AppName, Enrolment, SmsQuota};
use crate::policy::PolicyMemory;
use crate::store::{Accounts, Change, Existing, Replacement, Store, StoreError};

impl Store for Postgres {
    fn apps(&self) -> Result<Vec<AppName>, StoreError> {
        self.names(APP)
    }

    fn get(&self, app: &AppName) -> Result<Enrolment, StoreError> {
        self.exchange_about(Some((APP, app.as_str())), Purpose::Reading, async |_, row| {
            Ok(self.app_of(app, row.as_ref())?.enrolment)
        })
    }

    fn accounts(&self) -> Result<Accounts<'_>, StoreError> {
        Ok(Box::new(self.pages()))
    }

    fn enrol(&self, app: &AppName, new: &Enrolment, existing: Existing) -> Result<(), StoreError> {
        self.exchange(Purpose::Writing, async |session| {
            self.enrol_app(session, app, new, existing).await
        })
    }

    fn enrol_all(
        &self,
        new: &[(AppName, Enrolment)],
        step: &mut dyn FnMut(),
    ) -> Result<Vec<Result<(), StoreError>>, StoreError> {
        let rows: Vec<_> = new.iter().map(|(app, new)| (app, new)).collect();
        let added =
            self.exchange(Purpose::Writing, async |session| self.added(session, &rows).await)?;
        let mut added: BTreeSet<_> = added.iter().map(String::as_str).collect();
        let told = |(app, _): &(AppName, Enrolment)| {
            step();
            let is_new = added.remove(app.as_str());
            is_new.then_some(()).ok_or_else(|| StoreError::Exists(app.as_str().into()))
        };
        Ok(new.iter().map(told).collect())
    }

    fn remove(&self, app: &AppName) -> Result<(), StoreError> {
        self.exchange(Purpose::Writing, async |session| self.remove_app(session, app).await)
    }

    fn rename(&self, old: &AppName, new: &AppName) -> Result<(), StoreError> {
        self.exchange(Purpose::Writing, async |session| self.rename_app(session, old, new).await)
    }

    fn change(
        &self,
        app: &AppName,
        change: &mut dyn FnMut(&Enrolment) -> Change,
    ) -> Result<(), StoreError> {
        let mut decide = |enrolment: &Enrolment| {
            let Change { account, event } = change(enrolment);
            let secret = || enrolment.secret.clone();
            let new =
                (account != enrolment.account).then(|| Enrolment { secret: secret(), account });
            (new, event)
        };
        let about = Some((APP, app.as_str()));
        self.exchange_about(about, Purpose::Writing, async |session, row| {
            let read = self.app_of(app, row.as_ref())?;
            self.change_app(session, app, Some(read), &mut decide).await
        })
    }

    fn replace(
        &self,
        app: &AppName,
        replace: &mut dyn FnMut(&Enrolment) -> Option<Replacement>,
    ) -> Result<(), StoreError> {
        let mut decide = |old: &Enrolment| {
            let Some(Replacement { enrolment, event }) = replace(old) else { return (None, None) };
            let account = enrolment.succeeding(old);
            (Some(Enrolment { account, ..enrolment }), Some(event))
        };
        self.exchange(Purpose::Writing, async |session| {
            self.change_app(session, app, None, &mut decide).await
        })
    }

    fn policy_names(&self) -> Result<Vec<AppName>, StoreError> {
        self.names("policy")
    }

    fn policy_memory(&self, name: &AppName) -> Result<Option<PolicyMemory>, StoreError> {
        memory(name).value(self)
    }

    fn change_policy_memory(
        &self,
        name: &AppName,
        change: &mut dyn FnMut(&PolicyMemory) -> PolicyMemory,
    ) -> Result<(), StoreError> {
        memory(name).change(self, change)
    }

    #[cfg(feature = "service")]
    fn clients(&self) -> Result<Vec<Client>, StoreError> {
        Ok(CLIENTS.value(self)?.unwrap_or_default())
    }

    #[cfg(feature = "service")]
    fn change_clients(
        &self,
        change: &mut dyn FnMut(&[Client]) -> Vec<Client>,
    ) -> Result<(), StoreError> {
        CLIENTS.change(self, &mut |clients| change(clients))
    }

    fn change_sms_quota(
        &self,
        change: &mut dyn FnMut(&SmsQuota) -> SmsQuota,
    ) -> Result<(), StoreError> {
        QUOTA.change(self, change)
    }

    fn expect_room_for_event(&self) -> Result<(), StoreError> {
        // A change and its event are one statement.
        Ok(())
    }

    fn expect_ready(&self) -> Result<(), StoreError> {
        self.exchange(Purpose::Writing, async |_| Ok(()))?;
        self.first_account()
    }

    /// A server that has just not answered is not waited for again, only to log that.
    fn log(&self, event: &Event) -> Result<(), StoreError> {
        if self.has_just_given_up() {
            return Err(Failure::Late.told(Purpose::Writing, &self.url));
        }
        self.log_all(std::slice::from_ref(event))
    }

    fn log_all(&self, events: &[Event]) -> Result<(), StoreError> {
        self.exchange(Purpose::Writing, async |session| self.append(session, events).await)
    }
}
