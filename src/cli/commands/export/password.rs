//! Asking for a password that cannot be reset.

use zeroize::Zeroizing;

use crate::cli::error::{CommandError, Result};
use crate::cli::{Echo, Env, input};

/// Reads the password of a new vault, twice from the terminal or once from a line of stdin.
pub fn get(stdin: bool, env: &mut Env<'_>) -> Result<Zeroizing<String>> {
    let no = |error| {
        let hint = "--password-stdin reads it from stdin";
        input::refusal(&error, CommandError::usage("the vault needs a password").hint(hint))
    };
    let password = if stdin {
        input::line(&mut env.stdin.stream).map_err(no)?
    } else {
        let password =
            (env.terminal.ask)("Password of the new vault: ", Echo::Hidden).map_err(no)?;
        if password != (env.terminal.ask)("The same again: ", Echo::Hidden).map_err(no)? {
            return Err(CommandError::usage("the passwords differ"));
        }
        password
    };
    if password.is_empty() {
        Err(CommandError::usage("the password is empty"))
    } else {
        Ok(password)
    }
}
