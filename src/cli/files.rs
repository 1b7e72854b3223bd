//! Files named by the caller: pictures to read, secrets to write.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use mfa::domain::escaped;
use mfa::qr::Logo;
use mfa::store::StoreError;

use super::Status;
use super::error::{CommandError, ErrorContext, Result};

/// Reads a logo.
pub fn logo(path: &Path) -> Result<Logo> {
    let shown = || escaped(&format!("cannot use {} as a logo", path.display()));
    // A FIFO would keep us waiting for a writer.
    let unreadable = |error| CommandError::new(Status::Usage, error).context(shown());
    if fs::metadata(path).map_err(unreadable)?.file_type().is_fifo() {
        return Err(CommandError::usage(format!("{}: it is a FIFO", shown())));
    }
    let file = File::open(path).map_err(unreadable)?;
    Logo::read(file).context(shown())
}

/// Writes a private file, whole or not at all, without ever replacing another.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let failed = |source| StoreError::Write { place: path.into(), source };
    let mut file =
        File::options().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|source| {
        let _ = fs::remove_file(path);
        failed(source)
    })
}
