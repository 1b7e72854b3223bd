//! Codes that are right or wrong at this moment.

use std::time::SystemTime;

use mfa::audit::Caller;
use mfa::domain::{AppName, Credential, Secret, Totp, UnixTime};
use mfa::store::Store;
use mfa::{Attempt, Authentication, GateError};

/// The secret of RFC 6238 appendix B, `12345678901234567890`.
pub const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

#[expect(clippy::disallowed_methods, reason = "codes for the real binary need the real time")]
pub fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    UnixTime(since.as_secs())
}

pub fn secret(text: &str) -> Secret {
    Secret::parse(text.as_bytes()).unwrap()
}

/// Returns the code of [`SECRET`] that an authenticator shows now.
pub fn right() -> String {
    Totp::default().code(&secret(SECRET), now())
}

/// Returns a code that is wrong for some minutes before and after now.
pub fn wrong() -> String {
    let (totp, secret, now) = (Totp::default(), secret(SECRET), now().0);
    let near: Vec<String> =
        (now - 180..now + 180).step_by(30).map(|at| totp.code(&secret, UnixTime(at))).collect();
    let codes = (0..1_000_000).map(|n| format!("{n:06}"));
    codes.into_iter().find(|code| !near.contains(code)).unwrap()
}

/// Presents a credential to the library's gate.
pub fn present(
    store: &impl Store,
    app: &AppName,
    credential: &Credential,
    now: UnixTime,
) -> Result<Authentication, GateError> {
    let caller = &Caller::default();
    mfa::authenticate(
        store,
        Attempt { app, credential, action: "login", caller, remember: None },
        || Ok(now),
    )
}
