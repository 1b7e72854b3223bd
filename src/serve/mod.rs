//! The network's face of a store: the same gate, over HTTP.
//!
//! ```text
//! connection ─► listen ─► guard: host, limits, log ─► routes/: parse, authorise, one call to the library, answer
//!                                                        └─► on a thread of its own: the store, which decides
//! ```
//!
//! It holds no state that decides anything: several of them on one store, one that was restarted, and the
//! command line beside them are all the same.

mod answer;
mod anybody;
mod app;
mod body;
mod browser;
mod caller;
mod client_address;
mod failures;
mod guard;
mod journal;
mod listen;
mod log;
mod metrics;
mod options;
mod passkeys;
mod problem;
mod push_id;
mod routes;
mod run;
mod service;
mod session;
mod socket;
mod watch;
mod work;

pub use options::{Options, World};
pub use routes::{openapi, router};
pub use run::{ServeError, serve};
pub use service::Service;
