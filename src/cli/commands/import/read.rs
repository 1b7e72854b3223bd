//! Reading one of the files on the command line.

use std::fs;
use std::io;
use std::path::Path;

use mfa::domain::escaped;
use mfa::transfer::import::{self, Import, ImportError};
use zeroize::Zeroizing;

use super::{Args, Format};
use crate::cli::error::{CommandError, Result};
use crate::cli::{Echo, Env, Status, input};

/// The limit on a file in bytes: that of a picture; text has a lower limit of its own.
const MOST: u64 = 20_000_000;

pub fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Reads a file, or a folder of mfa.py.
pub fn file(file: &Path, args: &Args, env: &mut Env<'_>) -> Result<Import> {
    if file.is_dir() {
        return read_folder(file);
    }
    let bytes = if is_stdin(file) {
        input::up_to(&mut env.stdin.stream, MOST)
    } else {
        fs::File::open(file).and_then(|mut file| input::up_to(&mut file, MOST))
    };
    let bytes = bytes.map_err(unreadable)?;
    let mut password = || -> io::Result<Zeroizing<String>> {
        if args.password_stdin {
            return input::line(&mut env.stdin.stream);
        }
        (env.terminal.ask)(
            &format!("Password of {}: ", escaped(&file.to_string_lossy())),
            Echo::Hidden,
        )
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => error,
            _ => io::Error::other("there is no terminal to ask for it"),
        })
    };
    match import::read(&bytes, &mut password) {
        Err(ImportError::Unsigned) if args.format == Some(Format::Andotp) => {
            import::read_andotp(&bytes, &mut password)
        }
        Err(ImportError::KeyNeeded { .. }) if args.pskc_key_stdin => {
            import::read_pskc(&bytes, &mut || input::needed_line(&mut env.stdin.stream))
        }
        Ok(Import { is_unsealed: true, format, .. })
            if args.pskc_key_stdin || args.password_stdin =>
        {
            Err(ImportError::NotEncrypted { format })
        }
        read => read,
    }
    .map_err(with_hint)
}

fn unreadable(error: io::Error) -> CommandError {
    CommandError::new(Status::Usage, error)
}

fn with_hint(error: ImportError) -> CommandError {
    let hint = match error {
        ImportError::Foreign { hint, .. } => hint,
        ImportError::UnknownFormat => "mfa import --help lists what can be imported",
        ImportError::Password(ref error) if error.kind() == io::ErrorKind::Other => {
            "--password-stdin reads it from stdin"
        }
        ImportError::Unsigned => "--format andotp, if it is an old encrypted backup of andOTP",
        ImportError::KeyNeeded { .. } => {
            "give the key in hexadecimal, as a line of stdin, with --pskc-key-stdin"
        }
        ImportError::NotEncrypted { .. } => {
            "if it is meant to be plain, leave out --pskc-key-stdin and --password-stdin"
        }
        ImportError::NoKey(end) if end.kind() == io::ErrorKind::UnexpectedEof => {
            return CommandError::usage("stdin ended before its key");
        }
        _ => return error.into(),
    };
    CommandError::from(error).hint(hint)
}

/// Reads a folder of mfa.py: its `secrets`, or that folder itself.
fn read_folder(folder: &Path) -> Result<Import> {
    let files = secrets(folder).map_err(unreadable)?;
    let files = files.iter().map(|(name, secret)| (name.as_str(), secret.as_slice()));
    import::mfa_py(files).map_err(with_hint)
}

/// Reads the files of such a folder, sorted by their names.
fn secrets(folder: &Path) -> io::Result<Vec<(String, Zeroizing<Vec<u8>>)>> {
    let inner = folder.join("secrets");
    let mut files = Vec::new();
    for entry in fs::read_dir(if inner.is_dir() { &inner } else { folder })? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && !name.starts_with('.') {
            let secret =
                fs::File::open(entry.path()).and_then(|mut file| input::secret(&mut file))?;
            files.push((name, secret));
        }
    }
    files.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(files)
}
