//! How this library calls others over HTTP, whatever for.

use std::time::Duration;

use ureq::Agent;

/// The time that an exchange may take, unless there is a reason for another.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Returns a client that follows no redirect and tries nothing twice, and that takes this long for
/// everything, from looking up the name to the last byte of the answer.
pub(crate) fn agent(patience: Duration) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(patience))
        .max_redirects(0)
        .http_status_as_error(false)
        // Whoever makes the environment must not choose the way that codes take.
        .proxy(None)
        .user_agent(concat!("mfa/", env!("CARGO_PKG_VERSION")))
        .build();
    Agent::new_with_config(config)
}
