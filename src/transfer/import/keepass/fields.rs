use base32::Alphabet::Rfc4648;
use zeroize::Zeroizing;

use crate::transfer::import::raw_entry::name;
use crate::transfer::import::uris::Uris;
use crate::transfer::import::{encoding, within};

/// The fields of an entry, each with its name.
#[derive(Default)]
pub(super) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    pub(super) fn add(&mut self, name: String, value: Zeroizing<String>) {
        self.0.push((name, value));
    }

    /// Names the entry for a report.
    pub(super) fn name(&self, number: usize) -> String {
        name(self.text("Title"), self.text("UserName"), number)
    }

    /// Reports whether there is anything that [`Fields::find`] makes something of.
    pub(super) fn have_codes(&self) -> bool {
        let mut found = Uris::default();
        self.find(0, &mut found);
        !found.finish().found.is_empty()
    }

    /// Finds the codes of the entry, and URIs in all its other fields.
    pub(super) fn find(&self, number: usize, found: &mut Uris) {
        let mut take =
            |uri: &str| found.take_field(uri, self.text("Title"), self.text("UserName"), number);
        if let Some(codes) = self.codes() {
            take(&codes);
        }
        let others = self.0.iter().filter(|(name, _)| name != "otp");
        others.flat_map(|(_, value)| value.lines()).flat_map(within::uris).for_each(take);
    }

    /// Returns a URI, or a bare secret, of the fields that the app and its plugins have for codes.
    fn codes(&self) -> Option<Zeroizing<String>> {
        match self.text("otp") {
            "" => self.tray_totp().or_else(|| self.time_otp()).or_else(|| self.hmac_otp()),
            otp if otp.starts_with("key=") => Some(kee_otp(otp)),
            otp => Some(Zeroizing::new(otp.into())),
        }
    }

    /// Reads the fields of `KeeTrayTOTP`, which earlier versions of `KeePassXC` had too: the settings
    /// are a period and digits, or `S` for Steam.
    fn tray_totp(&self) -> Option<Zeroizing<String>> {
        let secret = spaceless(self.get("TOTP Seed")?);
        let mut settings = self.text("TOTP Settings").split(';');
        let (period, digits) =
            (settings.next().unwrap_or_default(), settings.next().unwrap_or_default());
        let kind = if digits == "S" { "steam" } else { "totp" };
        Some(uri(kind, &format!("secret={}&period={period}&digits={digits}", *secret)))
    }

    /// Reads `KeePass`'s own fields for codes by time, as its field references have them since 2.47.
    fn time_otp(&self) -> Option<Zeroizing<String>> {
        let secret = self.secret("TimeOtp-Secret")?;
        let [digits, period, algorithm] =
            ["TimeOtp-Length", "TimeOtp-Period", "TimeOtp-Algorithm"].map(|name| self.text(name));
        let rest = format!("&digits={digits}&period={period}&algorithm={algorithm}");
        Some(uri("totp", &[&*secret, rest.as_str()].concat()))
    }

    /// Reads its fields for codes by counter.
    fn hmac_otp(&self) -> Option<Zeroizing<String>> {
        let secret = self.secret("HmacOtp-Secret")?;
        // KeePass writes the counter once it has shown a code.
        let counter = self.get("HmacOtp-Counter").unwrap_or("0");
        Some(uri("hotp", &format!("{}&counter={counter}", *secret)))
    }

    /// Returns the parameter of a secret, which is text, hexadecimal, base32 or base64.
    fn secret(&self, name: &str) -> Option<Zeroizing<String>> {
        let written = |suffix: &str| self.get(&[name, suffix].concat());
        let bytes = match (written(""), written("-Hex"), written("-Base32"), written("-Base64")) {
            (.., Some(text), _) => {
                return Some(Zeroizing::new(format!("secret={}", *spaceless(text))));
            }
            (Some(text), ..) => Zeroizing::new(text.as_bytes().to_vec()),
            (_, Some(text), ..) => encoding::hex(text).unwrap_or_default(),
            (.., Some(text)) => encoding::base64(text).unwrap_or_default(),
            _ => return None,
        };
        let secret = Zeroizing::new(base32::encode(Rfc4648 { padding: false }, &bytes));
        Some(Zeroizing::new(format!("secret={}", *secret)))
    }

    fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter().filter(|(known, _)| known == name);
        fields.find_map(|(_, value)| Some(value.trim()).filter(|value| !value.is_empty()))
    }
}

/// Reads what the plugin `KeeOtp` writes: `key=…&size=6&step=30`.
fn kee_otp(otp: &str) -> Zeroizing<String> {
    let mut kind = "totp";
    let mut query = Zeroizing::new(String::with_capacity(2 * otp.len()));
    for pair in otp.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = match name {
            "key" => "secret",
            "size" => "digits",
            "step" => "period",
            "otpHashMode" => "algorithm",
            "type" => {
                kind = value;
                continue;
            }
            other => other,
        };
        query.extend([name, "=", value, "&"]);
    }
    uri(kind, &query)
}

fn uri(kind: &str, query: &str) -> Zeroizing<String> {
    Zeroizing::new(["otpauth://", kind, "/?", query].concat())
}

fn spaceless(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter(|c| !c.is_whitespace()));
    plain
}
