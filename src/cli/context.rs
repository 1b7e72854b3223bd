use super::error::CommandError;
use super::location::Location;
use super::{Env, Status};

/// What every command works with: the world, and the place of the store.
pub struct Context<'a> {
    pub env: Env<'a>,
    pub location: Location,
}

/// Tells an error and returns its status; where that is success, there is nothing to tell.
pub fn tell(error: &CommandError, env: &mut Env<'_>, location: &Location) -> Status {
    if error.status() != Status::Done {
        let hint = error.help(|app| location.hint(app));
        env.error(&error.text(), hint.as_deref());
    }
    error.status()
}
