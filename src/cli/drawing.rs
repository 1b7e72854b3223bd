//! Drawing QR codes on the terminal.

use mfa::qr::Qr;

use super::Env;
use super::error::{CommandError, Result};

/// The columns and lines assumed for a terminal whose size is unknown.
pub const USUAL: (u16, u16) = (80, 24);

/// Draws a QR code to fit the terminal; the error says how much room it takes.
pub fn draw(qr: &Qr, env: &Env<'_>) -> Result<String> {
    let (columns, rows) = (env.terminal.size)().unwrap_or(USUAL);
    qr.terminal(columns, rows)
        .map_err(|error| CommandError::from(error).hint("--output FILE.png writes a picture"))
}
