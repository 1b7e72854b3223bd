//! The keys of a store: in a file, or behind a passphrase.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mfa::store::Folder;
use mfa::store::sealing::{self, Key, KeyId, KeyPlace, Keys, WrapError};
use zeroize::Zeroizing;

use super::any_store::AnyStore;
use super::error::{CommandError, Result};
use super::{Echo, Env, Status};

/// The name of a key file among a service's credentials.
const CREDENTIAL: &str = "mfa.key";

/// The place of the key, as far as the arguments give it.
#[derive(clap::Args, Default)]
pub struct KeyArgs {
    /// File with the key of sealed secrets [default: `MFA_KEY_FILE`, else systemd's credential
    /// `mfa.key`]
    #[arg(long, global = true, value_name = "FILE", help_heading = "For all commands")]
    key_file: Option<PathBuf>,
    /// With a key, believe secrets that are not sealed too, while a store is moved over
    #[arg(long, global = true, help_heading = "For all commands")]
    pub allow_plain: bool,
}

impl KeyArgs {
    /// Gives a store the keys in the key file, if one is named.
    pub fn unlock(&self, store: AnyStore, env: &Env<'_>) -> Result<AnyStore> {
        if self.allow_plain && store.folder().is_none() {
            return Err(CommandError::usage(
                "--allow-plain is for a store in a folder: a database has nothing plain",
            ));
        }
        match self.file(env)? {
            Some((path, place)) => self.with_keys(store, Keys::from_file(&path, place)?, env),
            None => Ok(store),
        }
    }

    /// Gives two stores the keys in the key file, which may be a pipe that is read but once, or each
    /// its own key, which a passphrase opens.
    pub fn unlock_both(&self, stores: [AnyStore; 2], env: &Env<'_>) -> Result<[AnyStore; 2]> {
        let keys = match self.file(env)? {
            Some((path, place)) => Some(given(Keys::from_file(&path, place)?, env)?),
            None => None,
        };
        let [one, other] = stores.map(|store| {
            match (store.folder().map_or(Ok(None), Folder::wrapped_key)?, &keys) {
                (Some(wrapped), _) => self.with_keys(store, vec![unwrapped(&wrapped, env)?], env),
                (None, Some(keys)) => Ok(store.with_keys(Arc::clone(keys), self.allow_plain)),
                (None, None) => Ok(store),
            }
        });
        Ok([one?, other?])
    }

    /// Gives a store the keys in the key file, or else asks for the passphrase of its own key.
    pub fn unlock_asking(&self, store: AnyStore, env: &Env<'_>) -> Result<AnyStore> {
        let store = self.unlock(store, env)?;
        let locked = store.folder().filter(|folder| !folder.has_keys());
        match locked.map_or(Ok(None), Folder::wrapped_key)? {
            Some(wrapped) => self.with_keys(store, vec![unwrapped(&wrapped, env)?], env),
            None => Ok(store),
        }
    }

    fn with_keys(&self, store: AnyStore, keys: Vec<Key>, env: &Env<'_>) -> Result<AnyStore> {
        Ok(store.with_keys(given(keys, env)?, self.allow_plain))
    }

    /// Returns the path of the key file, if one is named.
    pub fn path(&self, env: &Env<'_>) -> Option<PathBuf> {
        self.file(env).ok()?.map(|(path, _)| path)
    }

