//! Values in, values out: nothing here reads a clock, a disk or the environment.

mod account;
mod backup;
mod code;
mod guard;
mod hashing;
mod name;
mod presented;
mod quote;
mod secret;
mod throttle;
mod time;
mod totp;
mod uri;

pub use account::{Account, Enrolment, Verdict};
pub use backup::{BackupCode, BackupCodes, IssueError};
pub use code::{Code, CodeError};
pub use guard::Guard;
pub use hashing::{Hashing, HashingError, HeaderError};
pub use name::{AppName, Label, NameError};
pub use presented::{Factor, Presented};
pub use quote::{escaped, for_shell, quoted};
pub use secret::{MAX_SECRET_TEXT, RECOMMENDED_BITS, Secret, SecretError};
pub use throttle::{DISABLE_AFTER, Throttle};
pub use time::{ClockError, UnixTime};
pub use totp::{Algorithm, Digits, Period, Totp, TotpError};
pub use uri::{Provisioned, UriError, parse_provisioning_uri, provisioning_uri};
