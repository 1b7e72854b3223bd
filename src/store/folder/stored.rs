//! An app as its files hold it: a secret that is plain or sealed, and a state that bears a MAC of
//! the key where the secret is sealed.

use std::sync::Arc;

use super::authentic::{AUTHENTICATED, NO_KEY, refused};
use super::file::PrivateFile;
use super::store_dirs::{StoreDirs, read_state, state_name};
use crate::domain::{Account, AppName, Enrolment, Secret};
use crate::store::record::{self, State, Tie};
use crate::store::sealing::{Keys, SealError, has_mac, is_sealed, key_of, without_mac};
use crate::store::{Fix, StoreError};

/// The keys of a folder, and whether a plain secret is believed beside them.
#[derive(Clone, Debug)]
pub(super) struct Sealing {
    pub(super) keys: Arc<Keys>,
    pub(super) allows_plain: bool,
}

/// An app as its files hold it.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) enrolment: Enrolment,
    pub(super) state: State,
    /// The bytes of the state, which show whether somebody else has changed it since.
    pub(super) seen: Option<Vec<u8>>,
    pub(super) is_sealed: bool,
}

/// What is believed of a secret that is plain although there is a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// What the caller has allowed.
    AsAllowed,
    /// Everything, to seal it or to replace it: what it remembers only shuts codes out.
    Believed,
}

impl StoreDirs {
    /// Reads the app whose secret is in this file, with these bytes.
    pub(super) fn stored(
        &self,
        app: &AppName,
        file: &PrivateFile,
        bytes: &[u8],
        plain: Plain,
    ) -> Result<Stored, StoreError> {
        let seen = self.state_of(app)?;
        let (secret, state) = if is_sealed(bytes) {
            self.sealed(app, file, bytes, seen.as_ref())?
        } else {
            self.plain(app, file, bytes, seen.as_ref(), plain)?
        };
        let enrolment = Enrolment { secret, account: state.account.clone() };
        let seen = seen.map(|(_, bytes)| bytes);
        Ok(Stored { enrolment, state, seen, is_sealed: is_sealed(bytes) })
    }

    /// Reads the account of the app whose secret is in this file, with these bytes, for which no key
    /// is needed.
    ///
    /// Without a key, nothing shows whether somebody has changed the state of a sealed secret.
    pub(super) fn account(
        &self,
        app: &AppName,
        file: &PrivateFile,
        bytes: &[u8],
    ) -> Result<Account, StoreError> {
        if self.sealing.is_some() || !is_sealed(bytes) {
            return Ok(self.stored(app, file, bytes, Plain::AsAllowed)?.state.account);
        }
        let seen = self.state_of(app)?;
        let seen = seen.as_ref().ok_or_else(|| file.damaged(STATELESS))?;
        let state = recorded(app, Some(seen), &Tie::of_file(bytes))?;
        expect_same(&state, bytes, &seen.0)?;
        Ok(state.account)
    }

    /// Reads a plain secret; one that takes the place of a sealed one is nobody's.
    fn plain(
        &self,
        app: &AppName,
        file: &PrivateFile,
        bytes: &[u8],
        seen: Option<&(PrivateFile, Vec<u8>)>,
        plain: Plain,
    ) -> Result<(Secret, State), StoreError> {
        let secret = Secret::parse(bytes).map_err(|e| file.damaged(e.to_string()))?;
        let state = recorded(app, seen, &Tie::of_secret(&secret))?;
        if state.sealed_sha256.is_some() {
            let why = "is plain, and its state is that of a sealed one";
            return Err(StoreError::Unsafe { place: file.place(), why, fix: None });
        }
        self.expect_plain_allowed(app, file, plain)?;
        if let (Some(sealing), Some((state, text))) = (&self.sealing, seen)
            && has_mac(text)
        {
            let authentic = sealing.keys.authentic(&record_name(app), text);
            authentic.map_err(|error| refused(state.place(), AUTHENTICATED, error))?;
        }
        Ok((secret, state))
    }

    /// Opens a sealed secret; its state comes first, since only the state says for which name it is
    /// sealed while a rename is under way.
    fn sealed(
        &self,
        app: &AppName,
        file: &PrivateFile,
        bytes: &[u8],
        seen: Option<&(PrivateFile, Vec<u8>)>,
    ) -> Result<(Secret, State), StoreError> {
        let Some(Sealing { keys, .. }) = &self.sealing else { return Err(locked(file, bytes)) };
        let (state, text) = seen.ok_or_else(|| file.damaged(STATELESS))?;
        let refused = |file: &PrivateFile, how| {
            let place = file.place();
            move |error| refused(place, how, error)
        };
        let record =
            keys.authentic(&record_name(app), text).map_err(refused(state, AUTHENTICATED))?;
        let recorded =
            record::read(record, &Tie::of_file(bytes)).map_err(|why| state.damaged(why))?;
        expect_same(&recorded, bytes, state)?;
        let opened = match (keys.open(app.as_str(), bytes), &recorded.sealed_as) {
            (Err(SealError::Forged(_)), Some(old)) => keys.open(old.as_str(), bytes),
            (opened, _) => opened,
        };
        let secret = Secret::parse(&opened.map_err(refused(file, SEALED))?);
        Ok((secret.map_err(|e| file.damaged(e.to_string()))?, recorded))
    }

    fn expect_plain_allowed(
        &self,
        app: &AppName,
        file: &PrivateFile,
        plain: Plain,
    ) -> Result<(), StoreError> {
        let is_allowed = self.sealing.as_ref().is_none_or(|sealing| sealing.allows_plain);
        if is_allowed || plain == Plain::Believed {
            return Ok(());
        }
        let why = "is plain: with a key, whoever can write to the store could put it there";
        let fix = Some(Fix::Seal(self.secrets.path.join(app.as_str()), app.as_str().into()));
        Err(StoreError::Unsafe { place: file.place(), why, fix })
    }

    fn state_of(&self, app: &AppName) -> Result<Option<(PrivateFile, Vec<u8>)>, StoreError> {
        let state = self.root.sub("state")?;
        Ok(state.map(|state| read_state(&state, app)).transpose()?.flatten())
    }
}

/// Returns what a state says, or what an app without one has.
fn recorded(
    app: &AppName,
    seen: Option<&(PrivateFile, Vec<u8>)>,
    tie: &Tie,
) -> Result<State, StoreError> {
    let Some((file, text)) = seen else {
        return Ok(State::of_plain(record::unrecorded(app)));
    };
    record::read(without_mac(text), tie).map_err(|why| file.damaged(why))
}

/// What is wrong with a sealed secret without a state: somebody may have removed it, so that a used
/// code opens again.
const STATELESS: &str = "it is sealed, and its state is missing";

/// Returns the name to which the MAC of a state is bound.
pub(super) fn record_name(app: &AppName) -> String {
    format!("state/{}", state_name(app))
}

/// What a key has done to a secret.
const SEALED: &str = "is sealed under";

/// Refuses a state that belongs to another secret than the one in place: each of two files may be
/// an older one.
fn expect_same(state: &State, bytes: &[u8], file: &PrivateFile) -> Result<(), StoreError> {
    if state.sealed_sha256 == Some(record::digest(bytes)) {
        return Ok(());
    }
    Err(file.damaged("it belongs to another secret than the one in place"))
}

fn locked(file: &PrivateFile, bytes: &[u8]) -> StoreError {
    match key_of(bytes) {
        Some(key) => StoreError::Sealed {
            place: file.place(),
            how: SEALED,
            key: key.as_str().into(),
            why: NO_KEY,
        },
        None => file.damaged(SealError::Form.to_string()),
    }
}
