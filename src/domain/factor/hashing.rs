use std::fmt;
use std::str::FromStr;

use argon2::password_hash::phc::{ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

/// The most memory in KiB, passes and lanes that a set may ask for: a damaged record must not
/// occupy the machine. Far above what OWASP's Password Storage Cheat Sheet lists.
const MOST: (u32, u32, u32) = (1024 * 1024, 64, 16);

/// The way in which the digests of a set of backup codes, or of a recovery code, are computed,
/// written as the head of a PHC string: `$argon2id$v=19$m=19456,t=2,p=1$SALT`.
///
/// New sets use [`Params::DEFAULT`]: 19 MiB, two passes, one lane, the minimum for Argon2id in
/// OWASP's Password Storage Cheat Sheet. They record it, so that it can be raised later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hashing {
    /// Memory, passes and lanes; `None` for a set from before they were recorded, which means 19
    /// MiB, two passes, one lane.
    pub params: Option<Params>,
    /// The salt of all digests of the set.
    pub salt: [u8; 16],
}

/// A digest that could not be computed for lack of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest cannot be computed: {0}")]
pub struct HashingError(argon2::Error);

/// A text that is not the head of a PHC string of Argon2id, or asks for too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no parameters of Argon2id")]
pub struct HeaderError;

impl Hashing {
    /// The parameters of sets whose records do not state them.
    const UNTOLD: (u32, u32, u32) = (19 * 1024, 2, 1);

    pub(crate) fn digest(&self, code: &[u8]) -> Result<[u8; 32], HashingError> {
        let (memory, passes, lanes) = self.params.as_ref().map_or(Self::UNTOLD, cost);
        let params = Params::new(memory, passes, lanes, Some(32)).map_err(HashingError)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut digest = [0; 32];
        argon2.hash_password_into(code, &self.salt, &mut digest).map_err(HashingError)?;
        Ok(digest)
    }
}

fn cost(params: &Params) -> (u32, u32, u32) {
    (params.m_cost(), params.t_cost(), params.p_cost())
}

impl fmt::Display for Hashing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params = self.params.clone().unwrap_or_default();
        let head = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(|_| fmt::Error)?,
            salt: Some(Salt::new(&self.salt).map_err(|_| fmt::Error)?),
            hash: None,
        };
        head.fmt(f)
    }
}

impl FromStr for Hashing {
    type Err = HeaderError;

    fn from_str(text: &str) -> Result<Self, HeaderError> {
        let head = PasswordHash::new(text).map_err(|_| HeaderError)?;
        let params = Params::try_from(&head.params).map_err(|_| HeaderError)?;
        let salt = head.salt.and_then(|salt| (*salt).try_into().ok()).ok_or(HeaderError)?;
        let (memory, passes, lanes) = cost(&params);
        let hashing = Self { params: Some(params), salt };
        // Anything that would be written otherwise, such as another algorithm, is not ours.
        let known = hashing.to_string() == text;
        let bounded = memory <= MOST.0 && passes <= MOST.1 && lanes <= MOST.2;
        if known && bounded { Ok(hashing) } else { Err(HeaderError) }
    }
}

impl TryFrom<String> for Hashing {
    type Error = HeaderError;

    fn try_from(text: String) -> Result<Self, HeaderError> {
        text.parse()
    }
}

impl From<Hashing> for String {
    fn from(hashing: Hashing) -> Self {
        hashing.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ";

    #[test]
    fn parameters_and_salt_are_the_head_of_a_phc_string() {
        let hashing = Hashing { params: Some(Params::DEFAULT), salt: [1; 16] };
        assert_eq!(hashing.to_string(), HEAD);
        assert_eq!(HEAD.parse(), Ok(hashing));
    }

    #[test]
    fn each_parameter_makes_another_digest_and_those_untold_are_the_first() {
        let with = |head: &str| head.parse::<Hashing>().unwrap().digest(b"code").unwrap();
        let untold = Hashing { params: None, salt: [1; 16] };
        assert_eq!(untold.digest(b"code").unwrap(), with(HEAD));
        for (parameter, other) in
            [("m=19456", "m=8192"), ("t=2", "t=3"), ("p=1", "p=2"), ("$AQ", "$Ag")]
        {
            assert_ne!(with(&HEAD.replace(parameter, other)), with(HEAD), "{other}");
        }
    }

    #[test]
    fn what_is_no_such_head_or_asks_for_too_much_is_refused() {
        for (part, other) in [
            ("argon2id", "argon2i"),
            ("v=19", "v=16"),
            ("m=19456", "m=4194304"),
            ("t=2", "t=1000"),
            ("p=1", "p=200"),
            ("m=19456", "m=1"),
            ("m=19456,", "m=19456,x=1,"),
            ("AQEBAQEBAQEBAQEBAQEBAQ", "AQEBAQEBAQEBAQ"),
            ("$AQEBAQEBAQEBAQEBAQEBAQ", ""),
        ] {
            assert_eq!(HEAD.replace(part, other).parse::<Hashing>(), Err(HeaderError), "{other}");
        }
        for text in ["", "$", "AQEBAQ", &format!("{HEAD}${}", "A".repeat(43))] {
            assert_eq!(text.parse::<Hashing>(), Err(HeaderError), "{text}");
        }
    }
}
