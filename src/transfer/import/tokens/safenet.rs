use zeroize::Zeroizing;

use super::{Place, Token, name};
use crate::transfer::import::raw_entry::{Key, RawEntry};
use crate::transfer::import::xml::{self, Element};
use crate::transfer::import::{Ask, Contents, FormatError, Found, Source, encoding};

/// The length of a seed of SHA-256 in bytes, by which other servers tell it.
const SHA256: usize = 32;

/// The token that is being read.
#[derive(Default)]
struct Reading {
    seed: Zeroizing<String>,
    counter: String,
}

/// Reads the XML that `SafeNet` (formerly Aladdin) writes for eToken PASS: codes by counter.
pub(in crate::transfer::import) fn read(
    source: &Source<'_>,
    _: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    if xml::root(source.text).is_none_or(|root| root != "Tokens") {
        return Ok(None);
    }
    let (mut contents, mut token) = (Contents::default(), Reading::default());
    xml::elements(source.text, |element| {
        match element.path {
            [.., "Application", "Seed"] => token.seed = Zeroizing::new(element.text.trim().into()),
            [.., "Application", "MovingFactor"] => token.counter = element.text.trim().into(),
            [.., "Tokens", "Token"] => {
                let place = Place::Entry(contents.found.len() + 1);
                contents.found.push(std::mem::take(&mut token).found(element, place));
            }
            _ => {}
        }
        contents.check_size()
    })?;
    Ok(Some(contents))
}

impl Reading {
    fn found(&self, element: &Element<'_>, place: Place) -> Found {
        let serial = element.attribute("serial").unwrap_or_default();
        let refused =
            |why: &str| Found::Refused { what: name(&serial, "", place), why: why.into() };
        let Some(seed) = encoding::hex(&self.seed) else {
            return refused("the secret is not hexadecimal");
        };
        let entry = RawEntry {
            kind: "hotp",
            secret: Key::Bytes(&seed),
            algorithm: if seed.len() == SHA256 { "SHA256" } else { "" },
            counter: self.counter.parse().ok(),
            ..RawEntry::default()
        };
        Token { serial: &serial, entry, ..Token::default() }.found(place)
    }
}
