use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::domain::{CodeError, Secret, crockford, hmac_sha256};

/// Symbols of a code: 80 bits, beyond guessing at any rate, and a length that no gate takes (NIST SP
/// 800-63B §5.1.2.1 asks for 20 bits).
const SYMBOLS: usize = 16;

/// What separates these secrets from every other use of the old one.
const LABEL: &[u8] = b"mfa recovery v1";

/// A recovery code as it is typed, in canonical form, wiped on drop.
#[derive(Clone)]
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    pub(super) fn draw<E>(fill: &mut impl FnMut(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        crockford::draw::<SYMBOLS, E>(fill).map(Self)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Exposes the code as people read it: `7KQ4-M2XH-9WRT-AB3D`.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        crockford::grouped(&self.0)
    }

    /// Returns the secret that the code stands for where nothing can be kept between two requests: an
    /// HMAC-SHA-256 under the old one, so that neither the code nor the record alone tells it.
    #[must_use]
    pub fn secret(&self, old: &Secret, nonce: &[u8; 16]) -> Secret {
        let mac = hmac_sha256(old.expose_bytes(), &[LABEL, nonce, self.as_bytes()]);
        let fill = |bytes: &mut [u8]| {
            bytes.iter_mut().zip(mac.iter()).for_each(|(byte, drawn)| *byte = *drawn);
            Ok::<_, Infallible>(())
        };
        Secret::generate(fill).unwrap_or_else(|never| match never {})
    }
}

/// Reads a code without regard to case, hyphens and spaces, `O` as `0`, `I` and `L` as `1`.
impl FromStr for RecoveryCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        crockford::read(text, SYMBOLS).map(Self).ok_or(CodeError::NoRecoveryCode)
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Credential;

    #[test]
    fn a_code_is_four_groups_of_four_which_no_gate_takes() {
        let code: RecoveryCode = "7kq4m2xh-9wrt abod".parse().unwrap();
        assert_eq!(*code.expose(), "7KQ4-M2XH-9WRT-AB0D");
        assert_eq!(code.expose().parse::<Credential>().unwrap_err(), CodeError::Malformed);
        for text in ["", "7KQ4-M2XH-9WRT", "7KQ4-M2XH-9WRT-AB0U", "7KQ4-M2XH-9WRT-AB0DE"] {
            assert_eq!(text.parse::<RecoveryCode>().unwrap_err(), CodeError::NoRecoveryCode);
        }
    }

    #[test]
    fn the_old_secret_the_nonce_and_the_code_all_make_another_one() {
        let code: RecoveryCode = "7KQ4-M2XH-9WRT-AB0D".parse().unwrap();
        let other: RecoveryCode = "7KQ4-M2XH-9WRT-AB0E".parse().unwrap();
        let [old, older] = [[1; 20], [2; 20]].map(|bytes| Secret::from_bytes(&bytes).unwrap());
        let secret =
            |code: &RecoveryCode, old, nonce| code.secret(old, &[nonce; 16]).expose_base32();
        let one = secret(&code, &old, 1);
        assert_eq!((one.len(), &one), (32, &secret(&code, &old, 1)));
        for another in [secret(&other, &old, 1), secret(&code, &older, 1), secret(&code, &old, 2)] {
            assert_ne!(one, another);
        }
    }
}
