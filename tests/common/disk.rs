//! The files of a store: creating them, and seeing whether they changed.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::TempStore;
use super::codes::SECRET;

/// Every name below a folder, with its mode (which includes its kind) and its contents.
pub type Snapshot = BTreeMap<PathBuf, (String, String)>;

/// An upper bound on the size of a store's files in bytes; of a longer one only the length is
/// compared.
const LONGEST: u64 = 1_000_000;

pub fn snapshot(folder: &Path) -> Snapshot {
    let mut found = Snapshot::new();
    look(folder, &mut found);
    found
}

fn look(path: &Path, found: &mut Snapshot) {
    let Ok(meta) = path.symlink_metadata() else { return };
    // Every attempt is logged, even a refused one, and every change locks the store; all else must
    // stay.
    if path.ends_with("audit.jsonl") || path.ends_with(".lock") {
        return;
    }
    let mut holds = Vec::new();
    if meta.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            look(&entry.unwrap().path(), found);
        }
    } else if meta.is_symlink() {
        holds = fs::read_link(path).unwrap().into_os_string().into_encoded_bytes();
    } else if meta.is_file() && meta.len() <= LONGEST {
        holds = fs::read(path).unwrap();
    } else {
        holds.extend(meta.len().to_be_bytes());
    }
    // For an image a digest, so that a difference stays readable.
    let holds = String::from_utf8(holds)
        .unwrap_or_else(|image| format!("{:x?}", Sha256::digest(image.as_bytes()).as_slice()));
    found.insert(path.into(), (format!("{:o} {}", meta.mode(), meta.nlink()), holds));
}

pub fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

pub fn mode(path: impl AsRef<Path>) -> u32 {
    path.as_ref().symlink_metadata().unwrap().mode() & 0o7777
}

impl TempStore {
    /// Makes a store as `mfa.py` does: a folder of secrets and nothing else.
    pub fn with_secret(app: &str, secret: impl AsRef<[u8]>) -> Self {
        let store = Self::new();
        store.put(&format!("secrets/{app}"), secret);
        store
    }

    /// Makes a store with the app `C`, enrolled with [`SECRET`].
    pub fn enrolled() -> Self {
        let store = Self::new();
        let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
        assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
        store
    }

    /// Puts a private file into the store, along with the folders that it needs.
    pub fn put(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(file);
        DirBuilder::new().recursive(true).mode(0o700).create(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        set_mode(&path, 0o600);
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.at(file)).unwrap()
    }

    /// Reads the recorded state of an app.
    pub fn state(&self, app: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(&format!("state/{app}.json"))).unwrap()
    }

    /// Returns a snapshot of the whole store.
    pub fn snapshot(&self) -> Snapshot {
        snapshot(&self.path())
    }
}
