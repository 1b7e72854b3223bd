use zeroize::Zeroizing;

/// What was found of QR codes.
#[derive(Default)]
pub(super) struct Codes {
    /// What is in them, each text once.
    pub texts: Vec<Zeroizing<String>>,
    /// Codes that are whole and hold no text.
    pub no_text: usize,
    /// Codes that are seen and can't be read.
    pub unread: usize,
    /// Whether there was more than can be looked at.
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

    /// Adds what another look at the same picture found; the one that sees the most codes counts.
    pub(super) fn merge(&mut self, other: Self) {
        let seen = self.seen().max(other.seen());
        self.no_text = self.no_text.max(other.no_text);
        self.crowded |= other.crowded;
        other.texts.into_iter().for_each(|text| self.take(text));
        self.unread = seen.saturating_sub(self.texts.len() + self.no_text);
    }
}
