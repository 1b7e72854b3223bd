//! What a policy remembers: a file for each name, enrolled or not.

use super::authentic::Mac;
use super::dir::Dir;
use super::file::PrivateFile;
use super::kept::Kept;
use super::store_dirs::StoreDirs;
use super::stored::Plain;
use super::{Folder, held, kept, listing, lock};
use crate::domain::AppName;
use crate::policy::PolicyMemory;
use crate::store::sealing::has_mac;
use crate::store::{Fix, StoreError, policy_record};

/// The name of the folder.
pub(super) const FOLDER: &str = "policy";

impl Folder {
    /// Gives what the policy remembers of a name a MAC of the newest key; returns whether it had
    /// another or none.
    ///
    /// # Errors
    /// [`StoreError`] if it cannot be trusted, read or recorded.
    pub fn seal_policy_memory(&self, name: &AppName) -> Result<bool, StoreError> {
        self.dirs()?.map_or(Ok(false), |store| store.reseal_policy_memory(name, Mac::Newest))
    }

    /// Takes the MAC of a key away from what the policy remembers of a name; returns whether there
    /// was one.
    ///
    /// # Errors
    /// As for [`seal_policy_memory`](Self::seal_policy_memory).
    pub fn unseal_policy_memory(&self, name: &AppName) -> Result<bool, StoreError> {
        self.dirs()?.map_or(Ok(false), |store| store.reseal_policy_memory(name, Mac::Dropped))
    }
}

/// A memory and its file.
type Memory = Kept<PolicyMemory>;

impl StoreDirs {
    pub(super) fn policy_names(&self) -> Result<Vec<AppName>, StoreError> {
        let Some(folder) = self.root.sub(FOLDER)? else { return Ok(Vec::new()) };
        let files = listing::files(&folder)?;
        let name = |file: &String| file.strip_suffix(".json")?.parse().ok();
        let mut names: Vec<_> = files.iter().filter_map(name).collect();
        names.sort_unstable();
        Ok(names)
    }

    pub(super) fn policy_memory(&self, name: &AppName) -> Result<Option<PolicyMemory>, StoreError> {
        Ok(self.kept_now(name)?.map(|kept| kept.value))
    }

    fn kept_now(&self, name: &AppName) -> Result<Option<Memory>, StoreError> {
        let Some(folder) = self.root.sub(FOLDER)? else { return Ok(None) };
        self.kept(&folder, name, Plain::AsAllowed)
    }

    /// Changes a memory; one that stays as it is takes no lock.
    pub(super) fn change_policy_memory(
        &self,
        name: &AppName,
        change: &mut dyn FnMut(&PolicyMemory) -> PolicyMemory,
    ) -> Result<(), StoreError> {
        let kept = self.kept_now(name)?;
        kept.as_ref().map_or(Ok(()), |kept| self.expect_key(&kept.file, &kept.text))?;
        let before = kept.map(|kept| kept.value).unwrap_or_default();
        if change(&before) == before {
            return Ok(());
        }
        self.expect_room(FOLDER, &file_name(name))?;
        self.replace_memory(name, Plain::AsAllowed, |kept| {
            let before = kept.map(|kept| &kept.value).cloned().unwrap_or_default();
            let after = change(&before);
            if after == before {
                return Ok(None);
            }
            kept.map_or(Ok(()), |kept| self.expect_key(&kept.file, &kept.text))?;
            let record = policy_record::write(&after);
            // What was only allowed to be plain is not vouched for by that.
            let stays_plain = kept.is_some_and(|kept| !has_mac(&kept.text));
            let text =
                if stays_plain { record } else { self.authenticated(&record_name(name), record) };
            Ok(Some(text))
        })
    }

    /// Keeps that there was an app, which ends the grace period of its name for good, where policies are
    /// in use: a store of one's own codes needs no trace of those that are gone.
    ///
    /// Without the key of a sealed app nothing can be recorded that would be believed, and a memory
    /// that is not believed lets nobody in anyway.
    pub(super) fn outlive_app(&self, app: &AppName, is_sealed: bool) -> Result<(), StoreError> {
        if (is_sealed && self.sealing.is_none()) || self.root.sub(FOLDER)?.is_none() {
            return Ok(());
        }
        unless_unbelievable(self.change_policy_memory(app, &mut PolicyMemory::removed))
    }

