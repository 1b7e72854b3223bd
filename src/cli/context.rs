use super::Env;
use super::location::Location;

/// What every command works with: the world, and the place of the store.
pub struct Context<'a> {
    pub env: Env<'a>,
    pub location: Location,
}
