use std::io;

use crate::transfer::crypto::kdf;

/// The reasons why nothing could be read from a file; no variant contains a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A file with nothing but white space in it.
    #[error("the file is empty")]
    Empty,
    /// A text in none of the formats.
    #[error("not a format that mfa can import")]
    UnknownFormat,
    /// Bytes in none of the formats, which [`read_andotp`](super::read_andotp) may be able to read.
    #[error("not a format that mfa can import")]
    Unsigned,
    /// A file of another kind.
    #[error("it is {what}")]
    Foreign {
        /// The kind.
        what: &'static str,
        /// What to do instead.
        hint: &'static str,
    },
    /// A file of more than 16 MB, or a picture of more than 20 MB or 50 megapixels.
    #[error("the file is larger than {most}")]
    TooLarge {
        /// The limit.
        most: &'static str,
    },
    /// A file with more than 100,000 entries.
    #[error("the file holds more than 100000 entries")]
    TooMany,
    /// A file of a known format with contents that make no sense.
    #[error("the {format} file is damaged: {why}")]
    Damaged {
        /// The format.
        format: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A file of a known format in a variant that cannot be read.
    #[error("the {format} file can't be read: {why}")]
    Unsupported {
        /// The format.
        format: &'static str,
        /// The variant, and what to do.
        why: String,
    },
    /// A password that does not open the file.
    #[error("the {format} file does not open with this password")]
    WrongPassword {
        /// The format.
        format: &'static str,
    },
    /// A file that is encrypted with a key, which [`read_pskc`](super::read_pskc) takes.
    #[error("the {format} file is encrypted with a key")]
    KeyNeeded {
        /// The format.
        format: &'static str,
    },
    /// A file that is not encrypted, although there is a key or a password for it.
    #[error("the {format} file is not encrypted: the key or password was not used")]
    NotEncrypted {
        /// The format.
        format: &'static str,
    },
    /// A key that does not open the file.
    #[error("the {format} file does not open with this key")]
    WrongKey {
        /// The format.
        format: &'static str,
    },
    /// A text that cannot be a key of the file's cipher.
    #[error("{why}")]
    BadKey {
        /// What is wrong with it.
        why: String,
    },
    /// A caller without a key.
    #[error("no key")]
    NoKey(#[source] io::Error),
    /// A caller without a password.
    #[error("it needs a password")]
    Password(#[source] io::Error),
}

/// An [`ImportError`] before the format is known.
#[derive(Debug)]
pub(crate) enum FormatError {
    /// Only for pictures: other files are measured before the format is known.
    TooLarge,
    TooMany,
    Damaged(String),
    Unsupported(String),
    WrongPassword,
    KeyNeeded,
    NotEncrypted,
    WrongKey,
    BadKey(String),
    NoKey(io::Error),
    Password(io::Error),
}

impl From<kdf::Refused> for FormatError {
    fn from(kdf::Refused(why): kdf::Refused) -> Self {
        Self::Unsupported(why)
    }
}

impl FormatError {
    pub(crate) fn damaged(why: &str) -> Self {
        Self::Damaged(why.into())
    }

    pub(crate) fn unsupported(why: &str) -> Self {
        Self::Unsupported(why.into())
    }

    pub(super) fn in_format(self, format: &'static str) -> ImportError {
        match self {
            Self::TooLarge => ImportError::TooLarge { most: "20 MB or 50 megapixels" },
            Self::TooMany => ImportError::TooMany,
            Self::Damaged(why) => ImportError::Damaged { format, why },
            Self::Unsupported(why) => ImportError::Unsupported { format, why },
            Self::WrongPassword => ImportError::WrongPassword { format },
            Self::KeyNeeded => ImportError::KeyNeeded { format },
            Self::NotEncrypted => ImportError::NotEncrypted { format },
            Self::WrongKey => ImportError::WrongKey { format },
            Self::BadKey(why) => ImportError::BadKey { why },
            Self::NoKey(error) => ImportError::NoKey(error),
            Self::Password(error) => ImportError::Password(error),
        }
    }
}
