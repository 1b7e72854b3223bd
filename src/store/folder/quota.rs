//! The quota of messages for all apps together: one file among what policies remember.

use super::Folder;
use super::authentic::Mac;
use super::dir::Dir;
use super::kept::Kept;
use super::policy::FOLDER;
use super::store_dirs::StoreDirs;
use super::stored::Plain;
use crate::domain::SmsQuota;
use crate::store::StoreError;

/// The file, whose name no app can have.
const FILE: &str = ".sms.json";

/// The name to which the MAC of a key is bound.
const RECORD: &str = "policy/.sms.json";

impl Folder {
    /// Gives the quota a MAC of the newest key, if there is a quota.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be trusted, read or recorded.
    pub fn seal_sms_quota(&self) -> Result<(), StoreError> {
        self.dirs()?.map_or(Ok(()), |store| store.reseal_sms_quota(Mac::Newest))
    }

    /// Takes the MAC of a key away from the quota, if there is a quota.
    ///
    /// # Errors
    /// As for [`seal_sms_quota`](Self::seal_sms_quota).
    pub fn unseal_sms_quota(&self) -> Result<(), StoreError> {
        self.dirs()?.map_or(Ok(()), |store| store.reseal_sms_quota(Mac::Dropped))
    }
}

impl StoreDirs {
    /// Reads the quota, to find out whether it can be believed.
    pub(super) fn sms_quota(&self) -> Result<Option<SmsQuota>, StoreError> {
        let Some(folder) = self.root.sub(FOLDER)? else { return Ok(None) };
        Ok(self.kept_quota(&folder, Plain::AsAllowed)?.map(|kept| kept.value))
    }

    pub(super) fn change_sms_quota(
        &self,
        change: &mut dyn FnMut(&SmsQuota) -> SmsQuota,
    ) -> Result<(), StoreError> {
        self.expect_room(FOLDER, FILE)?;
        self.replace_quota(Plain::AsAllowed, |kept| {
            let before = kept.map(|kept| kept.value).unwrap_or_default();
            let after = change(&before);
            kept.map_or(Ok(()), |kept| self.expect_key(&kept.file, &kept.text))?;
            Ok((after != before).then(|| self.authenticated(RECORD, write(&after))))
        })
    }

    fn reseal_sms_quota(&self, mac: Mac) -> Result<(), StoreError> {
        if self.sms_quota().is_ok_and(|quota| quota.is_none()) {
            return Ok(());
        }
        self.replace_quota(Plain::Believed, |kept| {
            let Some(kept) = kept else { return Ok(None) };
            self.resealed(mac, RECORD, kept, write(&kept.value))
        })
    }

    fn replace_quota(
        &self,
        plain: Plain,
        next: impl FnMut(Option<&Kept<SmsQuota>>) -> Result<Option<String>, StoreError>,
    ) -> Result<(), StoreError> {
        self.rewrite_in_policy(FILE, |folder| self.kept_quota(folder, plain), next)
    }

    fn kept_quota(&self, folder: &Dir, plain: Plain) -> Result<Option<Kept<SmsQuota>>, StoreError> {
        let Some(file) = folder.file(FILE)? else { return Ok(None) };
        let text = file.read()?.to_vec();
        let record = self.believed_text(RECORD, &file, &text, plain)?;
        let value = serde_json::from_slice(record).map_err(|e| {
            file.damaged(format!("no quota at line {} column {}", e.line(), e.column()))
        })?;
        Ok(Some(Kept { value, file, text }))
    }
}

fn write(quota: &SmsQuota) -> String {
    // Numbers always serialise.
    serde_json::to_string(quota).map(|json| json + "\n").unwrap_or_default()
}
