use jiff::{Span, SpanRelativeTo};
use mfa::domain::quoted;

/// Reads a duration, and returns it in seconds.
pub fn seconds(text: &str) -> Result<u64, String> {
    let duration =
        text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    let seconds = duration.ok().and_then(|duration| u64::try_from(duration.as_secs()).ok());
    seconds.ok_or_else(|| format!("{} is not a duration such as 90s, 2h 30m or 7d", quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_written_as_people_write_it() {
        for (text, expected) in
            [("90s", 90), ("2h 30m", 9000), ("7d", 604_800), ("1w", 604_800), ("PT5M", 300)]
        {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "7", "-1h", "1 fortnight"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
