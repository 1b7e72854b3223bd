//! Drawing QR codes on the terminal.

use mfa::qr::Qr;

use super::Env;
use super::status::Usage;

/// The columns and lines that are assumed of a terminal that does not tell.
const USUAL: (u16, u16) = (80, 24);

/// Draws a QR code for the terminal that is there, or says how much room it takes.
pub fn draw(qr: &Qr, env: &Env<'_>) -> Result<String, Usage> {
    let (columns, rows) = (env.terminal_size)().unwrap_or(USUAL);
    qr.terminal(columns, rows)
        .map_err(|error| Usage::with_hint(error.to_string(), "--output FILE.png writes a picture"))
}
