//! Putting a secret and its state into their files: sealed, and with a MAC of the key, if there is
//! one.

use std::io;

use zeroize::Zeroizing;

use super::durable;
use super::file::PrivateFile;
use super::store_dirs::{StoreDirs, read_state, state_name};
use super::stored::{Sealing, Stored, record_name};
use crate::domain::{Account, AppName, Secret};
use crate::store::StoreError;
use crate::store::record::{self, State, Tie};

impl StoreDirs {
    /// Replaces a state unless somebody else has changed it since it was read, and returns its bytes
    /// if it did.
    ///
    /// Where the file system's locks do nothing, others may have recorded a change meanwhile. Once
    /// the temporary file is there nobody can: it is ours alone.
    pub(super) fn replace_state(
        &self,
        app: &AppName,
        stored: &Stored,
        state: &State,
        held: &PrivateFile,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.replace_text(app, stored, record::write_state(state), held)
    }

    /// Replaces the text of a state in the same way.
    pub(super) fn replace_text(
        &self,
        app: &AppName,
        stored: &Stored,
        record: String,
        held: &PrivateFile,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let folder = self.root.sub_or_new("state")?;
        let name = state_name(app);
        let text =
            if stored.is_sealed { self.authenticated(&record_name(app), record) } else { record };
        durable::write_beside(&folder, &name, text.as_bytes(), held)?;
        let now = read_state(&folder, app).inspect_err(|_| durable::discard(&folder, &name))?;
        if now.map(|(_, bytes)| bytes) == stored.seen {
            durable::replace(&folder, &name).map(|()| Some(text.into_bytes()))
        } else {
            durable::discard(&folder, &name);
            Ok(None)
        }
    }

    /// Returns the text of the file of a secret: sealed if there is a key.
    pub(super) fn secret_text(
        &self,
        app: &AppName,
        secret: &Secret,
    ) -> Result<Zeroizing<String>, StoreError> {
        let Some(Sealing { keys, .. }) = &self.sealing else { return Ok(secret.expose_base32()) };
        keys.seal(app.as_str(), secret).ok_or_else(|| StoreError::Write {
            place: self.secrets.path.join(app.as_str()).into(),
            source: io::Error::other("the secret cannot be sealed"),
        })
    }

    /// Returns the state of a new secret with this file, and what ties it to that.
    pub(super) fn new_state(&self, account: Account, secret: &Secret, text: &str) -> (State, Tie) {
        let plain = State::of_plain(account);
        if self.sealing.is_none() {
            return (plain, Tie::of_secret(secret));
        }
        let sealed_sha256 = Some(record::digest(text.as_bytes()));
        (State { sealed_sha256, ..plain }, Tie::of_file(text.as_bytes()))
    }
}
