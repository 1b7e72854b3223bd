//! Files of hardware tokens, as their vendors and other servers write them.

pub(super) mod entra;
mod keys;
pub(super) mod oath_csv;
pub(super) mod pskc;
pub(super) mod safenet;
mod table;
pub(super) mod yubico;

use std::fmt;

use super::Found;
use super::raw_entry::{Key, RawEntry, repaired, shortened};
use crate::domain::{AppName, Drift, Otp, Provisioned};

/// The length in digits of the shortest key that mfa takes, 80 bits, in hexadecimal.
const SHORTEST_HEX: usize = 20;

/// The place of a token in its file, counted from 1.
#[derive(Clone, Copy)]
enum Place {
    Entry(usize),
    Line(usize),
}

/// A hardware token as a file describes it.
#[derive(Default)]
struct Token<'a> {
    /// The serial number, after which its app is named.
    serial: &'a str,
    /// The manufacturer.
    issuer: &'a str,
    account: &'a str,
    drift: Drift,
    /// Whether it types an identifier before its codes.
    types_identifier: bool,
    /// Its codes, without an issuer or account: rules for what phones write there, as for Steam's,
    /// are not for tokens.
    entry: RawEntry<'a>,
}

impl Token<'_> {
    /// Validates the token; its place names one that has no serial number.
    fn found(self, place: Place) -> Found {
        if [self.entry.kind, self.entry.algorithm].into_iter().any(is_like_key) {
            let what = name(self.serial, self.account, place);
            return Found::Refused { what, why: "its columns may be in another order".into() };
        }
        let mut found = self.entry.found(place.number());
        match &mut found {
            Found::Entry(entry) => self.complete(entry, place),
            Found::Skipped { what, .. }
            | Found::Refused { what, .. }
            | Found::Unread { what, .. } => *what = name(self.serial, self.account, place),
        }
        found
    }

    fn complete(&self, entry: &mut Provisioned, place: Place) {
        entry.app = Some(self.app(place));
        entry.issuer = repaired(self.issuer).or_else(|| repaired(self.serial));
        entry.account = repaired(self.account);
        entry.is_hardware = true;
        entry.serial = repaired(self.serial);
        entry.drift = self.drift;
        if let Otp::Hotp(hotp) = &mut entry.otp {
            hotp.types_identifier = self.types_identifier;
        }
    }

    /// Returns the name of its app: the serial number, else the manufacturer and the place.
    fn app(&self, place: Place) -> AppName {
        let [serial, issuer, account] = [self.serial, self.issuer, self.account].map(str::trim);
        if !serial.is_empty() {
            return AppName::fitting(serial);
        }
        let stem = [issuer, account, "token"].into_iter().find(|text| !text.is_empty());
        AppName::fitting(&format!("{} {}", shortened(stem.unwrap_or_default()), place.number()))
    }
}

impl Place {
    fn number(self) -> usize {
        let (Self::Entry(number) | Self::Line(number)) = self;
        number
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry(number) => write!(f, "entry {number}"),
            Self::Line(number) => write!(f, "line {number}"),
        }
    }
}

/// Returns the note on a counter that a file leaves out.
fn no_counter(what: &str) -> String {
    format!("{what} has no counter, and begins at 0")
}

/// Returns the name of a token for a report: its serial number, else its account, else its place.
///
/// Where columns are swapped, the serial number is the secret, which no report may repeat.
fn name(serial: &str, account: &str, place: Place) -> String {
    let mut texts = [serial, account].map(str::trim).into_iter();
    let name = texts.find(|text| !text.is_empty() && !is_like_key(text));
    name.map_or_else(|| place.to_string(), |text| shortened(text).into())
}

fn is_like_key(text: &str) -> bool {
    let digits = || text.chars().filter(|c| !matches!(c, ' ' | '-' | ':'));
    let is_hex = digits().count() >= SHORTEST_HEX && digits().all(|c| c.is_ascii_hexdigit());
    is_hex || Key::Base32(text).read().is_ok()
}
