use super::{FormatError, Found, Import, MAX_ENTRIES, Parts};

/// The result of a format's function: an [`Import`] without the format.
#[derive(Default)]
pub(super) struct Contents {
    pub found: Vec<Found>,
    pub notes: Vec<String>,
    pub parts: Parts,
    /// Whether it is a container that could be encrypted, and is not.
    pub is_unsealed: bool,
}

impl Contents {
    /// # Errors
    /// [`FormatError::TooMany`].
    pub(super) fn check_size(&self) -> Result<(), FormatError> {
        if self.found.len() > MAX_ENTRIES { Err(FormatError::TooMany) } else { Ok(()) }
    }

    pub(super) fn of(self, format: &'static str) -> Import {
        let Self { found, notes, parts, is_unsealed } = self;
        Import { format, found, notes, parts, is_unsealed }
    }
}
