use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use constant_time_eq::constant_time_eq_32;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::AppName;

/// What something of an app is known by to those who may use it: the app's name, and 128 random bits.
///
/// The name is there because a store that is sealed cannot be searched for the bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Handle {
    /// The app.
    pub app: AppName,
    /// The random bits.
    pub bits: [u8; 16],
}

/// The SHA-256 of the bits of a handle: what a store keeps of one, so that who reads it cannot use it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct HandleDigest(#[serde(with = "super::bytes")] pub [u8; 32]);

/// A text that is no handle; it is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no identifier of this service")]
pub struct HandleError;

impl Handle {
    /// Returns the digest of the bits.
    #[must_use]
    pub fn digest(&self) -> HandleDigest {
        HandleDigest(Sha256::digest(self.bits).into())
    }
}

/// Compares in constant time: a handle that is guessed byte by byte opens what it names.
impl PartialEq for HandleDigest {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq_32(&self.0, &other.0)
    }
}

impl Eq for HandleDigest {}

impl FromStr for Handle {
    type Err = HandleError;

    fn from_str(text: &str) -> Result<Self, HandleError> {
        let (app, bits) = text.split_once('.').ok_or(HandleError)?;
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| HandleError);
        let app = String::from_utf8(decoded(app)?).map_err(|_| HandleError)?;
        let bits = decoded(bits)?.try_into().map_err(|_| HandleError)?;
        Ok(Self { app: app.parse().map_err(|_| HandleError)?, bits })
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let app = URL_SAFE_NO_PAD.encode(self.app.as_str());
        write!(f, "{app}.{}", URL_SAFE_NO_PAD.encode(self.bits))
    }
}

/// Shows the app alone: the bits let somebody in.
impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({})", self.app.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_reads_back_and_its_app_may_have_any_name() {
        for app in ["deploy", "Example Corp", "é字.x"] {
            let handle = Handle { app: app.parse().unwrap(), bits: [255; 16] };
            let text = handle.to_string();
            assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)));
            assert_eq!(text.parse(), Ok(handle));
        }
    }

    #[test]
    fn whatever_else_is_no_handle() {
        let bits = "_____________________w";
        assert!(format!("ZGVwbG95.{bits}").parse::<Handle>().is_ok());
        for text in [
            String::new(),
            bits.into(),
            format!(".{bits}"),
            format!("ZGVwbG95.{bits}."),
            format!("ZGVwbG95.{bits}=="),
            format!("ZGVwbG95=.{bits}"),
            format!("Li4vZXRj.{bits}"),
            "ZGVwbG95.".into(),
            "ZGVwbG95.____".into(),
        ] {
            assert_eq!(text.parse::<Handle>(), Err(HandleError), "{text}");
        }
    }

    #[test]
    fn debug_output_hides_the_bits() {
        let handle = Handle { app: "deploy".parse().unwrap(), bits: [1; 16] };
        assert_eq!(format!("{handle:?}"), "Handle(deploy)");
    }
}
