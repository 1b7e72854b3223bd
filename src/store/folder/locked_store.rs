use super::dir::Dir;
use super::file::PrivateFile;
use super::held::HeldStore;
use super::store_dirs::StoreDirs;
use crate::store::StoreError;

/// A store with all its folders, locked by this process.
pub(super) struct LockedStore {
    pub(super) store: StoreDirs,
    pub(super) lock: PrivateFile,
    pub(super) state: Dir,
    pub(super) img: Dir,
}

impl LockedStore {
    /// Opens the other folders of a locked store, creating those that are missing.
    pub(super) fn open(HeldStore { store, lock }: HeldStore) -> Result<Self, StoreError> {
        // Both are checked before either is created, so that a refusal leaves the store unchanged.
        let (state, img) = (store.root.sub("state")?, store.root.sub("img")?);
        let made = |dir: Option<Dir>, name| dir.map_or_else(|| store.root.sub_or_new(name), Ok);
        let (state, img) = (made(state, "state")?, made(img, "img")?);
        Ok(Self { store, lock, state, img })
    }
}
