//! Values in, values out: nothing here reads a clock, a disk or the environment.

mod account;
mod asked;
mod bounded;
pub(crate) mod bytes;
mod credential;
mod crockford;
mod enrolment_id;
mod factor;
mod guard;
mod handle;
mod hex;
mod judging;
mod mac;
mod name;
mod phone;
mod quota;
mod quote;
mod recovery;
mod resync;
mod secret;
mod successor;
mod throttle;
mod time;
mod uri;
mod verdict;

pub use account::{Account, Enrolment};
pub use asked::Asked;
pub use bounded::{Bounded, BoundedError};
pub use credential::Credential;
pub use enrolment_id::EnrolmentId;
pub(crate) use factor::sms_code;
pub use factor::{
    ANSWERED_WITHIN, Algorithm, Answer, Approval, BackupCode, BackupCodes, Begun, Challenge,
    ChallengeId, Code, CodeError, Device, DeviceId, DeviceIdError, Digits, Drift, DriftError,
    Factor, Hashing, HashingError, HeaderError, Hotp, INVITED_FOR, Invitation, IssueError,
    MOST_BACKUP_CODES, MOST_DEVICES, Number, NumberError, Otp, Pending, Period, Progress, Push,
    Question, REDEEMED_WITHIN, SMS_APART, SMS_TRIES, SMS_VALID, Sent, Sms, TooManyDevices, Totp,
    TotpError,
};
pub use guard::Guard;
pub use handle::{Handle, HandleDigest, HandleError};
pub(crate) use hex::hex;
pub use judging::Judged;
pub(crate) use mac::hmac_sha256;
pub use name::{AppName, Label, NameError};
pub use phone::{PhoneError, PhoneNumber};
pub use quota::{SmsQuota, UsedUp};
#[cfg(feature = "remote")]
pub(crate) use quote::is_deceptive;
pub use quote::{escaped, for_shell, quoted};
pub use recovery::{
    Evidence, Issued, RECOVERED_WITHIN, Recovery, RecoveryCode, Reference, ReferenceError,
    VerifiedWith,
};
pub use secret::{MAX_SECRET_TEXT, RECOMMENDED_BITS, Secret, SecretError};
pub use throttle::{DISABLE_AFTER, Throttle};
pub use time::{ClockError, UnixTime};
pub use uri::{Provisioned, UriError, parse_provisioning_uri, provisioning_uri};
#[cfg(feature = "transfer")]
pub(crate) use uri::{STEAM, after_issuer};
pub use verdict::Verdict;
