use mfa::domain::Secret;

use super::error::{CommandError, Result};
use super::{Echo, Env, input};

/// Where a new secret comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The system's random generator.
    Random,
    /// All of stdin, or the terminal.
    Stdin,
    /// A line of stdin, with more to follow, or the terminal.
    Line,
}

/// Returns a new secret.
pub fn new_secret(source: Source, env: &mut Env<'_>) -> Result<Secret> {
    let unreadable = |e| CommandError::usage(format!("cannot read the secret: {e}"));
    let read = match source {
        Source::Random => {
            let generated = Secret::generate(|bytes| (env.random)(bytes));
            return generated.map_err(CommandError::no_randomness);
        }
        _ if env.stdin.is_terminal => {
            let typed = (env.terminal.ask)("Secret: ", Echo::Hidden).map_err(unreadable)?;
            return Ok(Secret::parse(typed.as_bytes())?);
        }
        Source::Stdin => input::secret(&mut env.stdin.stream),
        Source::Line => input::secret_line(&mut env.stdin.stream),
    };
    Ok(Secret::parse(&read.map_err(unreadable)?)?)
}
