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
    /// Whether it has two seeds or two counters, as a token of two applications.
    is_twofold: bool,
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
            [.., "Application" | "Token", "Seed"] => token.take_seed(element.text),
            [.., "Application" | "Token", "MovingFactor"] => token.take_counter(element.text),
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
    fn take_seed(&mut self, text: &str) {
        let mut seed = Zeroizing::new(String::with_capacity(text.len()));
        seed.extend(text.split_whitespace());
        self.is_twofold |= !self.seed.is_empty() && !seed.is_empty();
        if !seed.is_empty() {
            self.seed = seed;
        }
    }

    fn take_counter(&mut self, text: &str) {
        self.is_twofold |= !self.counter.is_empty();
        self.counter = text.trim().into();
    }

    fn found(&self, element: &Element<'_>, place: Place) -> Found {
        let serial = element.attribute("serial").unwrap_or_default();
        let refused =
            |why: &str| Found::Refused { what: name(&serial, "", place), why: why.into() };
        if self.is_twofold {
            return refused("it has two seeds or counters");
        }
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
