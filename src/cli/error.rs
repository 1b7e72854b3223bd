//! The error of every command, and the one place that picks its status.

use std::fmt::Display;
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

use super::Status;

/// The result of most functions of the command line.
pub type Result<T, E = CommandError> = std::result::Result<T, E>;

/// The reason why a command failed: the status that it ends with, the message, and what may help.
#[derive(Debug)]
pub struct CommandError {
    status: Status,
    told: anyhow::Error,
    hint: Option<Hint>,
    /// The reason in `authenticate --json` for an attempt without a verdict.
    pub reason: Option<&'static str>,
    /// Seconds until another try can do better, where that is known.
    pub retry_after: Option<u64>,
}

#[derive(Debug)]
enum Hint {
    Text(String),
    /// A search for the app of this name, which is missing and may be in another store.
    Missing(String),
}

impl CommandError {
    /// Returns an error with an underlying cause.
    pub fn new(status: Status, source: impl Into<anyhow::Error>) -> Self {
        Self { status, told: source.into(), hint: None, reason: None, retry_after: None }
    }

    /// Returns a usage error with a message that may be shown.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::new(Status::Usage, anyhow::Error::msg(text.into()))
    }

    /// Returns the error for a system without randomness.
    pub fn no_randomness(source: io::Error) -> Self {
        Self::new(Status::Clock, source).context("no randomness is available")
    }

    /// Returns the error for output that could not all be written to stdout.
    ///
    /// A reader that went away is not a failure: `mfa list | head -1`.
    pub fn undelivered(source: io::Error) -> Self {
        let closed = source.kind() == io::ErrorKind::BrokenPipe;
        let status = if closed { Status::Done } else { Status::Record };
        Self::new(status, source).context("cannot write stdout")
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(Hint::Text(hint.into()));
        self
    }

    /// Gives the reason for JSON, and the seconds until another try can do better.
    pub fn because(self, reason: &'static str, retry_after: Option<u64>) -> Self {
        Self { reason: Some(reason), retry_after, ..self }
    }

    /// Puts text before the message.
    pub fn context(mut self, text: impl Display + Send + Sync + 'static) -> Self {
        self.told = self.told.context(text);
        self
    }

    /// Changes the status that the command ends with.
    pub fn with_status(self, status: Status) -> Self {
        Self { status, ..self }
    }

    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns the message with all its causes, down to the system's error.
    pub fn text(&self) -> String {
        self.told.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }

    /// Returns the hint; `elsewhere` looks for a missing app.
    pub fn help(&self, elsewhere: impl FnOnce(&str) -> Option<String>) -> Option<String> {
        match &self.hint {
            Some(Hint::Text(text)) => Some(text.clone()),
            Some(Hint::Missing(app)) => elsewhere(app),
            None => None,
        }
    }
}

/// A way to put text before an error.
pub trait ErrorContext<T> {
    fn context(self, text: impl Display + Send + Sync + 'static) -> Result<T>;
}

impl<T, E: Into<CommandError>> ErrorContext<T> for Result<T, E> {
    fn context(self, text: impl Display + Send + Sync + 'static) -> Result<T> {
        self.map_err(|error| error.into().context(text))
    }
}

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
                let hint = "mfa keygen FILE makes one, --key-file FILE names it";
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
