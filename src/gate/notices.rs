use serde::{Deserialize, Serialize};

use super::Authentication;
use crate::domain::UnixTime;

/// What the owner should hear once they are let in; times are in RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "service", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Notices {
    /// The number of failures since the last success.
    #[serde(skip_serializing_if = "is_zero")]
    pub failures: u32,
    /// The time of the first of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<String>,
    /// The time at which a device was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_device: Option<String>,
    /// The phone to which codes are sent from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_phone: Option<NewPhone>,
    /// The time at which a recovery code was issued that was not used yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_code: Option<String>,
}

/// A phone of which the owner has not heard yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "service", derive(utoipa::ToSchema))]
pub struct NewPhone {
    /// Its number, all but the last two digits hidden.
    pub phone: String,
    /// The time at which it was set.
    pub since: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Notices {
    /// Reports whether there is nothing to hear.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Authentication {
    /// Returns what the owner should hear, if they are let in.
    #[must_use]
    pub fn notices(&self) -> Notices {
        let time = |time: Option<UnixTime>| time.map(UnixTime::to_rfc3339);
        let new_phone = self
            .new_phone
            .as_ref()
            .map(|(phone, since)| NewPhone { phone: phone.masked(), since: since.to_rfc3339() });
        Notices {
            failures: self.failures,
            failing_since: time(self.failing_since),
            new_device: time(self.new_device),
            new_phone,
            recovery_code: time(self.recovery),
        }
    }
}
