use zeroize::Zeroizing;

/// The QR codes found in a picture.
#[derive(Default)]
pub(super) struct Codes {
    /// Their contents, each text once.
    pub texts: Vec<Zeroizing<String>>,
    /// The number of codes that are whole and contain no text.
    pub no_text: usize,
    /// The number of codes that were seen and could not be read.
    pub unread: usize,
    /// Whether there was more than could be examined.
    pub crowded: bool,
}

impl Codes {
    pub(super) fn seen(&self) -> usize {
        self.texts.len() + self.no_text + self.unread
    }

    pub(super) fn take(&mut self, text: Zeroizing<String>) {
        if !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    /// Adds the result of another look at the same picture; the one that sees the most codes
    /// counts.
    pub(super) fn merge(&mut self, other: Self) {
        let seen = self.seen().max(other.seen());
        self.no_text = self.no_text.max(other.no_text);
        self.crowded |= other.crowded;
        other.texts.into_iter().for_each(|text| self.take(text));
        self.unread = seen.saturating_sub(self.texts.len() + self.no_text);
    }
}
