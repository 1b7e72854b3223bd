//! The client of a gate elsewhere: one that a service keeps, and that is asked over HTTP.
//!
//! ```no_run
//! use mfa::domain::Verdict;
//! use mfa::remote::Server;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::new("https://mfa.example.com".parse()?, "/etc/mfa.token".as_ref())?;
//! let judged = server.verify(&"deploy".parse()?, "123456")?;
//! assert_eq!(judged.verdict, Verdict::Accepted);
//! # Ok(()) }
//! ```
//!
//! Only an answer that says so in every respect is an acceptance; whatever is not understood is an error,
//! and a caller must refuse. Nothing is asked twice: a code whose answer was lost may have been used up.

mod answer;
mod error;
mod pushing;
mod server;
mod url;

pub use answer::Judged;
pub use error::RemoteError;
pub use pushing::Challenged;
pub use server::Server;
pub use url::{ServerUrl, ServerUrlError};
