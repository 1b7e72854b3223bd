use super::error::CommandError;
use super::location::Location;
use super::{Env, Status};

/// The context of every command: the outside world, and the location of the store.
pub struct Context<'a> {
    pub env: Env<'a>,
    pub location: Location,
}

/// Reports an error and returns its status; if that is success, there is nothing to report.
pub fn tell(error: &CommandError, env: &mut Env<'_>, location: &Location) -> Status {
    if error.status() != Status::Done {
        let hint = error.help(|app| location.hint(app));
        env.error(&error.text(), hint.as_deref());
    }
    error.status()
}
