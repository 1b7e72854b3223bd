//! Asking for a password that nobody could set again.

use zeroize::Zeroizing;

use super::status::Usage;
use super::{Echo, Env, input};

/// Reads the password of a new vault: twice from the terminal, or a line of stdin.
pub fn get(stdin: bool, env: &mut Env<'_>) -> anyhow::Result<Zeroizing<String>> {
    let no = |error| {
        let hint = "--password-stdin reads it from stdin";
        input::refusal(&error, Usage::with_hint("the vault needs a password", hint))
    };
    let password = if stdin {
        input::line(&mut env.stdin).map_err(no)?
    } else {
        let password = (env.ask)("Password of the new vault: ", Echo::Hidden).map_err(no)?;
        if password != (env.ask)("The same again: ", Echo::Hidden).map_err(no)? {
            return Err(Usage::new("the passwords differ").into());
        }
        password
    };
    if password.is_empty() { Err(Usage::new("the password is empty").into()) } else { Ok(password) }
}
