//! The one place that picks the status of an error of the library, and its hint.

use std::io;

use mfa::GateError;
#[cfg(feature = "remote")]
use mfa::config::ConfigError;
use mfa::domain::{ClockError, CodeError, HashingError, IssueError, NameError, SecretError};
use mfa::enforce::PolicyFileError;
use mfa::qr::QrError;
#[cfg(feature = "remote")]
use mfa::remote::RemoteError;
#[cfg(feature = "remote")]
use mfa::send::SendError;
use mfa::store::StoreError;
use mfa::store::sealing::KeyError;
use mfa::transfer::import::ImportError;

use super::{CommandError, Hint};
use crate::cli::Status;

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        let (status, hint) = match &error {
            StoreError::NoSuchApp(app) => (Status::NoSuchApp, Some(Hint::Missing(app.clone()))),
            StoreError::Exists(_) => (Status::Refused, None),
            StoreError::Write { .. } => (Status::Record, None),
            error if error.is_exhaustion() => (Status::Record, None),
            StoreError::Sealed { .. } => {
                let hint = "name the file with its key: --key-file FILE; a passphrase is for people, a gate cannot type";
                (Status::Store, Some(Hint::Text(hint.into())))
            }
            StoreError::NoTables(_) => {
                let hint = "mfa --store URL init makes them";
                (Status::Store, Some(Hint::Text(hint.into())))
            }
            StoreError::NoKey(_) => {
                let hint = "--key-file FILE names the key; mfa keygen FILE makes the first one";
                (Status::Store, Some(Hint::Text(hint.into())))
            }
            StoreError::NoStore(_) => {
                let hint =
                    "mfa create makes one; for one without apps: mkdir -p -m 700 DIR/secrets";
                (Status::Store, Some(Hint::Text(hint.into())))
            }
            StoreError::Busy => {
                let hint = "try again once the other process has ended";
                (Status::Record, Some(Hint::Text(hint.into())))
            }
            StoreError::Unsafe { fix, .. } => {
                let run = fix.as_ref().map(|fix| Hint::Text(format!("run {fix}")));
                (Status::Store, run)
            }
            // It is damaged or unreadable, so it cannot be trusted.
            _ => (Status::Store, None),
        };
        Self { status, told: error.into(), hint, reason: None, retry_after: None }
    }
}

impl From<PolicyFileError> for CommandError {
    fn from(error: PolicyFileError) -> Self {
        match error {
            PolicyFileError::Store(error) => error.into(),
            error => Self::new(Status::Usage, error),
        }
    }
}

impl From<GateError> for CommandError {
    fn from(error: GateError) -> Self {
        let reason = error.reason();
        let error = match error {
            GateError::Store(error) => error.into(),
            GateError::Clock(error) => error.into(),
            GateError::Hashing(error) => error.into(),
            error => Self::new(Status::Usage, error),
        };
        Self { reason, ..error }
    }
}

#[cfg(feature = "remote")]
impl From<ConfigError> for CommandError {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Store(error) => error.into(),
            ConfigError::Secret { position, source } => Self::from(*source).context(position),
            error => Self::new(Status::Usage, error),
        }
    }
}

#[cfg(feature = "remote")]
impl From<RemoteError> for CommandError {
    fn from(error: RemoteError) -> Self {
        let reason = error.reason();
        let status = match &error {
            RemoteError::Code(_) | RemoteError::NoGateway => Status::Usage,
            RemoteError::UnknownApp(_) => Status::NoSuchApp,
            RemoteError::Token | RemoteError::OutOfScope(_) | RemoteError::Store => Status::Store,
            RemoteError::Clock => Status::Clock,
            _ => Status::Record,
        };
        Self { reason, ..Self::new(status, error) }
    }
}

#[cfg(feature = "remote")]
impl From<SendError> for CommandError {
    fn from(error: SendError) -> Self {
        Self::new(Status::Record, error)
    }
}

impl From<ClockError> for CommandError {
    fn from(error: ClockError) -> Self {
        Self::new(Status::Clock, error)
    }
}

impl From<HashingError> for CommandError {
    fn from(error: HashingError) -> Self {
        Self::new(Status::Record, error)
    }
}

impl From<IssueError<io::Error>> for CommandError {
    fn from(error: IssueError<io::Error>) -> Self {
        match error {
            IssueError::Random(error) => Self::no_randomness(error),
            IssueError::Hashing(error) => error.into(),
        }
    }
}

/// Converts errors about the caller's input into usage errors.
macro_rules! usage {
    ($($error:ty),*) => {
        $(impl From<$error> for CommandError {
            fn from(error: $error) -> Self {
                Self::new(Status::Usage, error)
            }
        })*
    };
}

usage!(CodeError, ImportError, KeyError, NameError, QrError, SecretError);

#[cfg(test)]
#[cfg(feature = "remote")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use mfa::config::Config;
    use mfa::send::Receiver;
    use mfa::store::Folder;

    use super::*;

    /// Returns the status, the message and the hint for a configuration, its file of this mode and
    /// that of its secret of another.
    fn error(text: &str, mode: u32, secret: u32) -> (Status, String, Option<String>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text, mode) in [("config.toml", text, mode), ("secret", "hunter2", secret)] {
            std::fs::write(folder.path().join(name), text).unwrap();
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(folder.path().join(name), mode).unwrap();
        }
        let root = folder.path().to_str().unwrap().to_owned();
        let error = Config::load(&Folder::new(folder.path())).err().unwrap();
        let error = CommandError::from(error);
        let hint = error.help(|_| None).map(|hint| hint.replace(&root, "STORE"));
        (error.status(), error.text().replace(&root, "STORE"), hint)
    }

    #[test]
    fn a_wrong_configuration_is_the_callers_mistake_and_an_unsafe_file_the_stores() {
        let text =
            "[sms]\nurl = 'https://a/'\nparams = { a = '{to}{text}', b = { file = 'secret' } }";
        let hint = |file: &str| Some(format!("run chmod 600 STORE/{file}"));
        for (text, mode, secret, expected) in [
            (
                "x = 1",
                0o600,
                0o600,
                (Status::Usage, "STORE/config.toml:1:1: unknown key 'x'", None),
            ),
            (
                "x = 1",
                0o644,
                0o600,
                (Status::Store, "STORE/config.toml is open to other users", hint("config.toml")),
            ),
            (
                text,
                0o600,
                0o644,
                (
                    Status::Store,
                    "STORE/config.toml:3:43: STORE/secret is open to other users",
                    hint("secret"),
                ),
            ),
        ] {
            let (status, text, hint) = error(text, mode, secret);
            assert_eq!((status, &*text, hint), expected);
        }
    }

    #[test]
    fn a_gateway_that_fails_is_an_outcome_that_is_not_recorded() {
        let error = CommandError::from(SendError::Redirected(Receiver::SmsGateway, 302));
        let text = "the SMS gateway answered 302, a redirect, which is not followed";
        assert_eq!((error.status(), &*error.text()), (Status::Record, text));
    }
}
