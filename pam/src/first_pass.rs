//! A password and a code in one answer, for clients that can answer one question alone.
//!
//! ```text
//! auth requisite pam_mfa.so first_pass=split    asks, and keeps the code
//! auth requisite pam_unix.so use_first_pass     judges the password
//! auth required  pam_mfa.so first_pass=use      judges the code
//! ```
//!
//! So the code is judged behind the password, and nobody without it can use up the owner's tries.

use mfa::audit::Login;
use mfa::domain::BackupCode;
use mfa::store::Folder;
use zeroize::Zeroizing;

use crate::arguments::{Arguments, Newcomers, Place};
use crate::end::End;
use crate::gate::enrolled;
use crate::login::account;
use crate::world::{Echo, World};

/// What asks for both.
const PROMPT: &str = "Password and code: ";

/// The digits of a code where nothing else is known.
const USUAL_DIGITS: usize = 6;

/// The length of a backup code as it is written down, with its hyphens.
const BACKUP_CODE: usize = 14;

/// The two parts of an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts {
    pub password: Zeroizing<String>,
    /// The code; empty where there was none.
    pub code: Zeroizing<String>,
}

/// Asks for both, and splits the answer.
pub fn ask(args: &Arguments, login: &Login, world: &World<'_>) -> Result<Parts, End> {
    let digits = digits(args, login, world)?;
    let typed = (world.ask)(PROMPT, Echo::Hidden).map_err(|_| End::Unheard)?;
    Ok(split(&typed, digits))
}

/// Returns the digits that are split off; none from the password of somebody who needs no code.
fn digits(args: &Arguments, login: &Login, world: &World<'_>) -> Result<usize, End> {
    let account = account(login, world)?;
    let Place::Store { root, .. } = &args.place else { return Ok(USUAL_DIGITS) };
    let Some(account) = account else { return Ok(USUAL_DIGITS) };
    let service = login.service.as_deref().unwrap_or_default();
    let (Some(folder), Some(app)) =
        (root.folder(Some(&account.home)), args.app.app(&account.name, service))
    else {
        return Ok(USUAL_DIGITS);
    };
    match enrolled(&Folder::new(folder), &app).map_err(End::Unavailable)? {
        Some(account) => Ok(account.otp.digits().into()),
        None if args.newcomers == Newcomers::Ignored => Ok(0),
        None => Ok(USUAL_DIGITS),
    }
}

/// Splits a backup code, as it is written down, or this many digits off the end.
fn split(typed: &str, digits: usize) -> Parts {
    let at =
        |length: usize| typed.len().checked_sub(length).and_then(|at| typed.split_at_checked(at));
    let is_code = |code: &str| code.bytes().all(|byte| byte.is_ascii_digit());
    let is_backup_code = |code: &str| code.contains('-') && code.parse::<BackupCode>().is_ok();
    let (password, code) = at(BACKUP_CODE)
        .filter(|(_, code)| digits > 0 && is_backup_code(code))
        .or_else(|| at(digits).filter(|(_, code)| is_code(code)))
        .unwrap_or((typed, ""));
    let owned = |text: &str| Zeroizing::new(text.to_owned());
    Parts { password: owned(password), code: owned(code) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_what_the_answer_ends_with() {
        for (typed, digits, password, code) in [
            ("hunter2123456", 6, "hunter2", "123456"),
            ("hunter212345678", 8, "hunter2", "12345678"),
            ("123456", 6, "", "123456"),
            ("hunter2X3MS-NPGY-9ZT4", 6, "hunter2", "X3MS-NPGY-9ZT4"),
            ("hunter2", 6, "hunter2", ""),
            ("hunter12345", 6, "hunter12345", ""),
            ("pässwörd123456", 6, "pässwörd", "123456"),
            ("pass12345é", 6, "pass12345é", ""),
            ("", 6, "", ""),
            ("hunter2123456", 0, "hunter2123456", ""),
            ("hunter2X3MS-NPGY-9ZT4", 0, "hunter2X3MS-NPGY-9ZT4", ""),
        ] {
            let parts = split(typed, digits);
            assert_eq!((&**parts.password, &**parts.code), (password, code), "{typed}");
        }
    }
}
