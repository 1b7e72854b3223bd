//! Files of other kinds, which are named rather than rejected as noise.

use super::ImportError;

const PICTURE: &str = "save it as PNG or JPEG";
const ARCHIVE: &str = "unpack it first";
const CIPHERTEXT: &str = "decrypt it first";
const DATABASE: &str = "let the app export its entries rather than copy its database";
const KEEPASS: &str = "export it as XML, or from KeePassXC as CSV";
const FREEOTP: &str = "Aegis reads it, and exports what mfa reads";

/// The first bytes of a file, what it then is, and what to do instead.
const KINDS: [(&[u8], &str, &str); 21] = [
    (b"\x03\xd9\xa2\x9a", "a KeePass database", KEEPASS),
    (b"GIF8", "a GIF picture", PICTURE),
    (b"II*\0", "a TIFF picture", PICTURE),
    (b"MM\0*", "a TIFF picture", PICTURE),
    (b"<svg", "an SVG picture", PICTURE),
    (b"%PDF", "a PDF document", "save its QR codes as PNG or JPEG"),
    (b"SQLite format 3\0", "an SQLite database", DATABASE),
    (b"\xac\xed\0\x05", "a backup of FreeOTP", FREEOTP),
    (b"-----BEGIN PGP MESSAGE", "a PGP message", CIPHERTEXT),
    (b"-----BEGIN AGE ENCRYPTED", "an age file", CIPHERTEXT),
    (b"age-encryption.org/", "an age file", CIPHERTEXT),
    (b"Salted__", "a file that OpenSSL encrypted", CIPHERTEXT),
    (b"PK\x03\x04", "a ZIP archive", ARCHIVE),
    (b"\x1f\x8b", "a gzip archive", ARCHIVE),
    (b"BZh", "a bzip2 archive", ARCHIVE),
    (b"\xfd7zXZ", "an xz archive", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", ARCHIVE),
    (b"Rar!", "a RAR archive", ARCHIVE),
    (b"\x7fELF", "a program", "name the file that the app exported"),
    (b"MZ", "a program", "name the file that the app exported"),
];

/// Returns the error that names the kind of a file that no format reads.
pub(super) fn named(bytes: &[u8]) -> ImportError {
    let known = KINDS.iter().find(|(start, ..)| bytes.starts_with(start));
    let known = known.map(|(_, what, hint)| (*what, *hint)).or_else(|| picture(bytes));
    let known = known.or_else(|| is_text(bytes).then_some(("not UTF-8", "save it as UTF-8")));
    match known {
        Some((what, hint)) => ImportError::Foreign { what, hint },
        None if bytes.trim_ascii().is_empty() => ImportError::Empty,
        None if str::from_utf8(bytes).is_ok() => ImportError::UnknownFormat,
        None => ImportError::Unsigned,
    }
}

/// Recognises the pictures whose signature is not at the very beginning, or is too short to be
/// sufficient.
fn picture(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let (head, _) = bytes.split_first_chunk::<12>()?;
    match head {
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', _] => {
            Some(("an AVIF picture", PICTURE))
        }
        [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', b'e' | b'i' | b's', ..] => {
            Some(("a HEIC picture", PICTURE))
        }
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(("a BMP picture", PICTURE)),
        _ => None,
    }
}

/// Reports whether these are the bytes of a text in an older encoding, such as Latin-1.
///
/// Such a text has no control characters and is at least half ASCII; of ciphertext, a tenth is
/// control characters and three eighths are ASCII.
fn is_text(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    let ascii = bytes.iter().filter(|byte| byte.is_ascii()).count();
    str::from_utf8(bytes).is_err() && !bytes.iter().any(is_control) && ascii * 2 >= bytes.len()
}
