//! Finding what goes out, and telling what stays behind.

use mfa::domain::{AppName, quoted};
use mfa::store::{Folder, Store, StoreError};
use mfa::transfer::export::Entry;

use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::{Env, Status, named};

/// The apps that were asked for.
pub struct Selection {
    pub entries: Vec<Entry>,
    pub left_out: Vec<LeftOut>,
}

/// An app that stays behind.
pub struct LeftOut {
    pub app: AppName,
    pub why: Why,
}

/// Why an app stays behind.
pub enum Why {
    /// The format has no word for it.
    Inexpressible(String),
    /// The store cannot give it.
    Unreadable(StoreError),
}

impl Selection {
    /// Reads the apps of these names, or all; one that cannot be read keeps none of the others back.
    pub fn read(names: &[String], store: &Folder) -> Result<Self> {
        let apps = if names.is_empty() {
            store.apps()?
        } else {
            names.iter().map(|name| named::find(store, name)).collect::<Result<_>>()?
        };
        let mut selection = Self { entries: Vec::new(), left_out: Vec::new() };
        for app in apps {
            match store.get(&app) {
                Ok(enrolment) => selection.entries.push((app, enrolment)),
                // Removed since it was listed.
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

/// Tells why nothing goes out where no app was named and none is there.
pub fn tell_nothing(store: &Folder, env: &mut Env<'_>) -> Status {
    let text = if store.root().exists() {
        "the store has no apps".into()
    } else {
        format!("there is no store {}", quoted(&store.root().to_string_lossy()))
    };
    env.error(&text, None);
    Status::NoSuchApp
}

impl LeftOut {
    pub fn tell(self, location: &Location, env: &mut Env<'_>) -> Status {
        let left_out = format!("{} was left out", self.app);
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
