//! The system's log, as other modules of PAM write to it.

use std::ffi::CString;

use mfa::audit::Login;
use mfa::domain::escaped;
use nix::libc::{self, LOG_AUTHPRIV, LOG_CRIT, LOG_ERR, LOG_INFO, LOG_NOTICE, LOG_WARNING, c_int};

use crate::end::End;

/// Logs how a login has ended; nothing depends on that.
///
/// Neither `openlog` nor `closelog` is called: the name in the line stays the program's own.
pub fn log(login: &Login, end: &End) {
    let severity = match end {
        End::Unavailable(_) | End::Argument(_) => LOG_ERR,
        end if end.is_refusal() => LOG_NOTICE,
        _ => LOG_INFO,
    };
    write(severity, &line(login, end));
}

/// Logs what keeps nobody out.
pub fn warn(text: &str) {
    write(LOG_WARNING, &format!("pam_mfa: {}", escaped(text)));
}

/// Logs that the module panicked, and where; what was said by it could be a secret.
pub fn log_panic(place: &str) {
    write(LOG_CRIT, &format!("pam_mfa: refused, panicked at {}", escaped(place)));
}

/// Writes to the log that only administrators read: what was typed as a name may be a password.
fn write(severity: c_int, text: &str) {
    // What is escaped has no NUL in it.
    let text = CString::new(text).unwrap_or_default();
    // SAFETY: both are strings that end with a NUL, and the first takes the second as its only value.
    #[expect(unsafe_code, reason = "`nix::syslog` does not know this facility")]
    unsafe {
        libc::syslog(LOG_AUTHPRIV | severity, c"%s".as_ptr(), text.as_ptr());
    }
}

fn line(login: &Login, end: &End) -> String {
    let (service, user) = (field(login.service.as_deref()), field(login.user.as_deref()));
    let rhost = field(login.rhost.as_deref());
    format!("pam_mfa({service}:auth): user={user} rhost={rhost}: {}", end.logged())
}

/// Writes a value in a way that cannot be taken for another field: whoever types a name may be anybody.
fn field(text: Option<&str>) -> String {
    escaped(text.unwrap_or_default()).replace(' ', r"\x20").replace('=', r"\x3d")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_came_from_where_and_how_it_ended_and_is_one_line() {
        let text = |text: &str| Some(text.to_owned());
        let login = Login {
            service: text("sshd"),
            user: text("al\nice"),
            rhost: text("192.0.2.7"),
            ..Login::default()
        };
        let expected = r"pam_mfa(sshd:auth): user=al\nice rhost=192.0.2.7: accepted";
        assert_eq!(line(&login, &End::Accepted), expected);
        let forged = Login { user: text("x rhost=198.51.100.9"), ..login };
        let expected =
            r"pam_mfa(sshd:auth): user=x\x20rhost\x3d198.51.100.9 rhost=192.0.2.7: accepted";
        assert_eq!(line(&forged, &End::Accepted), expected);
        let expected = "pam_mfa(:auth): user= rhost=: refused: nobody answers";
        assert_eq!(line(&Login::default(), &End::Unheard), expected);
    }
}
