//! What lies in a store: putting it there, and telling whether it changed.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::TempStore;
use super::codes::SECRET;

/// Is every name below a folder, with its mode (which tells its kind) and what it holds.
pub type Snapshot = BTreeMap<PathBuf, (String, String)>;

/// Is longer than any file of a store; of a longer one the length must do.
const LONGEST: u64 = 1_000_000;

pub fn snapshot(folder: &Path) -> Snapshot {
    let mut found = Snapshot::new();
    look(folder, &mut found);
    found
}

fn look(path: &Path, found: &mut Snapshot) {
    let Ok(meta) = path.symlink_metadata() else { return };
    // Every attempt is logged, refused ones as well, and who changes a store locks it; all else stays.
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
    // Of an image a digest, so that a difference can be read.
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
    /// Makes a store as `mfa.py` leaves it: a folder of secrets and nothing else.
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

    /// Puts a private file into the store, and the folders that it needs.
    pub fn put(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(file);
        DirBuilder::new().recursive(true).mode(0o700).create(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        set_mode(&path, 0o600);
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.at(file)).unwrap()
    }

    /// Reads what is recorded of an app.
    pub fn state(&self, app: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(&format!("state/{app}.json"))).unwrap()
    }

    /// Tells what the whole store looks like.
    pub fn snapshot(&self) -> Snapshot {
        snapshot(&self.path())
    }
}
