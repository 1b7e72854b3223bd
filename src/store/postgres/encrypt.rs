//! Sealing what is under an older key anew, so that nothing needs that key any more.

use super::Postgres;
use super::failure::Purpose;
#[cfg(feature = "service")]
use super::kept::CLIENTS;
use super::kept::{QUOTA, memory};
use crate::domain::AppName;
use crate::store::StoreError;

impl Postgres {
    /// Seals an app anew if it is under an older key, and reports whether it was.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be opened or recorded.
    pub fn encrypt(&self, app: &AppName) -> Result<bool, StoreError> {
        self.exchange(Purpose::Writing, async |session| {
            let key_id = self.app(session, app).await?.key_id;
            if self.is_newest(&key_id)? {
                return Ok(false);
            }
            self.change_app(session, app, None, &mut |there| (Some(there.clone()), None)).await?;
            Ok(true)
        })
    }

    /// Seals what a policy remembers of a name anew, likewise.
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt).
    pub fn encrypt_policy_memory(&self, name: &AppName) -> Result<bool, StoreError> {
        memory(name).encrypt(self)
    }

    /// Seals the callers of the service anew, likewise.
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt).
    #[cfg(feature = "service")]
    pub fn encrypt_clients(&self) -> Result<bool, StoreError> {
        CLIENTS.encrypt(self)
    }

    /// Seals the quota of messages anew, likewise.
    ///
    /// # Errors
    /// As [`encrypt`](Self::encrypt).
    pub fn encrypt_sms_quota(&self) -> Result<(), StoreError> {
        QUOTA.encrypt(self).map(drop)
    }
}
