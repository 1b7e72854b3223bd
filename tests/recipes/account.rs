use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::common::TempStore;

/// A user and a group of the same name, which are removed after the test.
pub struct Account<'a> {
    pub name: String,
    store: &'a TempStore,
}

impl<'a> Account<'a> {
    /// Creates a user with an empty home next to the store.
    pub fn new(store: &'a TempStore, purpose: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("mfa-{purpose}-{}-{number}", std::process::id());
        let account = Self { name, store };
        let home = account.home();
        let add = ["--create-home", "--user-group", "--password", "*", "--shell", "/bin/bash"];
        let add = [&add[..], &["--home-dir", &home, &account.name]].concat();
        assert_eq!(store.program("/usr/sbin/useradd", add).said().status, Some(0));
        account
    }

    pub fn home(&self) -> String {
        self.store.outside().join("home").to_str().unwrap().to_owned()
    }

    /// Makes a file or a folder the user's own, and private.
    pub fn give(&self, path: impl AsRef<Path>) {
        let (path, owner) = (path.as_ref().to_str().unwrap(), format!("{0}:{0}", self.name));
        self.store.program("chown", ["-R", &owner, path]).gives(0, "", "");
    }
}

impl Drop for Account<'_> {
    fn drop(&mut self) {
        let _ = self.store.program("/usr/sbin/userdel", ["--force", &self.name]).said();
    }
}
