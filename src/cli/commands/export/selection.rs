//! Finding the apps to export, and reporting those that are left out.

use mfa::domain::{AppName, quoted};
use mfa::store::{Folder, Store, StoreError};
use mfa::transfer::export::Entry;

use crate::cli::any_store::AnyStore;
use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::{Env, Status, named};

/// The apps that were asked for.
pub struct Selection {
    pub entries: Vec<Entry>,
    pub left_out: Vec<LeftOut>,
}

/// An app that is left out.
pub struct LeftOut {
    pub app: AppName,
    pub why: Why,
}

/// The reasons why an app is left out.
pub enum Why {
    /// Something that the format cannot express.
    Inexpressible(String),
    /// An app that the store cannot read.
    Unreadable(StoreError),
}

impl Selection {
    /// Reads the apps with these names, or all of them; one that cannot be read does not stop the
    /// others.
    pub fn read(names: &[String], store: &dyn Store) -> Result<Self> {
        let apps = if names.is_empty() { store.apps()? } else { named::find_each(store, names)? };
        let mut selection = Self { entries: Vec::new(), left_out: Vec::new() };
        for app in apps {
            match store.get(&app) {
                Ok(enrolment) => selection.entries.push((app, enrolment)),
                // It was removed after it was listed.
                Err(StoreError::NoSuchApp(_)) if names.is_empty() => {}
                Err(error) => {
                    selection.left_out.push(LeftOut { app, why: Why::Unreadable(error) });
                }
            }
        }
        Ok(selection)
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.left_out.is_empty()
    }
}

/// Reports why nothing is exported if no app was named and there is none, and returns the status.
pub fn tell_nothing(store: &AnyStore, env: &mut Env<'_>) -> Status {
    let missing = store.folder().map(Folder::root).filter(|root| !root.exists());
    let text = match missing {
        Some(root) => format!("there is no store {}", quoted(&root.to_string_lossy())),
        None => "the store has no apps".into(),
    };
    env.error(&text, None);
    Status::NoSuchApp
}

impl LeftOut {
    pub fn tell(self, location: &Location, env: &mut Env<'_>) -> Status {
        let left_out = format!("{} was left out", quoted(self.app.as_str()));
        match self.why {
            Why::Inexpressible(why) => {
                env.error(&format!("{left_out}: {why}"), None);
                Status::Refused
            }
            Why::Unreadable(error) => {
                tell(&CommandError::from(error).context(left_out), env, location)
            }
        }
    }
}