    /// Finds the key file; whoever made the environment of a process with more rights than their own
    /// names none.
    ///
    /// An empty name is an error: who meant to name one would be without it, and not notice.
    fn file(&self, env: &Env<'_>) -> Result<Option<(PathBuf, KeyPlace)>> {
        let named = |path: &Path| (path.to_owned(), place(path, env));
        if let Some(path) = &self.key_file {
            if path.as_os_str().as_encoded_bytes().starts_with(b"mfa-key:") {
                return Err(CommandError::usage("--key-file takes the name of a file, not a key"));
            }
            return Ok(Some(named(path)));
        }
        match (&env.variables.key_file, &env.variables.credentials) {
            _ if env.process.elevated => Ok(None),
            (Some(path), _) if path.is_empty() => {
                Err(CommandError::usage("MFA_KEY_FILE is empty").hint("name a file, or unset it"))
            }
            (Some(path), _) => Ok(Some(named(Path::new(path)))),
            (None, Some(folder)) => {
                let credential = Path::new(folder).join(CREDENTIAL);
                Ok(credential.exists().then_some((credential, KeyPlace::Credentials)))
            }
            (None, None) => Ok(None),
        }
    }
}

/// Returns keys of which the first seals; there is one at least.
pub fn given(keys: Vec<Key>, env: &Env<'_>) -> Result<Arc<Keys>> {
    let mut seed = Zeroizing::new([0; 32]);
    (env.random)(&mut *seed).map_err(CommandError::no_randomness)?;
    let keys = Keys::new(keys, seed).map(Arc::new);
    keys.ok_or_else(|| CommandError::usage("there is no key"))
}

/// Reports whether a key file lies among the credentials that systemd laid for this service.
fn place(path: &Path, env: &Env<'_>) -> KeyPlace {
    let folder = env.variables.credentials.as_ref().filter(|_| !env.process.elevated);
    match folder {
        Some(folder) if path.parent() == Some(Path::new(folder)) => KeyPlace::Credentials,
        _ => KeyPlace::Anywhere,
    }
}

/// Makes a key for a store, wraps it with a new passphrase, and returns it.
pub fn wrap_new(store: &Folder, env: &Env<'_>) -> Result<Key> {
    let ask = |prompt| (env.terminal.ask)(prompt, Echo::Hidden).map_err(|_| needs_terminal());
    let passphrase = ask("New passphrase: ")?;
    if passphrase.is_empty() {
        return Err(CommandError::usage("the passphrase is empty"));
    }
    if ask("The same again: ")? != passphrase {
        return Err(CommandError::usage("the passphrases differ"));
    }
    let key = Key::generate(new_id(env)?, env.random).map_err(CommandError::no_randomness)?;
    let wrapped = sealing::wrap(&key, &passphrase, env.random).map_err(wrap_failed)?;
    store.put_wrapped_key(&wrapped)?;
    Ok(key)
}

/// Draws a name for a new key.
pub fn new_id(env: &Env<'_>) -> Result<KeyId> {
    let mut bytes = [0; 4];
    (env.random)(&mut bytes).map_err(CommandError::no_randomness)?;
    Ok(format!("k{:08x}", u32::from_be_bytes(bytes)).parse::<KeyId>()?)
}

fn unwrapped(wrapped: &str, env: &Env<'_>) -> Result<Key> {
    let ask = (env.terminal.ask)("Passphrase: ", Echo::Hidden).map_err(|_| needs_terminal())?;
    sealing::unwrap(wrapped, &ask).map_err(wrap_failed)
}

fn needs_terminal() -> CommandError {
    CommandError::new(Status::Store, anyhow::Error::msg("the store's key is behind a passphrase"))
        .hint("on a terminal it is asked for; a gate needs a key file instead")
}

fn wrap_failed(error: WrapError<std::io::Error>) -> CommandError {
    match error {
        WrapError::Random(error) => CommandError::no_randomness(error),
        WrapError::Hashing(_) => CommandError::new(
            Status::Record,
            anyhow::Error::msg("too little memory for the passphrase"),
        ),
        error => CommandError::new(Status::Store, error),
    }
}

/// Refuses where there is no key to seal with.
pub fn expect_key(is_there: bool) -> Result<(), CommandError> {
    if is_there {
        return Ok(());
    }
    Err(CommandError::usage("there is no key to seal with")
        .hint("mfa keygen FILE makes one, --key-file FILE names it; or use --passphrase"))
}
