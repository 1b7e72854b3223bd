//! What the audit log says: who did what to which app, and how it ended; never a code or secret.

use jiff::Timestamp;
use mfa::domain::{Factor, UnixTime, escaped};
use mfa::store::{Folder, StoreError};
use serde::{Deserialize, Serialize};

use super::Env;

/// Is one line of the log.
#[derive(Serialize, Deserialize)]
pub struct Event {
    /// When, in RFC 3339.
    pub time: String,
    /// Which app.
    pub app: String,
    /// What was done: the command's name.
    pub action: String,
    /// What was presented, where something was: `totp` or `backup_code`.
    pub factor: Option<String>,
    /// How it ended: `done`, or the reason that `authenticate --json` gives.
    pub outcome: String,
    /// Who did it: the real user's number.
    pub uid: u32,
    /// Which program called.
    pub parent: Option<String>,
    /// Seconds left to wait, while throttled.
    pub wait: Option<u64>,
    /// What the app is called from then on, where that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_name: Option<String>,
}

/// Says how an action ended.
pub struct Ending<'a> {
    pub factor: Option<Factor>,
    pub outcome: &'a str,
    pub wait: Option<u64>,
    pub new_name: Option<&'a str>,
}

impl<'a> Ending<'a> {
    pub const DONE: Self = Ending::told(None, "done", None);

    pub const fn told(factor: Option<Factor>, outcome: &'a str, wait: Option<u64>) -> Self {
        Ending { factor, outcome, wait, new_name: None }
    }
}

/// Adds a line to the log of the store.
pub fn record(
    store: &Folder,
    app: &str,
    action: &str,
    ending: &Ending<'_>,
    env: &Env<'_>,
) -> Result<(), StoreError> {
    let event = Event {
        // Without a clock there is no verdict either; the line then says so.
        time: (env.clock)().map_or_else(|_| "unknown".into(), rfc3339),
        app: escaped(app),
        action: action.into(),
        factor: ending.factor.map(|factor| factor.name().into()),
        outcome: ending.outcome.into(),
        uid: env.uid,
        parent: (env.parent)().map(|name| escaped(&name)),
        wait: ending.wait,
        new_name: ending.new_name.map(escaped),
    };
    store.append_audit(&serde_json::to_string(&event).unwrap_or_default())
}

/// Adds a line about something that is done already and cannot be taken back.
pub fn record_done(store: &Folder, app: &str, action: &str, env: &mut Env<'_>) {
    record_ended(store, app, action, &Ending::DONE, env);
}

/// Adds a line about an app that has another name now.
pub fn record_renamed(store: &Folder, old: &str, new: &str, env: &mut Env<'_>) {
    record_ended(store, old, "rename", &Ending { new_name: Some(new), ..Ending::DONE }, env);
}

fn record_ended(store: &Folder, app: &str, action: &str, ending: &Ending<'_>, env: &mut Env<'_>) {
    if let Err(error) = record(store, app, action, ending, env) {
        env.warn(&format!("the audit log does not say so: {}", super::status::text(&error.into())));
    }
}

/// Writes a moment as RFC 3339 in UTC; one past the year 9999 has no such form.
pub fn rfc3339(time: UnixTime) -> String {
    let told = i64::try_from(time.0).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    told.map_or_else(|| "after 9999".into(), |time| time.to_string())
}
