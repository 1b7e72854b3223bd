use super::{FormatError, Found, Import, MAX_ENTRIES, Parts};

/// The result of a format's function: an [`Import`] without the format.
#[derive(Default)]
pub(super) struct Contents {
    pub found: Vec<Found>,
    pub notes: Vec<String>,
    pub parts: Parts,
}

impl Contents {
    /// # Errors
    /// [`FormatError::TooMany`].
    pub(super) fn check_size(&self) -> Result<(), FormatError> {
        if self.found.len() > MAX_ENTRIES { Err(FormatError::TooMany) } else { Ok(()) }
    }

    pub(super) fn of(self, format: &'static str) -> Import {
        Import { format, found: self.found, notes: self.notes, parts: self.parts }
    }
}
