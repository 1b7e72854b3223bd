mod codes;
mod finders;
mod look;
mod place;
mod search;

use std::iter::repeat_n;

use super::uris::{self, Uris};
use super::{Ask, Contents, FormatError, Found, Source};
use crate::qr::{self, QrError};
use codes::Codes;

const UNREAD: &str = "it is damaged, or too small or too blurred to be read";
const NO_TEXT: &str = "it contains no text, or only part of a text in several codes";
const CROWDED: &str = "it has too many QR codes, cut it into pictures of twelve at most";

/// Reports whether these bytes begin like a picture.
pub(super) fn is(bytes: &[u8]) -> bool {
    qr::is_picture(bytes)
}

/// Reads the QR codes in a PNG, JPEG or WebP picture.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    if !is(source.bytes) {
        return Ok(None);
    }
    let picture = qr::decode(source.bytes).map_err(|error| match error {
        QrError::LogoTooLarge => FormatError::TooLarge,
        QrError::OutOfMemory => FormatError::unsupported("there is too little memory for it"),
        _ => FormatError::damaged("it does not decode"),
    })?;
    let codes = search::search(&picture.into_luma_alpha8());
    match codes.seen() {
        0 if codes.crowded => Err(FormatError::unsupported(CROWDED)),
        0 => Err(FormatError::unsupported("there is no QR code in it")),
        _ => Ok(Some(contents(&codes))),
    }
}

fn contents(codes: &Codes) -> Contents {
    let mut uris = Uris::default();
    let mut others = Vec::new();
    let name = |index: usize| format!("QR code {}", index + 1);
    for (index, text) in codes.texts.iter().enumerate() {
        if uris::is(text) {
            uris.take(text, &name(index));
        } else {
            let why = "it holds no otpauth URI".into();
            others.push(Found::Unread { what: name(index), why });
        }
    }
    let whys = repeat_n(NO_TEXT, codes.no_text).chain(repeat_n(UNREAD, codes.unread));
    for (index, why) in (codes.texts.len()..).zip(whys) {
        others.push(Found::Unread { what: name(index), why: why.into() });
    }
    if codes.crowded {
        others.push(Found::Unread { what: "the picture".into(), why: CROWDED.into() });
    }
    let mut contents = uris.finish();
    contents.found.extend(others);
    contents
}
