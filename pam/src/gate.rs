//! The gate that is asked: that of a store on this machine, or one elsewhere.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use mfa::audit::Caller;
use mfa::domain::{Account, AppName, Credential, Factor, Verdict};
use mfa::policy::{Policy, Remember};
use mfa::remote::{RemoteError, Server};
use mfa::store::sealing::{KeyPlace, Keys};
use mfa::store::{Folder, Store, StoreError};
use mfa::{Attempt, Authentication, GateError, Notices};
use zeroize::Zeroizing;

use crate::arguments::Place;
use crate::world::World;

/// A gate.
pub enum Gate {
    Store { folder: Folder, policy: Option<Policy> },
    Server(Server),
}

/// A credential that is presented.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    pub app: &'a AppName,
    pub credential: &'a Credential,
    /// The credential as it was typed.
    pub typed: &'a str,
    pub caller: &'a Caller,
    pub remember: Option<&'a Remember>,
}

/// The verdict of a gate, and what its owner should hear with it.
#[derive(Debug)]
pub struct Judged {
    pub verdict: Verdict,
    pub factor: Option<Factor>,
    pub backup_codes_left: Option<usize>,
    pub notices: Notices,
    pub suspended: bool,
}

/// The reasons why there is no verdict.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// What was typed is no code of this app, and counts as no failure.
    NoCode,
    /// No app of that name.
    NotEnrolled,
    /// Anything else: nobody is let in by it.
    Unavailable(String),
}

impl Gate {
    /// Opens the gate for somebody with this home; the error is for the system's log.
    pub fn open(place: &Place, home: Option<&Path>, world: &World<'_>) -> Result<Self, String> {
        match place {
            Place::Server { url, token_file } => {
                let server = Server::new(url.clone(), token_file).map_err(|e| chain(&e))?;
                Ok(Self::Server(server.on_this_thread()))
            }
            Place::Store { root, key_file, policy } => {
                let root = root.folder(home).ok_or("the account has no home")?;
                let folder = unlocked(Folder::new(root), key_file.as_deref(), world)?;
                let policy = policy.as_deref().map(Policy::from_file).transpose();
                Ok(Self::Store { folder, policy: policy.map_err(|e| chain(&e))? })
            }
        }
    }

    /// Presents a credential.
    pub fn judge(&self, presented: Presented<'_>, world: &World<'_>) -> Result<Judged, Failure> {
        let Presented { app, credential, typed, caller, remember } = presented;
        match self {
            Self::Store { folder, .. } => {
                let attempt = Attempt { app, credential, action: "authenticate", caller, remember };
                Ok(mfa::authenticate(folder, attempt, world.clock)?.into())
            }
            Self::Server(server) => Ok(server.verify(app, typed)?.into()),
        }
    }
}

/// Returns the account of somebody who has an app in a store; the error is for the system's log.
///
/// A store that is not mounted knows nobody, and would let everybody in who may come without an app. So the
/// store is looked for, and then the app once more, since it can be mounted meanwhile.
pub fn enrolled(store: &Folder, app: &AppName) -> Result<Option<Account>, String> {
    let look = || match store.account(app) {
        Ok(account) => Ok(Some(account)),
        Err(StoreError::NoSuchApp(_)) => Ok(None),
        Err(error) => Err(chain(&error)),
    };
    if let Some(account) = look()? {
        return Ok(Some(account));
    }
    expect_store(store)?;
    look()
}

/// Fails for a store in which there is no app at all: it may be the folder on which the store is to be mounted.
pub fn expect_store(store: &Folder) -> Result<(), String> {
    if !store.exists() {
        return Err(chain(&StoreError::NoStore(store.root().into())));
    }
    match store.apps().map_err(|error| chain(&error))?.first() {
        Some(_) => Ok(()),
        None => Err(format!(
            "{} has no app at all, as if it were not mounted: mfa create enrols the first",
            store.root().display()
        )),
    }
}

fn unlocked(store: Folder, key_file: Option<&Path>, world: &World<'_>) -> Result<Folder, String> {
    let Some(path) = key_file else { return Ok(store) };
    let keys = Keys::from_file(path, KeyPlace::OnDisk).map_err(|e| chain(&e))?;
    let mut seed = Zeroizing::new([0; 32]);
    (world.random)(&mut *seed).map_err(|e| format!("no randomness is available: {e}"))?;
    let keys = Keys::new(keys, seed).ok_or("there is no key")?;
    Ok(store.with_keys(Arc::new(keys), false))
}

/// Returns what an error says, with all its causes.
pub fn chain(error: &dyn Error) -> String {
    let cause = error.source().map(|cause| format!(": {}", chain(cause)));
    format!("{error}{}", cause.unwrap_or_default())
}

impl From<GateError> for Failure {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Code(_) => Self::NoCode,
            GateError::Store(StoreError::NoSuchApp(_)) => Self::NotEnrolled,
            error => Self::Unavailable(chain(&error)),
        }
    }
}

impl From<RemoteError> for Failure {
    fn from(error: RemoteError) -> Self {
        match error {
            RemoteError::Code(_) => Self::NoCode,
            RemoteError::UnknownApp(_) => Self::NotEnrolled,
            error => Self::Unavailable(chain(&error)),
        }
    }
}

impl From<Authentication> for Judged {
    fn from(judged: Authentication) -> Self {
        Self {
            notices: judged.notices(),
            verdict: judged.verdict,
            factor: Some(judged.factor),
            backup_codes_left: Some(judged.backup_codes_left),
            suspended: judged.suspended,
        }
    }
}

impl From<mfa::remote::Judged> for Judged {
    fn from(judged: mfa::remote::Judged) -> Self {
        let mfa::remote::Judged { verdict, factor, backup_codes_left, notices } = judged;
        Self { verdict, factor, backup_codes_left, notices, suspended: false }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::DirBuilderExt;

    use super::*;

    #[test]
    fn a_store_that_is_not_there_knows_not_even_that_somebody_is_not_enrolled() {
        let folder = tempfile::tempdir().unwrap();
        let (store, app) = (Folder::new(folder.path().join("store")), "alice".parse().unwrap());
        let missing = enrolled(&store, &app).unwrap_err();
        assert!(
            missing.ends_with("/store is not a store: it has no folder of secrets"),
            "{missing}"
        );
        let made = std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(store.root().join("secrets"));
        made.unwrap();
        let empty = enrolled(&store, &app).unwrap_err();
        assert!(empty.contains("/store has no app at all, as if it were not mounted"), "{empty}");
    }

    #[test]
    fn what_no_gate_has_said_is_no_answer() {
        for (error, expected) in [
            (RemoteError::Code("no".into()), Failure::NoCode),
            (RemoteError::UnknownApp("alice".into()), Failure::NotEnrolled),
            (
                RemoteError::NotUnderstood(404),
                Failure::Unavailable(
                    "the server gave an answer with the status 404 that is not a gate's".into(),
                ),
            ),
            (
                RemoteError::Token,
                Failure::Unavailable("the server does not accept the token".into()),
            ),
        ] {
            assert_eq!(Failure::from(error), expected);
        }
    }
}
