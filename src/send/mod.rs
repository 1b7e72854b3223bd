//! What goes out: texts to phones, through the gateway that the store's `config.toml` describes.
//!
//! A gateway is a URL that takes a number and a text over HTTP, as any provider or a modem's software has
//! one. [`Config::load`](crate::config::Config::load) reads and checks the description, [`SmsGateway::send`] gives it one text:
//!
//! ```no_run
//! use mfa::config::Config;
//! use mfa::store::Folder;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::load(&Folder::new("/var/lib/deploy"))?;
//! if let Some(sms) = config.sms {
//!     sms.gateway.send(&"+15550100199".parse()?, "Your code is: 123456")?;
//! }
//! # Ok(()) }
//! ```
//!
//! The certificates that are believed are Mozilla's, built in, rather than the system's: neither the
//! environment (`SSL_CERT_FILE`) nor a missing folder decides whom codes are entrusted to, and a static binary
//! needs no files. The HTTP client traces what it sends for a logger that asks for its level `trace`: a
//! program that has one must not give it that level of `ureq` and `ureq_proto`.

mod contact;
mod error;
mod exchange;
mod gateway;
mod notifier;
mod push_service;
pub(crate) mod request;
mod subscription;
pub(crate) mod template;
mod vapid;
mod wake;
mod web_push;

pub use contact::{Contact, ContactError};
pub use error::{Receiver, SendError};
pub use gateway::SmsGateway;
pub use notifier::Notifier;
pub use push_service::{PushService, PushServiceError};
pub use subscription::{Subscription, SubscriptionError};
pub use vapid::{VapidKey, VapidKeyError};
pub use wake::{Outcome, Wake, wake};
pub use web_push::WebPush;
