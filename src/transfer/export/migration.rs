use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use prost::Message;
use zeroize::Zeroizing;

use super::{Entry, Random, account_text};
use crate::domain::{Algorithm, AppName, Enrolment, Otp, Period};
use crate::transfer::migration::{Parameters, Payload};

/// The number of entries that Google Authenticator puts into a picture.
const PER_PART: usize = 10;

/// The limit on a URI in bytes: what a QR code holds at error correction level H.
const MAX_URI: usize = 1270;

/// An export for Google Authenticator, in parts that are scanned one after the other.
pub struct Migration {
    /// The parts, in their order.
    pub parts: Vec<Part>,
    /// The apps that the format cannot express, and why.
    pub left_out: Vec<(AppName, String)>,
}

/// The content of one QR code.
pub struct Part {
    /// The `otpauth-migration://` URI, which contains the secrets.
    pub uri: Zeroizing<String>,
    /// The apps whose entries are in it.
    pub apps: Vec<AppName>,
}

/// The place of a part among those that belong together.
#[derive(Clone, Copy)]
struct Batch {
    id: i32,
    index: i32,
    size: i32,
}

/// Writes `otpauth-migration://` URIs of ten entries each, or of fewer if their names are too long
/// for one QR code.
///
/// # Errors
/// The error of `random`, which makes the number that the parts share.
pub fn migration<E>(entries: &[Entry], random: &mut Random<'_, E>) -> Result<Migration, E> {
    let mut id = [0; 4];
    random(&mut id)?;
    // A negative number would be encoded in ten bytes.
    let id = i32::from_le_bytes(id) & i32::MAX;
    let most = i32::try_from(entries.len()).unwrap_or(i32::MAX);
    // The largest numbers possible, so that no part turns out longer in the end.
    let largest = Batch { id, index: most, size: most };

    let mut left_out = Vec::new();
    let mut parts: Vec<Vec<&Entry>> = Vec::new();
    for entry in entries {
        if let Some(reason) = inexpressible(&entry.1) {
            left_out.push((entry.0.clone(), reason));
            continue;
        }
        let fits = |part: &[&Entry]| uri(part, largest).len() <= MAX_URI;
        if !fits(&[entry]) {
            left_out.push((entry.0.clone(), "its names are too long for a QR code".into()));
            continue;
        }
        let Some(part) = parts.last_mut().filter(|part| part.len() < PER_PART) else {
            parts.push(vec![entry]);
            continue;
        };
        part.push(entry);
        if !fits(part) {
            part.pop();
            parts.push(vec![entry]);
        }
    }
    let size = i32::try_from(parts.len()).unwrap_or(i32::MAX);
    let part = |(part, index): (&Vec<&Entry>, i32)| {
        let apps = part.iter().map(|(app, _)| app.clone()).collect();
        Part { uri: uri(part, Batch { id, index, size }), apps }
    };
    let parts = parts.iter().zip(0..).map(part).collect();
    Ok(Migration { parts, left_out })
}

/// Returns what Google Authenticator cannot express about an entry, if anything.
fn inexpressible(entry: &Enrolment) -> Option<String> {
    let otp = entry.account.otp;
    if otp == Otp::Steam {
        return Some("codes of Steam Guard cannot be expressed".into());
    }
    if let Some(seconds) = otp.period().filter(|seconds| *seconds != Period::default().get()) {
        return Some(format!("a period of {seconds} s cannot be expressed, only 30"));
    }
    if otp.counter().is_some_and(|counter| i64::try_from(counter).is_err()) {
        return Some("a counter beyond 2^63 cannot be expressed".into());
    }
    (otp.digits() == 7).then(|| "7 digits cannot be expressed, only 6 and 8".into())
}

/// Encodes a `MigrationPayload` and returns the URI around it.
fn uri(entries: &[&Entry], Batch { id, index, size }: Batch) -> Zeroizing<String> {
    let entries = entries.iter().map(|(_, entry)| parameters(entry)).collect();
    let payload = Payload { entries, version: 1, size, index, id };
    // `encode_to_vec` and the text both reserve the full length, so no reallocation leaves a copy
    // behind.
    let bytes = Zeroizing::new(payload.encode_to_vec());
    let data = Zeroizing::new(crate::qr::base64(&bytes));
    let mut uri = Zeroizing::new(String::with_capacity(40 + 3 * data.len()));
    uri.push_str("otpauth-migration://offline?data=");
    uri.extend(utf8_percent_encode(&data, NON_ALPHANUMERIC));
    uri
}

fn parameters(entry: &Enrolment) -> Parameters {
    let account = &entry.account;
    let otp = account.handed_on();
    Parameters {
        secret: entry.secret.expose_bytes().to_vec(),
        name: account_text(account).into_owned().into(),
        issuer: account.issuer.as_str().into(),
        algorithm: match otp.algorithm() {
            Algorithm::Sha1 => 1,
            Algorithm::Sha256 => 2,
            Algorithm::Sha512 => 3,
        },
        digits: if otp.digits() == 8 { 2 } else { 1 },
        kind: if otp.counter().is_some() { 1 } else { 2 },
        counter: otp.counter().and_then(|counter| counter.try_into().ok()).unwrap_or_default(),
    }
}
