//! Sealing a whole store or some of its apps, and undoing it.

use mfa::domain::AppName;
use mfa::store::{Folder, Store, StoreError};

use super::context::tell;
use super::error::Result;
use super::location::Location;
use super::{Env, Status, audit, named};

/// What became of each app and, unless some were named, of the rest of the store.
#[derive(Default)]
pub struct Outcome {
    pub changed: Vec<String>,
    pub unchanged: Vec<String>,
    pub failed: Vec<String>,
    /// The names of which what the policy remembers was changed.
    pub policy: Vec<String>,
    pub config: Option<&'static str>,
}

/// What a command does to a store.
pub struct Work<'a> {
    /// Its name in the log.
    pub action: &'a str,
    /// What it does to an app, and whether that was to be done.
    pub app: fn(&Folder, &AppName) -> Result<bool, StoreError>,
    /// What it does to what the policy remembers of a name, enrolled or not, likewise.
    pub memory: fn(&Folder, &AppName) -> Result<bool, StoreError>,
    /// What it does to the configuration, likewise.
    pub config: fn(&Folder) -> Result<bool, StoreError>,
}

/// Finds the apps that the arguments mean: without any, all.
pub fn apps(named: &[String], store: &Folder) -> Result<Vec<AppName>> {
    if named.is_empty() {
        return Ok(store.apps()?);
    }
    named::find_each(store, named)
}

impl Work<'_> {
    /// Does it to each app and, unless some are named, to the rest of the store.
    ///
    /// What fails determines the status, and does not stop the rest.
    pub fn done(
        &self,
        named: &[String],
        store: &Folder,
        location: &Location,
        env: &mut Env<'_>,
    ) -> Result<(Outcome, Status)> {
        let (mut outcome, mut status) = (Outcome::default(), Status::Done);
        for app in apps(named, store)? {
            if let Err(error) = self.on_app(&app, &mut outcome, store, env) {
                outcome.failed.push(app.to_string());
                status = tell(&error.into(), env, location);
            }
        }
        if named.is_empty() {
            let mut failed = self.on_memories(&mut outcome, store);
            failed.extend(self.on_config(&mut outcome, store, env).err());
            for error in failed {
                status = tell(&error.into(), env, location);
            }
        }
        Ok((outcome, status))
    }

    fn on_app(
        &self,
        app: &AppName,
        outcome: &mut Outcome,
        store: &Folder,
        env: &mut Env<'_>,
    ) -> Result<(), StoreError> {
        match (self.app)(store, app) {
            Ok(true) => {
                audit::record_done(store, app.as_str(), self.action, env);
                outcome.changed.push(app.to_string());
            }
            Ok(false) => outcome.unchanged.push(app.to_string()),
            // Removed since it was listed.
            Err(StoreError::NoSuchApp(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn on_memories(&self, outcome: &mut Outcome, store: &Folder) -> Vec<StoreError> {
        let names = match store.policy_names() {
            Ok(names) => names,
            // There is nothing to remember without a store.
            Err(StoreError::NoStore(_)) => Vec::new(),
            Err(error) => return vec![error],
        };
        let mut failed = Vec::new();
        for name in &names {
            match (self.memory)(store, name) {
                Ok(true) => outcome.policy.push(name.to_string()),
                Ok(false) => {}
                Err(error) => failed.push(error),
            }
        }
        failed
    }

    fn on_config(
        &self,
        outcome: &mut Outcome,
        store: &Folder,
        env: &mut Env<'_>,
    ) -> Result<(), StoreError> {
        outcome.config = Some("failed");
        let is_changed = (self.config)(store)?;
        if is_changed {
            // This concerns no single app, and no app can have this name.
            audit::record_done(store, "-", self.action, env);
        }
        outcome.config = Some(if is_changed { "changed" } else { "unchanged" });
        Ok(())
    }
}

impl Outcome {
    /// Says what became of the apps, a line for each, and what was changed besides.
    pub fn say(&self, [done, is_so, config]: [&str; 3], env: &mut Env<'_>) {
        for app in &self.changed {
            env.stdout.line(&format!("{done} {app}"));
        }
        for app in &self.unchanged {
            env.stdout.line(&format!("{app} {is_so}"));
        }
        if self.changed.is_empty() && self.unchanged.is_empty() && self.failed.is_empty() {
            env.stdout.line("No Apps defined");
        }
        for name in &self.policy {
            env.stdout.line(&format!("{done} what the policy remembers of {name}"));
        }
        if self.config == Some("changed") {
            env.stdout.line(config);
        }
    }
}
