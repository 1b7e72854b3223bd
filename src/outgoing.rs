//! How this library calls others over HTTP, whatever for.

use std::time::Duration;

use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

/// The time that an exchange may take, unless there is a reason for another.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Returns a client that follows no redirect and tries nothing twice, and that takes this long for
/// everything, from looking up the name to the last byte of the answer.
pub(crate) fn agent(patience: Duration) -> Agent {
    Agent::new_with_config(careful().timeout_global(Some(patience)).build())
}

/// Returns a client that takes this long for each step, and as long for looking up the name as the system
/// does.
///
/// A limit on that, or on all steps together, has the name looked up on another thread, which stays behind
/// in a program that is not ours where the name service hangs.
pub(crate) fn agent_on_this_thread(patience: Duration) -> Agent {
    let patience = Some(patience);
    let config = careful()
        .timeout_connect(patience)
        .timeout_send_request(patience)
        .timeout_send_body(patience)
        .timeout_recv_response(patience)
        .timeout_recv_body(patience);
    Agent::new_with_config(config.build())
}

fn careful() -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        // Whoever makes the environment must not choose the way that codes take.
        .proxy(None)
        .user_agent(concat!("mfa/", env!("CARGO_PKG_VERSION")))
}
