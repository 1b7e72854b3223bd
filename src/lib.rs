//! Enrols second factors, verifies them once, and recovers from losing them.
//!
//! ```text
//! argv, stdin, clock, random ─► main ─► cli ─► authenticate ─► store::update ─► Account::verify(credential, now)
//! exit status, stdout, stderr ◄─ Verdict ◄── logged ◄── replaced only if unchanged ◄──┘
//! ```
//!
//! The library is everything to the right of `cli`: [`domain`] is values in and values out, [`qr`] turns a
//! provisioning URI into a picture, and [`store`] keeps enrolments and changes each for one caller at a time.
//! [`enforce`] and [`policy`] decide who is asked, [`recovery`], [`sms`] and [`push`] are the other ways in. Around
//! them are `transfer` (files of other apps), `config` and `send` (what goes out), `remote` (a gate that asks a
//! service) and `serve` (the service). Nothing here reads a clock, the environment or the system's randomness, or
//! prints; the caller passes them in.
//!
//! # A gate
//!
//! [`authenticate`] accepts a code once, however many callers present it at the same time, and
//! throttles guesses:
//!
//! ```
//! use mfa::Attempt;
//! use mfa::audit::Caller;
//! use mfa::domain::{Account, AppName, Enrolment, Secret, Totp, UnixTime, Verdict};
//! use mfa::store::{Existing, Memory, Store};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Memory::default(); // or store::Folder::new("/var/lib/deploy")
//! let app: AppName = "deploy".parse()?;
//! let secret = Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
//! let account = Account::new("Example Corp".parse()?, Some("me".parse()?), Totp::default(), None);
//! store.enrol(&app, &Enrolment { secret, account }, Existing::Keep)?;
//!
//! let credential = &"287 082".parse()?; // as the phone shows it at 59 s
//! let caller = &Caller { uid: 1000, ..Caller::default() };
//! let attempt = Attempt { app: &app, credential, action: "login", caller, remember: None };
//! let clock = || Ok(UnixTime(59)); // in earnest: the system's
//! assert_eq!(mfa::authenticate(&store, attempt, clock)?.verdict, Verdict::Accepted);
//! assert_eq!(mfa::authenticate(&store, attempt, clock)?.verdict, Verdict::Reused);
//! assert_eq!(store.events().len(), 2);
//! # Ok(()) }
//! ```
//!
//! # Without a store
//!
//! [`TotpManager`] makes the URIs, QR codes and codes of secrets that a service keeps itself:
//!
//! ```
//! use mfa::TotpManager;
//! use mfa::domain::{Code, Secret, UnixTime};
//! use rand::TryRng;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let manager = TotpManager::new("Example Corp".parse()?);
//! let account = "d3@example.com".parse()?;
//!
//! let secret = Secret::generate(|bytes| rand::rngs::SysRng.try_fill_bytes(bytes))?;
//! let uri = manager.provisioning_uri(&account, &secret);
//! assert!(uri.starts_with("otpauth://totp/Example%20Corp:d3%40example.com?secret="));
//! assert!(manager.qr_png(&account, &secret)?.starts_with(b"\x89PNG"));
//! let page = format!(r#"<img src="data:image/png;base64,{}">"#, manager.qr_base64(&account, &secret)?);
//!
//! let now = UnixTime(1_795_302_119);
//! let code: Code = manager.current_code(&secret, now).parse()?;
//! assert_eq!(manager.verify(&secret, &code, now), Some(now.0 / 30));
//! assert_eq!(manager.verify(&secret, &code, UnixTime(now.0 + 60)), None); // two steps later
//! # Ok(()) }
//! ```

#![forbid(unsafe_code)]

mod allocation;
pub mod audit;
#[cfg(feature = "remote")]
pub mod client;
#[cfg(feature = "remote")]
pub mod config;
pub mod domain;
pub mod enforce;
mod gate;
#[cfg(feature = "service")]
mod identify;
#[cfg(any(feature = "postgres", feature = "remote"))]
mod loopback;
mod manager;
#[cfg(feature = "remote")]
mod outgoing;
pub mod policy;
pub mod push;
pub mod qr;
pub mod recovery;
#[cfg(feature = "remote")]
pub mod remote;
#[cfg(feature = "remote")]
pub mod send;
#[cfg(feature = "service")]
pub mod serve;
pub mod sms;
pub mod store;
#[cfg(feature = "transfer")]
pub mod transfer;

pub use gate::{
    Attempt, Authentication, GateError, NewPhone, Notices, Resync, authenticate, resync,
};
#[cfg(feature = "service")]
pub use identify::identify;
pub use manager::TotpManager;
