//! Sealing a whole store or some of its apps, and undoing it.

use mfa::domain::AppName;
use mfa::store::{Store, StoreError};

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
    pub clients: Option<&'static str>,
    pub config: Option<&'static str>,
}

/// What a command does to a store.
pub struct Work<'a, S> {
    /// Its name in the log.
    pub action: &'a str,
    /// What it does to an app, and whether that was to be done.
    pub app: fn(&S, &AppName) -> Result<bool, StoreError>,
    /// What it does to what the policy remembers of a name, enrolled or not, likewise.
    pub memory: fn(&S, &AppName) -> Result<bool, StoreError>,
    /// What it does to the clients of the service, likewise.
    pub clients: fn(&S) -> Result<bool, StoreError>,
    /// What it does to the configuration, likewise.
    pub config: fn(&S) -> Result<bool, StoreError>,
    /// What it does to the count of what was sent, of which nobody has to hear.
    pub quota: fn(&S) -> Result<(), StoreError>,
}

/// What a folder keeps besides apps, by its name.
pub const FILES: [&str; 2] = ["clients.toml", "config.toml"];

/// Finds the apps that the arguments mean: without any, all.
pub fn apps(named: &[String], store: &dyn Store) -> Result<Vec<AppName>> {
    if named.is_empty() {
        return Ok(store.apps()?);
    }
    named::find_each(store, named)
}

impl<S: Store> Work<'_, S> {
    /// Does it to each app and, unless some are named, to the rest of the store.
    ///
    /// What fails determines the status, and does not stop the rest.
    pub fn done(
        &self,
        named: &[String],
        store: &S,
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
            let (clients, config) = (&mut outcome.clients, &mut outcome.config);
            for (act, told) in [(self.clients, clients), (self.config, config)] {
                failed.extend(self.on_file(act, told, store, env).err());
            }
            failed.extend((self.quota)(store).err());
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
        store: &S,
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

    fn on_memories(&self, outcome: &mut Outcome, store: &S) -> Vec<StoreError> {
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

    fn on_file(
        &self,
        act: fn(&S) -> Result<bool, StoreError>,
        told: &mut Option<&'static str>,
        store: &S,
        env: &mut Env<'_>,
    ) -> Result<(), StoreError> {
        *told = Some("failed");
        let is_changed = act(store)?;
        if is_changed {
            // This concerns no single app, and no app can have this name.
            audit::record_done(store, "-", self.action, env);
        }
        *told = Some(if is_changed { "changed" } else { "unchanged" });
        Ok(())
    }
}

impl Outcome {
    /// Says what became of the apps, a line for each, and what was changed besides.
    pub fn say(&self, words: [&str; 3], [clients, config]: [&str; 2], env: &mut Env<'_>) {
        let [done, is_so, bears] = words;
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
        for (file, told) in [(clients, self.clients), (config, self.config)] {
            if told == Some("changed") {
                env.stdout.line(&format!("{file} {bears}"));
            }
        }
    }
}
