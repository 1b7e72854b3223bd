use zeroize::Zeroizing;

use super::policy::Policy;
use super::value::Opened;
use crate::domain::{Drift, quoted};
use crate::transfer::import::Found;
use crate::transfer::import::raw_entry::{Key, RawEntry, shortened};
use crate::transfer::import::tokens::{Place, Token, name, no_counter};
use crate::transfer::import::xml::Element;

/// The parts of a key's data that count.
pub(super) const FIELDS: [&str; 4] = ["Secret", "Counter", "TimeInterval", "TimeDrift"];

/// The token that a key is in.
#[derive(Default)]
pub(super) struct Device {
    manufacturer: String,
    serial: String,
    user: String,
    /// The number of its keys that were read.
    pub keys: usize,
}

/// A key as the file describes it.
#[derive(Default)]
pub(super) struct TokenKey {
    user: String,
    algorithm: String,
    digits: Option<u64>,
    secret: Zeroizing<Vec<u8>>,
    counter: Option<u64>,
    period: Option<u64>,
    drift: Drift,
    policy: Policy,
    /// The parts of its data that were read.
    fields: Vec<String>,
    /// What is wrong with it.
    fault: Option<String>,
}

impl Device {
    pub(super) fn take(&mut self, element: &Element<'_>) {
        let text = || element.text.trim().to_owned();
        match element.path {
            [_, "DeviceInfo", "Manufacturer"] => self.manufacturer = text(),
            [_, "DeviceInfo", "SerialNo"] => self.serial = text(),
            [_, "DeviceInfo", "UserId"] => self.user = text(),
            _ => {}
        }
    }

    /// Returns the serial number, or else the key's own name.
    pub(super) fn serial<'a>(&'a self, id: &'a str) -> &'a str {
        if self.serial.is_empty() { id } else { &self.serial }
    }
}

impl TokenKey {
    pub(super) fn take(&mut self, element: &Element<'_>) {
        let text = || element.text.trim().to_owned();
        match element.path {
            [_, "Key", "UserId"] => self.user = text(),
            [.., "AlgorithmParameters", "Suite"] => self.algorithm = text(),
            [.., "AlgorithmParameters", "ResponseFormat"] => self.take_format(element),
            _ => self.policy.take(element),
        }
    }

    fn take_format(&mut self, element: &Element<'_>) {
        match element.attribute("Length").map(|length| length.parse()).transpose() {
            Ok(digits) => self.digits = digits,
            Err(_) => self.fail("the length of its codes is not a number"),
        }
        match element.attribute("Encoding") {
            Some(encoding) if encoding != "DECIMAL" => {
                self.fail(&format!("its codes are {}, not DECIMAL", quoted(shortened(&encoding))));
            }
            _ => {}
        }
        if element.attribute("CheckDigits").is_some_and(|is| is == "true" || is == "1") {
            self.fail("its codes have a check digit");
        }
    }

    pub(super) fn fail(&mut self, fault: &str) {
        self.fault.get_or_insert_with(|| fault.into());
    }

    /// Takes a part of the data, or what is wrong with it.
    pub(super) fn take_data(&mut self, field: &str, opened: Result<Opened, String>) {
        if self.fields.iter().any(|read| read == field) {
            return self.fail("a part of its data is there twice");
        }
        self.fields.push(field.into());
        let opened = match opened {
            Ok(opened) => opened,
            Err(fault) => return self.fail(&fault),
        };
        let number = opened.integer();
        let unsigned = number.and_then(|number| u64::try_from(number).ok());
        match field {
            "Secret" => match opened.bytes() {
                Some(secret) => self.secret = secret,
                None => self.fail("the secret is not base64"),
            },
            "Counter" if unsigned.is_some() => self.counter = unsigned,
            "TimeInterval" if unsigned.is_some() => self.period = unsigned,
            "TimeDrift" => match number.and_then(drift) {
                Some(drift) => self.drift = drift,
                None => self.fail("its drift is not a number of 50 steps at most"),
            },
            "Counter" | "TimeInterval" => self.fail("its counter or period is not a number"),
            _ => {}
        }
    }

    pub(super) fn found(&self, device: &Device, serial: &str, kind: &str, place: Place) -> Found {
        let account = if self.user.is_empty() { &device.user } else { &self.user };
        let fault = if kind.is_empty() {
            Some("it does not say how its codes are made".into())
        } else {
            let fault = || self.fault.clone().or_else(|| self.policy.fault());
            is_supported(kind).then(fault).flatten()
        };
        if let Some(why) = fault {
            return Found::Refused { what: name(serial, account, place), why };
        }
        let entry = RawEntry {
            kind,
            secret: Key::Bytes(&self.secret),
            algorithm: &self.algorithm,
            digits: self.digits,
            period: self.period,
            counter: self.counter.or(Some(0)),
            ..RawEntry::default()
        };
        let issuer = &device.manufacturer;
        let token = Token { serial, issuer, account, drift: self.drift, entry, ..Token::default() };
        token.found(place)
    }

    /// Returns what the user should know of a key that can be imported.
    pub(super) fn notes(&self, what: &str, kind: &str) -> Vec<String> {
        let mut notes = Vec::new();
        if kind == "hotp" && self.counter.is_none() {
            notes.push(no_counter(what));
        }
        notes.extend(self.policy.notes(what));
        notes
    }
}

fn is_supported(kind: &str) -> bool {
    matches!(kind, "hotp" | "totp")
}

fn drift(steps: i128) -> Option<Drift> {
    i8::try_from(steps).ok().and_then(|steps| steps.try_into().ok())
}
