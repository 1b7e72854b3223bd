use std::io;

use crate::transfer::crypto::kdf;

/// Why nothing came out of a file, without any secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A text of none of the formats.
    #[error("not a format that mfa can import")]
    UnknownFormat,
    /// Bytes of none of the formats, which [`read_andotp`](super::read_andotp) may know.
    #[error("not a format that mfa can import")]
    Unsigned,
    /// Another kind of file.
    #[error("it is {what}")]
    Foreign {
        /// The kind.
        what: &'static str,
        /// What to do with it.
        hint: &'static str,
    },
    /// More than 16 MB, or as a picture more than 20 MB or 50 megapixels.
    #[error("the file is too large")]
    TooLarge,
    /// More than 100,000 entries.
    #[error("the file holds more than 100000 entries")]
    TooMany,
    /// The format is plain, what it holds is not.
    #[error("the {format} file is damaged: {why}")]
    Damaged {
        /// The format.
        format: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A kind of this format that cannot be read.
    #[error("the {format} file can't be read: {why}")]
    Unsupported {
        /// The format.
        format: &'static str,
        /// What kind it is, and what to do.
        why: String,
    },
    /// The password does not open it.
    #[error("the {format} file does not open with this password")]
    WrongPassword {
        /// The format.
        format: &'static str,
    },
    /// The caller has no password.
    #[error("no password")]
    Password(#[source] io::Error),
}

/// An [`ImportError`] before the format is known.
#[derive(Debug)]
pub(crate) enum FormatError {
    TooLarge,
    TooMany,
    Damaged(String),
    Unsupported(String),
    WrongPassword,
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
            Self::TooLarge => ImportError::TooLarge,
            Self::TooMany => ImportError::TooMany,
            Self::Damaged(why) => ImportError::Damaged { format, why },
            Self::Unsupported(why) => ImportError::Unsupported { format, why },
            Self::WrongPassword => ImportError::WrongPassword { format },
            Self::Password(error) => ImportError::Password(error),
        }
    }
}
