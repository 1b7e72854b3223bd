//! Looking at a whole store, and keeping others from changing it meanwhile.

use super::held::HeldStore;
use super::{Folder, inspect};
use crate::domain::UnixTime;
use crate::store::Finding;

/// A lock on a store, during which nothing in it belongs to an enrolment under way.
pub struct StoreGuard(HeldStore);

impl Folder {
    /// Finds everything that is wrong with the store, and what mends it.
    ///
    /// Files that belong to no app are reported only if the store is locked, since an enrolment
    /// under way has a state before it has a secret.
    #[must_use]
    pub fn inspect(&self, now: UnixTime, held: Option<&StoreGuard>) -> Vec<Finding> {
        inspect::inspect(self, now, held.map(|held| &held.0))
    }

    /// Waits for the lock that keeps others from adding, renaming or removing apps for as long as
    /// the result lives.
    ///
    /// Returns `None` if there is no store, or it cannot be trusted or locked.
    #[must_use]
    pub fn hold(&self) -> Option<StoreGuard> {
        HeldStore::wait(self.dirs().ok()??).ok().map(StoreGuard)
    }

    /// Takes the same lock unless another process holds it, without waiting.
    #[must_use]
    pub fn try_hold(&self) -> Option<StoreGuard> {
        HeldStore::attempt(self.dirs().ok()??).ok()?.map(StoreGuard)
    }
}
