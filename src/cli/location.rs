use std::path::{Path, PathBuf};

use mfa::domain::{AppName, for_shell};
use mfa::store::Folder;

use super::Env;
use super::any_store::AnyStore;
use super::database;
use super::error::{CommandError, Result};
use super::keys::KeyArgs;

/// The location of the store, as far as the arguments give it.
#[derive(clap::Args, Default)]
pub struct Location {
    #[cfg_attr(
        not(feature = "postgres"),
        doc = "Folder of the store [default: `MFA_STORE`, else `mfa` in your data folder]"
    )]
    #[cfg_attr(
        feature = "postgres",
        doc = "Folder of the store, or the postgres:// URL of a database [default: `MFA_STORE`, else \
               `mfa` in your data folder]"
    )]
    #[arg(long, global = true, value_name = "DIR", help_heading = "For all commands")]
    store: Option<PathBuf>,
    #[command(flatten)]
    pub keys: KeyArgs,
}

impl Location {
    /// Finds the store, with the keys in the key file if one is named.
    pub fn find(&self, env: &Env<'_>) -> Result<AnyStore> {
        self.keys.unlock(self.find_locked(env)?, env)
    }

    /// Finds the store, with the keys in the key file, or asks for the passphrase of its own key.
    pub fn find_asking(&self, env: &Env<'_>) -> Result<AnyStore> {
        self.keys.unlock_asking(self.find_locked(env)?, env)
    }

    /// Finds the store with the keys that reading an account takes: in a folder, none.
    pub fn find_for_accounts(&self, env: &Env<'_>) -> Result<AnyStore> {
        let locked = self.find_locked(env)?;
        if locked.folder().is_some() { Ok(locked) } else { self.keys.unlock(locked, env) }
    }

    /// Reports whether the arguments name a store.
    #[cfg(feature = "remote")]
    pub fn names_store(&self) -> bool {
        self.store.is_some()
    }

    /// Reports whether a key file is named.
    pub fn names_key(&self, env: &Env<'_>) -> bool {
        self.keys.path(env).is_some()
    }

    /// Returns the key file where it lies in the store, which whoever copies the store copies too.
    pub fn key_inside(&self, store: &Folder, env: &Env<'_>) -> Option<String> {
        let file = self.keys.path(env)?.canonicalize().ok()?;
        let root = store.root().canonicalize().ok()?;
        file.starts_with(root).then(|| file.to_string_lossy().into_owned())
    }

    /// Finds another store and this one, with the keys in the key file, or those that passphrases
    /// open.
    pub fn find_both(&self, other: &Path, env: &Env<'_>) -> Result<[AnyStore; 2]> {
        let other = if database::is_meant(other) {
            database::find(other, env)?
        } else {
            AnyStore::Folder(Folder::new(other))
        };
        self.keys.unlock_both([other, self.find_locked(env)?], env)
    }

    /// Finds the store without its keys.
    ///
    /// The working directory is never searched, since whoever chooses it would choose the secret.
    pub fn find_locked(&self, env: &Env<'_>) -> Result<AnyStore> {
        let absolute = |path: PathBuf, what: &str| {
            let relative = || CommandError::usage(format!("{what} is not an absolute path"));
            if path.is_absolute() { Ok(path) } else { Err(relative()) }
        };
        let nameless = |why| CommandError::usage(why).hint("name the store with --store DIR");
        let path = match (&self.store, &env.variables.store) {
            (Some(path), _) if database::is_meant(path) => return database::find(path, env),
            (Some(path), _) => path.clone(),
            (None, _) if env.process.elevated => {
                return Err(nameless(
                    "with rights that are not the caller's, the environment names no store",
                ));
            }
            (None, Some(path)) if database::is_meant(path.as_ref()) => {
                return database::find(path.as_ref(), env);
            }
            (None, Some(path)) => absolute(path.into(), "MFA_STORE")?,
            (None, None) => {
                let folder = (env.variables.data_folder)()
                    .ok_or_else(|| nameless("there is no data folder"))?;
                absolute(folder, "the data folder (HOME, XDG_DATA_HOME)")?.join("mfa")
            }
        };
        Ok(AnyStore::Folder(Folder::new(path)))
    }

    /// Returns a hint to the store in the working directory, if the missing app is there.
    pub fn hint(&self, name: &str) -> Option<String> {
        let app: AppName = name.parse().ok()?;
        (self.store.is_none() && Path::new("secrets").join(app.as_str()).exists())
            .then(|| "./secrets has it: if you trust this folder, use --store .".into())
    }

    /// Returns a command on an app of this store, ready to be pasted.
    pub fn command(&self, name: &str, app: &AppName) -> String {
        let command = format!("mfa {name} {}", for_shell(app.as_str()));
        match &self.store {
            Some(dir) => format!("{command} --store {}", for_shell(&dir.to_string_lossy())),
            None => command,
        }
    }
}
