//! Files that the caller names: pictures to read, secrets to write.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use anyhow::Context;
use mfa::domain::escaped;
use mfa::qr::Logo;
use mfa::store::StoreError;

use super::status::Usage;

/// Reads a logo.
pub fn logo(path: &Path) -> anyhow::Result<Logo> {
    let shown = || escaped(&format!("cannot use {} as a logo", path.display()));
    // A FIFO would keep us waiting for whoever writes it.
    if fs::metadata(path).with_context(shown)?.file_type().is_fifo() {
        return Err(Usage::new(format!("{}: it is a FIFO", shown())).into());
    }
    let file = File::open(path).with_context(shown)?;
    Logo::read(file).with_context(shown)
}

/// Writes a private file, whole or not at all, and never over another.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let failed = |source| StoreError::Write { path: path.into(), source };
    let mut file =
        File::options().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|source| {
        let _ = fs::remove_file(path);
        failed(source)
    })
}
