//! Who wakes a phone, as its push service is told: RFC 8292, "VAPID".

use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;
use zeroize::Zeroizing;

use super::Contact;
use crate::domain::UnixTime;

/// The length of a key in bytes.
const LENGTH: usize = 32;

/// The seconds for which a token is good: half of the day that RFC 8292 §2 allows, since the clock of
/// the push service may be wrong too.
const GOOD_FOR: u64 = 12 * 3600;

/// The private key of whoever wakes phones, wiped on drop; browsers subscribe to its public one.
#[derive(Clone)]
pub struct VapidKey(SigningKey);

/// The reason why a text is no key; it is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a VAPID key is {LENGTH} bytes in base64url, without padding")]
pub struct VapidKeyError;

impl VapidKey {
    /// Makes a key; `fill` is the system's random generator.
    ///
    /// # Errors
    /// The error of `fill`.
    pub fn generate<E>(mut fill: impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        loop {
            fill(&mut *bytes)?;
            // One in 2^32 is above the order of the curve.
            if let Ok(key) = SigningKey::from_slice(&*bytes) {
                return Ok(Self(key));
            }
        }
    }

    /// Returns the key as a line of text.
    #[must_use]
    pub fn expose_line(&self) -> Zeroizing<String> {
        let bytes = Zeroizing::new(<[u8; LENGTH]>::from(self.0.to_bytes()));
        let mut line = Zeroizing::new(String::with_capacity(2 * LENGTH));
        URL_SAFE_NO_PAD.encode_string(*bytes, &mut line);
        line.push('\n');
        line
    }

    /// Returns the public key as browsers take it: an uncompressed point in base64url (RFC 8292 §3.2).
    #[must_use]
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.verifying_key().to_sec1_point(false))
    }

    /// Returns the header that says who asks the push service of this origin.
    pub(super) fn authorization(&self, origin: &str, contact: &Contact, now: UnixTime) -> String {
        let expires = now.0.saturating_add(GOOD_FOR);
        let header = json!({ "typ": "JWT", "alg": "ES256" });
        let claims = json!({ "aud": origin, "exp": expires, "sub": contact.as_str() });
        let [header, claims] =
            [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{claims}");
        let signature: Signature = self.0.sign(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public_key())
    }
}

impl FromStr for VapidKey {
    type Err = VapidKeyError;

    fn from_str(text: &str) -> Result<Self, VapidKeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| VapidKeyError)?;
        let bytes = Zeroizing::new(bytes);
        // A shorter one would be filled up: a key that lost its end is another key.
        let whole = Some(&*bytes).filter(|bytes| bytes.len() == LENGTH).ok_or(VapidKeyError)?;
        SigningKey::from_slice(whole).map(Self).map_err(|_| VapidKeyError)
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier;

    use super::*;

    /// The key pair of RFC 8291 §5: whoever else derives the public one gets the same.
    const PRIVATE: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    const PUBLIC: &str =
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";

    fn key() -> VapidKey {
        PRIVATE.parse().unwrap()
    }

    fn decoded(part: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(part).unwrap()
    }

    #[test]
    fn the_public_key_is_the_point_of_the_private_one() {
        assert_eq!(
            (key().public_key(), &**key().expose_line()),
            (PUBLIC.into(), &*format!("{PRIVATE}\n"))
        );
    }

    #[test]
    fn a_token_names_the_push_service_an_end_within_a_day_and_a_contact_and_is_signed() {
        let contact = "mailto:admin@example.org".parse().unwrap();
        let header = key().authorization("https://push.example", &contact, UnixTime(1_000_000));
        let (token, public) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let point = VerifyingKey::from_sec1_bytes(&decoded(public)).unwrap();
        let signature = Signature::from_slice(&decoded(signature)).unwrap();
        point.verify(signed.as_bytes(), &signature).unwrap();
        let (head, claims) = signed.split_once('.').unwrap();
        let parts = [head, claims].map(|part| String::from_utf8(decoded(part)).unwrap());
        let expected = [
            r#"{"alg":"ES256","typ":"JWT"}"#,
            r#"{"aud":"https://push.example","exp":1043200,"sub":"mailto:admin@example.org"}"#,
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn what_is_no_key_is_refused_and_a_drawn_one_is_one() {
        let zero = URL_SAFE_NO_PAD.encode([0; 32]);
        let order = URL_SAFE_NO_PAD.encode([0xff; 32]);
        for text in ["", &PRIVATE[1..], &format!("{PRIVATE}="), PUBLIC, "+", &zero, &order] {
            assert_eq!(text.parse::<VapidKey>().err(), Some(VapidKeyError), "{text}");
        }
        let mut draws = [0xff, 7].into_iter();
        let drawn = VapidKey::generate(|bytes| {
            bytes.fill(draws.next().ok_or(())?);
            Ok::<(), ()>(())
        });
        let sevens = format!("{}\n", URL_SAFE_NO_PAD.encode([7; 32]));
        assert_eq!(*drawn.unwrap().expose_line(), sevens);
        assert_eq!(VapidKey::generate(|_| Err(1)).err(), Some(1));
    }
}
