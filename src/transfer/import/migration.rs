use percent_encoding::percent_decode_str;
use prost::Message;
use zeroize::Zeroizing;

use super::raw_entry::{Key, RawEntry, name};
use super::{Found, MAX_URI, encoding};
use crate::transfer::migration::{Parameters, Payload};

/// The place of a URI among the parts of an export, of up to ten entries each.
pub(super) struct Batch {
    pub id: i32,
    pub index: i32,
    pub size: i32,
}

/// Reads an `otpauth-migration://offline?data=` URI.
pub(super) fn parse(uri: &str) -> Result<(Batch, Vec<Found>), &'static str> {
    if uri.len() > MAX_URI {
        return Err("the URI is longer than 128 KiB");
    }
    let (_, query) = uri.split_once('?').unwrap_or_default();
    let mut values = query.split('&').filter_map(|pair| pair.strip_prefix("data="));
    let (Some(data), None) = (values.next(), values.next()) else {
        return Err("the migration URI does not have one parameter 'data'");
    };
    let damaged = "the migration URI is damaged";
    let data = percent_decode_str(data).decode_utf8().map_err(|_| damaged)?;
    let bytes = encoding::base64(&Zeroizing::new(data.into_owned())).ok_or(damaged)?;
    let payload = Payload::decode(bytes.as_slice()).map_err(|_| damaged)?;
    let found = payload.entries.iter().enumerate();
    let found = found.map(|(index, entry)| entry.found(index + 1)).collect();
    Ok((Batch { id: payload.id, index: payload.index, size: payload.size }, found))
}

impl Parameters {
    fn found(&self, number: usize) -> Found {
        let account = String::from_utf8_lossy(&self.name);
        let issuer = String::from_utf8_lossy(&self.issuer);
        let refused = |why: String| Found::Refused { what: name(&issuer, &account, number), why };
        let algorithm = match self.algorithm {
            0 | 1 => "SHA1",
            2 => "SHA256",
            3 => "SHA512",
            4 => "MD5",
            other => return refused(format!("unknown algorithm {other}")),
        };
        let digits = match self.digits {
            0 | 1 => 6,
            2 => 8,
            other => return refused(format!("unknown number of digits {other}")),
        };
        let kind = match self.kind {
            0 | 2 => "totp",
            1 => "hotp",
            other => return refused(format!("unknown kind of code {other}")),
        };
        RawEntry {
            kind,
            secret: Key::Bytes(&self.secret),
            issuer: &issuer,
            account: &account,
            algorithm,
            digits: Some(digits),
            period: None,
            counter: self.counter.try_into().ok(),
        }
        .found(number)
    }
}
