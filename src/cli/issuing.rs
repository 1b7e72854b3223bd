//! Issuing backup codes and showing them, for every command that does.

use mfa::domain::{BackupCode, BackupCodes};
use zeroize::Zeroizing;

use super::Env;
use super::error::Result;

/// The default number of codes in a set, the same as in most services.
pub const COUNT: u8 = 10;

/// The notice to people once the codes that they saw are valid.
pub const ONCE: &str =
    "each works once, without the phone; keep them safe: they are not shown again";

/// The beginning of the error if codes were shown and then could not be recorded.
pub const VOID: &str = "the backup codes that were shown are void";

/// The length of a code as people read it, and of its line end, in bytes.
const LINE: usize = 15;

/// Makes a set of codes from the system's random generator.
pub fn issue(count: u8, env: &Env<'_>) -> Result<(BackupCodes, Vec<BackupCode>)> {
    Ok(BackupCodes::issue(count.into(), |bytes| (env.random)(bytes))?)
}

/// Returns the codes as people read them.
pub fn texts(codes: &[BackupCode]) -> Vec<String> {
    codes.iter().map(|code| code.expose().to_string()).collect()
}

/// Shows a text and then the codes on stdout, one per line.
///
/// They are written at once: a pipe takes all of them or none, so that it is not left to chance
/// whether `| head -1` voids the old ones.
pub fn show(text: &str, codes: &[BackupCode], env: &mut Env<'_>) {
    let mut shown = Zeroizing::new(String::with_capacity(text.len() + LINE * codes.len()));
    shown.push_str(text);
    for code in codes {
        shown.extend([code.expose().as_str(), "\n"]);
    }
    env.stdout.write(&shown);
}

/// Refuses where stdout has not taken the codes; a reader that went away is told that they are void.
pub fn expect_read(env: &mut Env<'_>) -> Result<()> {
    let delivered = env.stdout.delivered();
    if delivered.is_err() {
        env.warn("not all of the output was read: what it shows is void, nothing was changed");
    }
    delivered
}
