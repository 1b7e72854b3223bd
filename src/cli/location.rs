use std::path::{Path, PathBuf};

use mfa::domain::{AppName, for_shell};
use mfa::store::Folder;

use super::Env;
use super::error::{CommandError, Result};

/// The location of the store, as far as the arguments give it.
#[derive(clap::Args, Default)]
pub struct Location {
    /// Folder of the store [default: `MFA_STORE`, else `mfa` in your data folder]
    #[arg(long, global = true, value_name = "DIR", help_heading = "For all commands")]
    store: Option<PathBuf>,
}

impl Location {
    /// Finds the store.
    ///
    /// The working directory is never searched, since whoever chooses it would choose the secret.
    pub fn find(&self, env: &Env<'_>) -> Result<Folder> {
        let absolute = |path: PathBuf, what: &str| {
            let relative = || CommandError::usage(format!("{what} is not an absolute path"));
            if path.is_absolute() { Ok(path) } else { Err(relative()) }
        };
        let nameless = |why| CommandError::usage(why).hint("name the store with --store DIR");
        let path = match (&self.store, &env.variables.store) {
            (Some(path), _) => path.clone(),
            (None, _) if env.process.elevated => {
                return Err(nameless(
                    "with rights that are not the caller's, the environment names no store",
                ));
            }
            (None, Some(path)) => absolute(path.into(), "MFA_STORE")?,
            (None, None) => {
                let folder = (env.variables.data_folder)()
                    .ok_or_else(|| nameless("there is no data folder"))?;
                absolute(folder, "the data folder (HOME, XDG_DATA_HOME)")?.join("mfa")
            }
        };
        Ok(Folder::new(path))
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
