use std::str::FromStr;

/// The longest duration in seconds, ten years of 365 days: what is longer is a slip of the pen.
const LONGEST: u64 = 10 * 365 * DAY;

const DAY: u64 = 24 * HOUR;
const HOUR: u64 = 60 * MINUTE;
const MINUTE: u64 = 60;

/// A span of time as a policy writes it, in seconds: `30_days`, `24_hours`, `30d`, `24h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Duration(pub(super) u64);

/// A text that is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a duration is a number with its unit, such as '30_days', '24_hours', '30d' or '24h', and at most ten years"
)]
pub(super) struct DurationError;

impl FromStr for Duration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let end = text.find(|c: char| !c.is_ascii_digit()).ok_or(DurationError)?;
        let (number, unit) = text.split_at(end);
        let number: u64 = number.parse().map_err(|_| DurationError)?;
        let unit = seconds(unit).ok_or(DurationError)?;
        number.checked_mul(unit).filter(|all| *all <= LONGEST).map(Self).ok_or(DurationError)
    }
}

impl TryFrom<String> for Duration {
    type Error = DurationError;

    fn try_from(text: String) -> Result<Self, DurationError> {
        text.parse()
    }
}

fn seconds(unit: &str) -> Option<u64> {
    match unit {
        "d" | "_day" | "_days" => Some(DAY),
        "h" | "_hour" | "_hours" => Some(HOUR),
        "m" | "_minute" | "_minutes" => Some(MINUTE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit_and_nothing_else() {
        for (text, seconds) in [
            ("30_days", Some(2_592_000)),
            ("1_day", Some(86_400)),
            ("24_hours", Some(86_400)),
            ("30d", Some(2_592_000)),
            ("24h", Some(86_400)),
            ("90m", Some(5_400)),
            ("0_days", Some(0)),
            ("3650d", Some(LONGEST)),
            ("3651d", None),
            ("100000000000000000000_days", None),
            ("-1_days", None),
            ("+1_days", None),
            ("1.5_days", None),
            ("30 days", None),
            ("30_Days", None),
            ("30days", None),
            ("30", None),
            ("_days", None),
            ("d", None),
            ("30_", None),
            ("", None),
            ("30_days ", None),
            ("\u{0663}0d", None),
        ] {
            assert_eq!(text.parse().ok(), seconds.map(Duration), "{text:?}");
        }
    }
}
