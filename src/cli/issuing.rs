//! Issuing backup codes and showing them, for every command that does.

use mfa::domain::{BackupCode, BackupCodes, IssueError};

use super::Env;
use super::error::{CommandError, Result};

/// The default number of codes in a set, the same as in most services.
pub const COUNT: u8 = 10;

/// The notice to people once the codes that they saw are valid.
pub const ONCE: &str =
    "each opens once, when the phone is gone: keep them where it is not; they are not shown again";

/// The beginning of the error if codes were shown and then could not be recorded.
pub const VOID: &str = "the backup codes that were shown are void";

/// Makes a set of codes from the system's random generator.
pub fn issue(count: u8, env: &Env<'_>) -> Result<(BackupCodes, Vec<BackupCode>)> {
    let made = BackupCodes::issue(count.into(), |bytes| (env.random)(bytes));
    made.map_err(|error| match error {
        IssueError::Random(error) => CommandError::no_randomness(error),
        IssueError::Hashing(error) => error.into(),
    })
}

/// Returns the codes as people read them.
pub fn texts(codes: &[BackupCode]) -> Vec<String> {
    codes.iter().map(|code| code.expose().to_string()).collect()
}

/// Shows the codes on stdout, one per line.
pub fn show(codes: &[BackupCode], env: &mut Env<'_>) {
    for code in codes {
        env.stdout.line(&code.expose());
    }
}

/// Refuses where stdout has not taken the codes; a reader that went away is told that they are void.
pub fn expect_read(env: &mut Env<'_>) -> Result<()> {
    let delivered = env.stdout.delivered();
    if delivered.is_err() {
        env.warn(
            "not all of the output was read: the backup codes in it are void, nothing was changed",
        );
    }
    delivered
}
