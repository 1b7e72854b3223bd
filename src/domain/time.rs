/// Is a moment, in whole seconds since 1970-01-01 00:00:00 UTC, leap seconds not counted.
///
/// RFC 6238 §4.2 counts time steps from the same origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(pub u64);

/// Says that the clock tells no usable time: none at all, or one before 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clock is before 1970")]
pub struct ClockError;
