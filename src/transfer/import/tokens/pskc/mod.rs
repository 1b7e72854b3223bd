mod derivation;
mod key;
mod keys;
mod lock;
mod policy;
mod value;

use std::mem;

use crate::transfer::import::tokens::{Place, name};
use crate::transfer::import::xml::{self, Element};
use crate::transfer::import::{Ask, Contents, FormatError, Found, Source};
use key::{Device, TokenKey};
use lock::{Given, Lock};
use value::{Sealed, Value};

/// What is known about a container at an element's end.
struct Container<'a> {
    lock: Lock<'a>,
    device: Device,
    key: TokenKey,
    /// The part of the key's data that is being read.
    value: Value,
    /// The ciphertext that is being read.
    sealed: Sealed,
    is_signed: bool,
    contents: Contents,
}

/// Reads a Portable Symmetric Key Container (RFC 6030), plain or encrypted with a password.
pub(in crate::transfer::import) fn read(
    source: &Source<'_>,
    password: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    contents(source.text, Given::Password(password))
}

/// Reads one that is encrypted with a key, which `key` gives in hexadecimal.
pub(in crate::transfer::import) fn read_with_key(
    source: &Source<'_>,
    key: &mut Ask<'_>,
) -> Result<Option<Contents>, FormatError> {
    contents(source.text, Given::Key(key))
}

fn contents(text: &str, given: Given<'_>) -> Result<Option<Contents>, FormatError> {
    if xml::root(text).is_none_or(|root| root != "KeyContainer") {
        return Ok(None);
    }
    let mut container = Container {
        lock: Lock::new(given),
        device: Device::default(),
        key: TokenKey::default(),
        value: Value::default(),
        sealed: Sealed::default(),
        is_signed: false,
        contents: Contents::default(),
    };
    xml::elements(text, |element| container.take(element))?;
    container.lock.check()?;
    let mut contents = Contents { is_unsealed: container.lock.has_plain, ..container.contents };
    if container.is_signed {
        contents.notes.push("the signature of the file is not checked".into());
    }
    Ok(Some(contents))
}

impl Container<'_> {
    fn take(&mut self, element: &Element<'_>) -> Result<(), FormatError> {
        match element.path {
            [.., "EncryptionMethod"] => self.sealed.cipher = algorithm(element),
            [_, "CipherData", "CipherValue"] => self.sealed.data = value::base64(element.text),
            [_, "MACMethod", "MACKey"] => self.lock.mac_key = Some(mem::take(&mut self.sealed)),
            [_, "Data", field] if key::FIELDS.contains(&field) => return self.end_of_data(field),
            [_, "Data", _] => self.value = Value::default(),
            [.., "PlainValue"] => self.value.set_plain(element.text),
            [.., "EncryptedValue"] => self.value.set_sealed(mem::take(&mut self.sealed)),
            [.., "ValueMAC"] => {
                self.value.mac = value::base64(element.text).filter(|mac| !mac.is_empty());
            }
            [_, "KeyPackage", "Key"] => return self.end_of_key(element),
            [.., "KeyPackage"] => return self.end_of_package(),
            [_, "KeyContainer", "Device"] => {
                return Err(FormatError::unsupported("it is of a draft from before RFC 6030"));
            }
            [.., "SignatureValue"] => self.is_signed = true,
            _ => {
                self.lock.take(element);
                self.device.take(element);
                self.key.take(element);
            }
        }
        Ok(())
    }

    fn end_of_data(&mut self, field: &str) -> Result<(), FormatError> {
        let value = mem::take(&mut self.value);
        if field == "Secret" && value.is_plain() {
            self.lock.admit_plain().unwrap_or_else(|fault| self.key.fail(fault));
        }
        let opened = value.open(&mut self.lock)?;
        self.key.take_data(field, opened);
        Ok(())
    }

    fn end_of_key(&mut self, element: &Element<'_>) -> Result<(), FormatError> {
        let key = mem::take(&mut self.key);
        self.device.keys += 1;
        let id = element.attribute("Id").unwrap_or_default();
        let kind = kind(&element.attribute("Algorithm").unwrap_or_default());
        let (serial, place) = (self.device.serial(&id), self.place());
        let found = key.found(&self.device, serial, &kind, place);
        if let Found::Entry(_) = found {
            self.contents.notes.extend(key.notes(&name(serial, "", place), &kind));
        }
        self.push(found)
    }

    fn end_of_package(&mut self) -> Result<(), FormatError> {
        let device = mem::take(&mut self.device);
        if device.keys > 0 {
            return Ok(());
        }
        let what = name(device.serial(""), "", self.place());
        self.push(Found::Refused { what, why: "it has no key".into() })
    }

    /// Returns the place of the key that comes next.
    fn place(&self) -> Place {
        Place::Entry(self.contents.found.len() + 1)
    }

    fn push(&mut self, found: Found) -> Result<(), FormatError> {
        self.contents.found.push(found);
        self.contents.check_size()
    }
}

/// Returns the kind of codes that an algorithm makes (RFC 6030 §10), in lower case.
fn kind(algorithm: &str) -> String {
    let kind = algorithm.strip_prefix("urn:ietf:params:xml:ns:keyprov:pskc:");
    kind.map_or_else(|| local(algorithm), str::to_owned).to_ascii_lowercase()
}

/// Returns the name of an element's algorithm.
fn algorithm(element: &Element<'_>) -> String {
    local(&element.attribute("Algorithm").unwrap_or_default())
}

/// Returns what comes after the `#` of a URI.
fn local(uri: &str) -> String {
    uri.rsplit('#').next().unwrap_or_default().to_owned()
}
