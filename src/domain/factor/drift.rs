/// The limit on a drift, in time steps either way: 25 minutes of 30 seconds, some years of a
/// token's quartz.
const LIMIT: i8 = 50;

/// The drift of a hardware token's clock against ours, in time steps (RFC 6238 §6): positive
/// where the token is ahead; 50 at most either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "i8", into = "i8")]
pub struct Drift(i8);

/// A drift beyond what is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a drift of {0} steps is more than {LIMIT}")]
pub struct DriftError(i8);

impl Drift {
    /// The most that a token may be ahead.
    pub const MOST: Self = Self(LIMIT);

    /// Returns the time step of a token while ours is `current`.
    #[must_use]
    pub fn of(self, current: u64) -> u64 {
        current.saturating_add_signed(self.0.into())
    }

    /// Returns the drift of a token that is at `step` while ours is `current`, as far as the limit
    /// allows.
    pub(in crate::domain) fn between(current: u64, step: u64) -> Self {
        let limit = u64::from(LIMIT.unsigned_abs());
        let steps = i8::try_from(step.abs_diff(current).min(limit)).unwrap_or(LIMIT);
        Self(if step < current { -steps } else { steps })
    }

    /// Reports whether a token at `step` while ours is `current` is within the limit.
    pub(in crate::domain) fn allows(current: u64, step: u64) -> bool {
        step.abs_diff(current) <= u64::from(LIMIT.unsigned_abs())
    }
}

impl TryFrom<i8> for Drift {
    type Error = DriftError;

    fn try_from(steps: i8) -> Result<Self, DriftError> {
        if (-LIMIT..=LIMIT).contains(&steps) { Ok(Self(steps)) } else { Err(DriftError(steps)) }
    }
}

impl From<Drift> for i8 {
    fn from(drift: Drift) -> Self {
        drift.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_is_learned_up_to_fifty_steps_either_way() {
        for (current, step, drift) in
            [(100, 100, 0), (100, 103, 3), (100, 60, -40), (100, 151, 50), (100, 2, -50)]
        {
            let learned = Drift::between(current, step);
            assert_eq!(i8::from(learned), drift);
            assert_eq!(learned.of(current), current.saturating_add_signed(drift.into()));
        }
        assert!(Drift::allows(100, 150) && !Drift::allows(100, 151));
        assert_eq!(
            Drift::try_from(-51).unwrap_err().to_string(),
            "a drift of -51 steps is more than 50"
        );
        assert_eq!(Drift::try_from(50), Ok(Drift(50)));
    }
}
