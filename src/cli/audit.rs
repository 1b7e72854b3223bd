//! Logging what a command has done and cannot undo; a failure to log is only a warning.

use mfa::audit::Event;
use mfa::domain::AppName;
use mfa::store::{Store, StoreError};

use super::Env;
use super::error::CommandError;

/// Logs that an action on an app was completed.
pub fn record_done(store: &dyn Store, app: &str, action: &str, env: &mut Env<'_>) {
    record(store, &done(app, action, env), env);
}

/// Logs that an action on each of many apps was completed.
pub fn record_all_done<'a>(
    store: &dyn Store,
    apps: impl Iterator<Item = &'a AppName>,
    action: &str,
    env: &mut Env<'_>,
) {
    let events: Vec<_> = apps.map(|app| done(app.as_str(), action, env)).collect();
    warn_unless(store.log_all(&events), env);
}

/// Logs that an action on an app was tried, and that its output could not be written to stdout.
pub fn record_undelivered(store: &dyn Store, app: &str, action: &str, env: &mut Env<'_>) {
    let outcome = "record".into();
    record(store, &Event { outcome, ..done(app, action, env) }, env);
}

/// Logs that an app was renamed.
pub fn record_renamed(store: &dyn Store, old: &str, new: &str, env: &mut Env<'_>) {
    let new_name = Some(mfa::domain::escaped(new));
    record(store, &Event { new_name, ..done(old, "rename", env) }, env);
}

/// Logs that an action on a client of the service was completed.
#[cfg(feature = "service")]
pub fn record_client(store: &dyn Store, name: &str, action: &str, env: &mut Env<'_>) {
    let about = Some(mfa::domain::escaped(name));
    // This concerns no single app, and no app can have this name.
    record(store, &Event { about, ..done("-", action, env) }, env);
}

fn done(app: &str, action: &str, env: &Env<'_>) -> Event {
    (env.process.caller)().event((env.clock.now)().ok(), app, action, "done")
}

fn record(store: &dyn Store, event: &Event, env: &mut Env<'_>) {
    warn_unless(store.log(event), env);
}

fn warn_unless(logged: Result<(), StoreError>, env: &mut Env<'_>) {
    if let Err(error) = logged {
        env.warn(&format!("the audit log does not say so: {}", CommandError::from(error).text()));
    }
}
