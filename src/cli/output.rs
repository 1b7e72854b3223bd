use std::io::{self, Write};

use super::error::{CommandError, Result};

/// A stream that a command writes to.
pub struct Output<'a> {
    /// The underlying stream.
    pub stream: Box<dyn Write + 'a>,
    /// Whether it is a terminal, where someone reads.
    pub is_terminal: bool,
    /// The error of the first write that failed; nothing is written after it.
    pub failed: Option<io::Error>,
}

impl Output<'_> {
    /// Writes text as it is, unless an earlier write failed: output with a gap would mislead.
    ///
    /// A gate's answer is its exit status, and must not depend on who listens; every other command
    /// whose product is its output checks [`delivered`](Self::delivered).
    pub fn write(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    /// Writes bytes as they are, under the same condition.
    pub fn write_bytes(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            let written = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
            self.failed = written.err();
        }
    }

    /// Fails if not everything could be written.
    pub fn delivered(&mut self) -> Result<()> {
        self.failed.take().map_or(Ok(()), |error| Err(CommandError::undelivered(error)))
    }

    /// Writes text and a line end.
    pub fn line(&mut self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    /// Writes one JSON value on a line.
    pub fn json(&mut self, value: &impl serde::Serialize) {
        self.line(&serde_json::to_string(value).unwrap_or_default());
    }
}
