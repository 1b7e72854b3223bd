use serde::{Deserialize, Serialize};

use super::Authentication;
use crate::domain::{UnixTime, escaped};

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

    /// Returns what the owner should hear as sentences, escaped, since a gate elsewhere may have sent
    /// them; `cancel` is what the owner can do about a recovery code.
    #[must_use]
    pub fn warnings(&self, cancel: &str) -> Vec<String> {
        let failures = (self.failures > 0).then(|| {
            let noun = if self.failures == 1 { "failure" } else { "failures" };
            let since =
                self.failing_since.as_deref().map(|since| format!(", from {}", escaped(since)));
            let since = since.unwrap_or_default();
            format!("{} {noun} since the last success{since}", self.failures)
        });
        let device = self
            .new_device
            .as_deref()
            .map(|since| format!("a device was added that can approve, at {}", escaped(since)));
        let recovery = self.recovery_code.as_deref().map(|issued| {
            let issued = escaped(issued);
            format!(
                "a recovery code was issued at {issued}; if you have not asked for it: {cancel}"
            )
        });
        let phone = self.new_phone.as_ref().map(|NewPhone { phone, since }| {
            let (phone, since) = (escaped(phone), escaped(since));
            format!("codes are sent to another phone since {since}: {phone}")
        });
        [failures, device, recovery, phone].into_iter().flatten().collect()
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