    /// Gives a name the memory of an app that is about to be renamed to it, and returns the one that
    /// it had; the old name keeps that there was an app, or it would get a grace period of its own.
    pub(super) fn hand_memory_on(
        &self,
        old: &AppName,
        new: &AppName,
    ) -> Result<Option<PolicyMemory>, StoreError> {
        if self.root.sub(FOLDER)?.is_none() {
            return Ok(None);
        }
        let before = self.policy_memory(new).unwrap_or_default();
        let mut memory = PolicyMemory::default();
        unless_unbelievable(self.change_policy_memory(old, &mut |there| {
            memory = PolicyMemory { ever_enrolled: true, ..there.clone() };
            memory.clone()
        }))?;
        let moved = &mut |there: &PolicyMemory| memory.clone().renamed_over(there);
        unless_unbelievable(self.change_policy_memory(new, moved))?;
        Ok(before)
    }

    /// Gives a name back the memory that it had.
    pub(super) fn take_memory_back(&self, name: &AppName, before: Option<&PolicyMemory>) {
        let before = before.cloned().unwrap_or_default();
        let _ = self.policy_memory(name).is_ok_and(|now| now.is_some())
            && self.change_policy_memory(name, &mut |_| before.clone()).is_ok();
    }

    /// Gives a memory a MAC of the newest key, or takes it away.
    pub(super) fn reseal_policy_memory(
        &self,
        name: &AppName,
        mac: Mac,
    ) -> Result<bool, StoreError> {
        if self.policy_memory(name).is_ok_and(|memory| memory.is_none()) {
            return Ok(false);
        }
        let mut is_changed = false;
        self.replace_memory(name, Plain::Believed, |kept| {
            let Some(kept) = kept else { return Ok(None) };
            let record = policy_record::write(&kept.value);
            let text = self.resealed(mac, &record_name(name), kept, record)?;
            is_changed = text.is_some();
            Ok(text)
        })?;
        Ok(is_changed)
    }

    /// Replaces the text of a memory by what `next` makes of it, or leaves it for `None`, with the
    /// folder locked.
    fn replace_memory(
        &self,
        name: &AppName,
        plain: Plain,
        next: impl FnMut(Option<&Memory>) -> Result<Option<String>, StoreError>,
    ) -> Result<(), StoreError> {
        self.rewrite_in_policy(&file_name(name), |folder| self.kept(folder, name, plain), next)
    }

    /// Replaces the text of a file in the folder by what `next` makes of it, or leaves it for `None`, with
    /// the folder locked.
    pub(super) fn rewrite_in_policy<T>(
        &self,
        file: &str,
        read: impl Fn(&Dir) -> Result<Option<Kept<T>>, StoreError>,
        next: impl FnMut(Option<&Kept<T>>) -> Result<Option<String>, StoreError>,
    ) -> Result<(), StoreError> {
        let folder = self.root.sub_or_new(FOLDER)?;
        let locked = held::lock_file(&folder)?;
        lock::hold(&folder, &locked.handle)?;
        kept::rewrite((&folder, file, &locked), || read(&folder), next)
    }

    fn kept(
        &self,
        folder: &Dir,
        name: &AppName,
        plain: Plain,
    ) -> Result<Option<Memory>, StoreError> {
        let file = file_name(name);
        let Some(opened) = folder.readable(&file)? else { return Ok(None) };
        let path = folder.path.join(file);
        let fix = Fix::Forget(path.clone(), name.as_str().into());
        let file = PrivateFile::check_decisive(opened, path, fix, PLANTED)?;
        let text = file.read()?.to_vec();
        let record = self.believed_text(&record_name(name), &file, &text, plain)?;
        let memory = policy_record::read(record).map_err(|why| file.damaged(why))?;
        Ok(Some(Kept { value: memory, file, text }))
    }
}

/// Passes over a memory that cannot be believed: it lets nobody in, whatever becomes of its app.
fn unless_unbelievable(changed: Result<(), StoreError>) -> Result<(), StoreError> {
    match changed {
        Err(StoreError::Damaged { .. } | StoreError::Unsafe { .. } | StoreError::Sealed { .. }) => {
            Ok(())
        }
        changed => changed,
    }
}

/// What may have happened to a memory that others could write.
const PLANTED: &str = "could be written by other users, and may remember devices of theirs";

/// Returns the name to which the MAC of a memory is bound.
fn record_name(name: &AppName) -> String {
    format!("{FOLDER}/{}", file_name(name))
}

pub(super) fn file_name(name: &AppName) -> String {
    format!("{name}.json")
}
