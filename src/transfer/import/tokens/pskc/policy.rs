use crate::domain::quoted;
use crate::transfer::import::raw_entry::shortened;
use crate::transfer::import::xml::Element;

/// What a key may be used for, and when (RFC 6030 §5).
#[derive(Default)]
pub(super) struct Policy {
    start: String,
    expiry: String,
    /// The number of times that it may be used.
    uses: String,
    has_pin: bool,
    /// Whether one-time passwords are among the uses that are named, if any are.
    allows_codes: Option<bool>,
    /// The name of an element that mfa does not know.
    unknown: Option<String>,
}

impl Policy {
    pub(super) fn take(&mut self, element: &Element<'_>) {
        let text = element.text.trim();
        match element.path {
            [_, "Policy", "StartDate"] => self.start = text.into(),
            [_, "Policy", "ExpiryDate"] => self.expiry = text.into(),
            [_, "Policy", "NumberOfTransactions"] => self.uses = text.into(),
            [_, "Policy", "PINPolicy"] => self.has_pin = true,
            [_, "Policy", "KeyUsage"] => {
                self.allows_codes = Some(self.allows_codes == Some(true) || text == "OTP");
            }
            [_, "Policy", name] => self.unknown = Some(name.into()),
            _ => {}
        }
    }

    /// Returns the reason why the key may not be used: what is not understood forbids it as well.
    pub(super) fn fault(&self) -> Option<String> {
        let unknown = self.unknown.as_deref().map(shortened).map(quoted);
        let unknown = unknown.map(|name| format!("its policy has {name}, which mfa does not know"));
        let forbidden = self.allows_codes == Some(false);
        unknown.or_else(|| forbidden.then(|| "its policy allows no one-time passwords".into()))
    }

    /// Returns what the user should know, since mfa does not keep to it.
    pub(super) fn notes(&self, what: &str) -> Vec<String> {
        let stated = |text: &str, note: &str| {
            (!text.is_empty()).then(|| format!("{what} {note} {}", shortened(text)))
        };
        let start = stated(&self.start, "is valid from");
        let expiry = stated(&self.expiry, "expires at");
        let uses = stated(&self.uses, "is meant to be used no more often than");
        let pin = self.has_pin.then(|| format!("the PIN policy of {what} stays behind"));
        [start, expiry, uses, pin].into_iter().flatten().collect()
    }
}
