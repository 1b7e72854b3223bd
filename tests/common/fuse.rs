//! A file system in user space, which has no conditional rename.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder that is seen through bindfs until this is dropped.
pub struct Fuse {
    folder: PathBuf,
}

impl Fuse {
    /// Mounts a new folder, made next to `folder`, on it.
    pub fn mount(folder: &Path) -> Self {
        let behind = folder.with_extension("behind");
        for made in [folder, &behind] {
            DirBuilder::new().mode(0o700).create(made).unwrap();
        }
        run(Command::new("bindfs").args([&behind, folder]));
        Self { folder: folder.into() }
    }
}

impl Drop for Fuse {
    fn drop(&mut self) {
        run(Command::new("umount").arg(&self.folder));
    }
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|e| panic!("{:?}: {e}", command.get_program()));
    assert!(status.success(), "{command:?}: {status}");
}
