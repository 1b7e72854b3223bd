//! Files of hardware tokens, as their vendors and other servers write them.

pub(super) mod entra;
pub(super) mod oath_csv;
pub(super) mod pskc;
pub(super) mod safenet;
pub(super) mod yubico;

use super::Found;
use super::raw_entry::{RawEntry, name, repaired};
use crate::domain::{AppName, Drift, Otp, Provisioned};

/// A hardware token as a file describes it.
#[derive(Default)]
struct Token<'a> {
    /// The serial number, after which its app is named.
    serial: &'a str,
    drift: Drift,
    /// Whether it types an identifier before its codes.
    types_identifier: bool,
    /// Its codes; the issuer is the manufacturer.
    entry: RawEntry<'a>,
}

impl Token<'_> {
    /// Validates the token; `number` names one that has no serial number.
    fn found(mut self, number: usize) -> Found {
        self.serial = self.serial.trim();
        if self.entry.issuer.trim().is_empty() {
            self.entry.issuer = self.serial;
        }
        let mut found = self.entry.found(number);
        match &mut found {
            Found::Entry(entry) => self.complete(entry),
            Found::Skipped { what, .. }
            | Found::Refused { what, .. }
            | Found::Unread { what, .. } => *what = name("", self.serial, number),
        }
        found
    }

    fn complete(&self, entry: &mut Provisioned) {
        entry.app = (!self.serial.is_empty()).then(|| AppName::fitting(self.serial));
        entry.is_hardware = true;
        entry.serial = repaired(self.serial);
        entry.drift = self.drift;
        if let Otp::Hotp(hotp) = &mut entry.otp {
            hotp.types_identifier = self.types_identifier;
        }
    }
}
