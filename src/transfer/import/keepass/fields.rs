use base32::Alphabet::Rfc4648;
use zeroize::Zeroizing;

use crate::transfer::import::raw_entry::name;
use crate::transfer::import::uris::Uris;
use crate::transfer::import::{Found, encoding, within};

/// The codes of an entry as a URI or a bare secret, or what is wrong with them.
type Codes = Result<Zeroizing<String>, &'static str>;

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
        let (issuer, account) = (self.text("Title"), self.text("UserName"));
        match self.codes() {
            Some(Ok(codes)) => found.take_field(&codes, issuer, account, number),
            Some(Err(why)) => {
                found.add(Found::Refused { what: self.name(number), why: why.into() });
            }
            None => {}
        }
        let others = self.0.iter().filter(|(name, _)| name != "otp");
        for uri in others.flat_map(|(_, value)| value.lines()).flat_map(within::uris) {
            found.take_field(uri, issuer, account, number);
        }
    }

    /// Reads the fields that the app and its plugins have for codes.
    fn codes(&self) -> Option<Codes> {
        match self.text("otp") {
            "" => {
                let tray_totp = self.tray_totp().map(Ok);
                tray_totp.or_else(|| self.time_otp()).or_else(|| self.hmac_otp())
            }
            otp if otp.starts_with("key=") => Some(Ok(kee_otp(otp))),
            otp => Some(Ok(Zeroizing::new(otp.into()))),
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
    fn time_otp(&self) -> Option<Codes> {
        let secret = self.secret("TimeOtp-Secret")?;
        let [digits, period, algorithm] =
            ["TimeOtp-Length", "TimeOtp-Period", "TimeOtp-Algorithm"].map(|name| self.text(name));
        let rest = format!("&digits={digits}&period={period}&algorithm={algorithm}");
        Some(secret.map(|secret| uri("totp", &[&*secret, rest.as_str()].concat())))
    }

    /// Reads its fields for codes by counter.
    fn hmac_otp(&self) -> Option<Codes> {
        let secret = self.secret("HmacOtp-Secret")?;
        // KeePass writes the counter once it has shown a code.
        let counter = self.get("HmacOtp-Counter").unwrap_or("0");
        Some(secret.map(|secret| uri("hotp", &format!("{}&counter={counter}", *secret))))
    }

    /// Returns the parameter of a secret, which is text, hexadecimal, base32 or base64; but for text,
    /// spaces in it mean nothing.
    fn secret(&self, name: &str) -> Option<Codes> {
        let written = |suffix: &str| self.get(&[name, suffix].concat());
        let plain = |suffix: &str| written(suffix).map(spaceless);
        if let Some(base32) = plain("-Base32") {
            return Some(Ok(secret_parameter(&base32)));
        }
        let bytes = if let Some(text) = written("") {
            Ok(Zeroizing::new(text.as_bytes().to_vec()))
        } else if let Some(hex) = plain("-Hex") {
            encoding::hex(&hex).ok_or("the secret is not hexadecimal")
        } else {
            encoding::base64(&plain("-Base64")?).ok_or("the secret is not base64")
        };
        Some(bytes.map(|bytes| {
            let base32 = base32::encode(Rfc4648 { padding: false }, &bytes);
            secret_parameter(&Zeroizing::new(base32))
        }))
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

fn secret_parameter(base32: &str) -> Zeroizing<String> {
    Zeroizing::new(["secret=", base32].concat())
}

fn uri(kind: &str, query: &str) -> Zeroizing<String> {
    Zeroizing::new(["otpauth://", kind, "/?", query].concat())
}

fn spaceless(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter(|c| !c.is_whitespace()));
    plain
}
