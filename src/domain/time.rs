use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A moment, in whole seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
///
/// RFC 6238 §4.2 counts time steps from the same origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// Returns the moment as RFC 3339 in UTC; one past the year 9999 has no such form.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let seconds = i64::try_from(self.0).ok();
        let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        time.map_or_else(|| "after 9999".into(), |time| time.to_string())
    }
}

/// A clock without a usable time: none at all, or one before 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock is before 1970")]
pub struct ClockError;
