//! Devices and questions for tests.

use super::{ChallengeId, Device, DeviceId, Number, Question};
use crate::domain::UnixTime;

/// Returns a device whose identifier is this byte throughout.
pub(in crate::domain) fn device(id: u8, created: UnixTime) -> Device {
    Device {
        id: DeviceId([id; 16]),
        name: "phone".parse().unwrap(),
        passkey: "{}".parse().unwrap(),
        created,
        last_used: None,
        subscription: None,
        session: None,
    }
}

/// Returns a question of the command line with the number 42, whose identifier is this byte throughout.
pub(in crate::domain) fn question(id: u8) -> Question {
    let number = Number::try_from(42).unwrap();
    Question { id: ChallengeId([id; 16]), purpose: None, host: None, caller: None, number }
}
