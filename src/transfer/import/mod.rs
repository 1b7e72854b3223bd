//! What other apps export, read: bytes in, entries out.
//!
//! ```text
//! bytes ─► Source ─► the first of FORMATS that knows it ─► RawEntry or URI ─► Found
//! ```
//!
//! A format is one file here and one line in `FORMATS`. Every entry of a file is found, skipped or
//! refused on its own, so that a bad one does not stop the good ones. What these files claim is
//! not believed: key derivations and sizes have limits, and no message repeats what may be secret.

mod aegis;
mod andotp;
mod bitwarden;
mod encoding;
mod ente;
mod error;
mod foreign;
mod freeotp;
mod google_pam;
mod mfa_py;
mod migration;
mod oath_users;
mod parts;
mod picture;
mod proton;
mod raw_entry;
mod source;
mod two_fas;
mod uris;

use std::io;

use zeroize::Zeroizing;

use crate::domain::Provisioned;
pub use error::ImportError;
pub use mfa_py::mfa_py;
pub use parts::Parts;

pub(crate) use error::FormatError;
use source::Source;

/// The limit on what is read as text or ciphertext; pictures have limits of their own.
const MAX_BYTES: usize = 16_000_000;

/// The limit on a URI in bytes, of which a QR code holds 3 KiB: what is read of it is copied.
const MAX_URI: usize = 128 * 1024;

/// The limit on entries: what is kept of a line of a few bytes takes some hundred.
const MAX_ENTRIES: usize = 100_000;

/// One thing found in a file.
///
/// `what` names it for a report by issuer and account or by its place; it is the file's own text,
/// to be [escaped](crate::domain::escaped) before it is shown.
#[derive(Clone, Debug)]
pub enum Found {
    /// An entry that can come in.
    Entry(Provisioned),
    /// A kind that mfa does not do, such as HOTP or Steam.
    Skipped {
        /// Which one.
        what: String,
        /// Its kind.
        why: String,
    },
    /// An entry that is wrong.
    Refused {
        /// Which one.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something that was seen where an entry could be, and not recognised as one.
    Unread {
        /// Which one.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

/// All that was found in a file.
#[derive(Clone, Debug)]
pub struct Import {
    /// The name of the format.
    pub format: &'static str,
    /// What is in it, in its order.
    pub found: Vec<Found>,
    /// What the user should know besides, one remark each.
    pub notes: Vec<String>,
    /// The parts of an export that it holds; the others may be in other files.
    pub parts: Parts,
}

/// What a format's function gives: [`Import`] without the format.
#[derive(Default)]
struct Contents {
    found: Vec<Found>,
    notes: Vec<String>,
    parts: Parts,
}

/// Asks for the password of an encrypted file.
type Ask<'a> = dyn FnMut() -> io::Result<Zeroizing<String>> + 'a;

/// Reads a file if it is of this format; `None` if it is not.
type Read = fn(&Source<'_>, &mut Ask<'_>) -> Result<Option<Contents>, FormatError>;

/// The formats in the order of trial: the surest signs first.
const FORMATS: [(&str, Read); 12] = [
    ("picture", picture::read),
    ("Aegis", aegis::read),
    ("2FAS", two_fas::read),
    ("Bitwarden", bitwarden::read),
    ("Proton Authenticator", proton::read),
    ("Ente Auth", ente::read),
    ("FreeOTP+", freeotp::read),
    ("andOTP", andotp::read),
    ("URI list", uris::read),
    ("google-authenticator", google_pam::read),
    ("users.oath", oath_users::read),
    ("andOTP", andotp::read_encrypted),
];

/// Reads what another app exported, whichever of the known formats it is.
///
/// `password` is asked once, and only where the file is encrypted.
///
/// # Errors
/// [`ImportError`] where the file as a whole says nothing; what is wrong with single entries is
/// [`Found::Refused`].
pub fn read(
    bytes: &[u8],
    password: &mut dyn FnMut() -> io::Result<Zeroizing<String>>,
) -> Result<Import, ImportError> {
    if bytes.len() > MAX_BYTES && !picture::is(bytes) {
        return Err(ImportError::TooLarge);
    }
    let decoded = encoding::utf16(bytes);
    let bytes = decoded.as_deref().map_or(bytes, String::as_bytes);
    let source = Source::new(bytes)?;
    for (format, read) in FORMATS {
        if let Some(contents) = read(&source, password).map_err(|fault| fault.in_format(format))? {
            return Ok(contents.of(format));
        }
    }
    Err(foreign::named(bytes))
}

/// Reads an encrypted backup of andOTP of any age; the old ones bear no sign, and nothing but the
/// password tells them from noise.
///
/// # Errors
/// [`ImportError`] where it does not open.
pub fn read_andotp(
    bytes: &[u8],
    password: &mut dyn FnMut() -> io::Result<Zeroizing<String>>,
) -> Result<Import, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::TooLarge);
    }
    let contents = andotp::read_unsigned(bytes, password);
    contents.map(|contents| contents.of("andOTP")).map_err(|fault| fault.in_format("andOTP"))
}

impl Contents {
    fn check_size(&self) -> Result<(), FormatError> {
        if self.found.len() > MAX_ENTRIES { Err(FormatError::TooMany) } else { Ok(()) }
    }

    fn of(self, format: &'static str) -> Import {
        Import { format, found: self.found, notes: self.notes, parts: self.parts }
    }
}
