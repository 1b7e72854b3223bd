//! Formats that other apps export: bytes in, entries out.
//!
//! ```text
//! bytes ─► Source ─► the first of FORMATS that knows it ─► RawEntry or URI ─► Found
//! ```
//!
//! A format is one file here and one line in `FORMATS`. Every entry of a file is found, skipped or
//! refused on its own, so that a bad one does not stop the good ones. Nothing that these files
//! claim is trusted: key derivations and sizes have limits, and no message repeats what may be
//! secret.

mod aegis;
mod andotp;
mod authenticator_extension;
mod bitwarden;
mod bitwarden_csv;
mod cells;
mod contents;
mod cotp;
mod encoding;
mod ente;
mod error;
mod foreign;
mod freeotp;
mod freeotp_xml;
mod google_pam;
mod keepass;
mod keepassxc;
mod lastpass;
mod mfa_py;
mod migration;
mod oath_users;
mod one_password;
mod parts;
mod picture;
mod proton;
mod raivo;
mod raw_entry;
mod source;
mod stratum;
mod strings;
mod text;
mod tokens;
mod two_fas;
mod two_fauth;
mod uris;
mod within;
mod xml;

use std::io;

use zeroize::Zeroizing;

use crate::domain::Provisioned;
pub use error::ImportError;
pub use mfa_py::mfa_py;
pub use parts::Parts;

use contents::Contents;
pub(crate) use error::FormatError;
use source::Source;

/// The limit on text or ciphertext in bytes; pictures have limits of their own.
const MAX_BYTES: usize = 16_000_000;

const TOO_LARGE: ImportError = ImportError::TooLarge { most: "16 MB" };

/// The limit on a URI in bytes, since its parts are copied; a QR code holds 3 KiB.
const MAX_URI: usize = 128 * 1024;

/// The limit on the number of entries: a line of a few bytes takes some hundred once it is read.
const MAX_ENTRIES: usize = 100_000;

/// One thing found in a file.
///
/// `what` names it in a report by its issuer and account or by its place. It is the file's own
/// text, to be [escaped](crate::domain::escaped) before it is shown.
#[derive(Clone, Debug)]
pub enum Found {
    /// An entry that can be imported.
    Entry(Provisioned),
    /// An entry of a kind that mfa does not support, such as mOTP.
    Skipped {
        /// Which one.
        what: String,
        /// Its kind.
        why: String,
    },
    /// An entry that is invalid.
    Refused {
        /// Which one.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something in the place of an entry that was not recognised as one.
    Unread {
        /// Which one.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Everything that was found in a file.
#[derive(Clone, Debug)]
pub struct Import {
    /// The name of the format.
    pub format: &'static str,
    /// The entries, in their order in the file.
    pub found: Vec<Found>,
    /// Remarks that the user should see.
    pub notes: Vec<String>,
    /// The parts of an export in this file; the others may be in other files.
    pub parts: Parts,
    /// Whether it is a container that could be encrypted, and is not: whoever has a key or a password
    /// for it should refuse it.
    pub is_unsealed: bool,
}

/// A function that asks for the password of an encrypted file.
type Ask<'a> = dyn FnMut() -> io::Result<Zeroizing<String>> + 'a;

/// A function that reads a file of its format, and returns `None` for any other.
type Read = fn(&Source<'_>, &mut Ask<'_>) -> Result<Option<Contents>, FormatError>;

/// The formats in the order in which they are tried, the most recognisable first.
const FORMATS: [(&str, Read); 31] = [
    ("picture", picture::read),
    ("Aegis", aegis::read),
    ("2FAS", two_fas::read),
    ("Bitwarden", bitwarden::read),
    ("Proton Authenticator", proton::read),
    ("Ente Auth", ente::read),
    ("FreeOTP+", freeotp::read),
    ("Stratum", stratum::read),
    ("2FAuth", two_fauth::read),
    ("LastPass", lastpass::read),
    ("andOTP", andotp::read),
    ("Raivo", raivo::read),
    ("Authenticator extension", authenticator_extension::read),
    ("cotp", cotp::read),
    ("JSON", strings::read),
    ("KeePass XML", keepass::read),
    ("FreeOTP", freeotp_xml::read),
    ("PSKC", tokens::pskc::read),
    ("SafeNet XML", tokens::safenet::read),
    ("Entra CSV", tokens::entra::read),
    ("Yubico log", tokens::yubico::read),
    ("token CSV", tokens::oath_csv::read),
    ("KeePassXC", keepassxc::read),
    ("Bitwarden", bitwarden_csv::read),
    ("1Password", one_password::read),
    ("CSV", cells::read),
    ("URI list", uris::read),
    ("google-authenticator", google_pam::read),
    ("users.oath", oath_users::read),
    ("andOTP", andotp::read_encrypted),
    ("text", text::read),
];

/// Reads what another app exported, in whichever of the known formats.
///
/// `password` is called once, and only if the file is encrypted.
///
/// # Errors
/// [`ImportError`] if the file as a whole cannot be read; single invalid entries are
/// [`Found::Refused`].
pub fn read(
    bytes: &[u8],
    password: &mut dyn FnMut() -> io::Result<Zeroizing<String>>,
) -> Result<Import, ImportError> {
    if bytes.len() > MAX_BYTES && !picture::is(bytes) {
        return Err(TOO_LARGE);
    }
    let decoded = encoding::utf16(bytes);
    let bytes = decoded.as_deref().map_or(bytes, String::as_bytes);
    let source = Source::new(bytes)?;
    for (format, read) in FORMATS {
        if let Some(contents) = read(&source, password).map_err(|fault| fault.in_format(format))? {
            return Ok(contents.of(format));
        }
    }
    Err(source.not_json.map_or_else(|| foreign::named(bytes), |fault| fault.in_format("JSON")))
}

/// Reads a PSKC file (RFC 6030) that is encrypted with a key.
///
/// `key` is called once at most, for the key in hexadecimal.
///
/// # Errors
/// [`ImportError`] if the file as a whole cannot be read.
pub fn read_pskc(
    bytes: &[u8],
    key: &mut dyn FnMut() -> io::Result<Zeroizing<String>>,
) -> Result<Import, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(TOO_LARGE);
    }
    let decoded = encoding::utf16(bytes);
    let source = Source::new(decoded.as_deref().map_or(bytes, String::as_bytes))?;
    let contents = tokens::pskc::read_with_key(&source, key);
    let contents = contents.map_err(|fault| fault.in_format("PSKC"))?;
    contents.map(|contents| contents.of("PSKC")).ok_or(ImportError::UnknownFormat)
}

/// Reads an encrypted andOTP backup of any age.
///
/// Old ones have no signature, and nothing but the password tells them from noise.
///
/// # Errors
/// [`ImportError`] if it does not open.
pub fn read_andotp(
    bytes: &[u8],
    password: &mut dyn FnMut() -> io::Result<Zeroizing<String>>,
) -> Result<Import, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(TOO_LARGE);
    }
    let contents = andotp::read_unsigned(bytes, password);
    contents.map(|contents| contents.of("andOTP")).map_err(|fault| fault.in_format("andOTP"))
}
