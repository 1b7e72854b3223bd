use super::moving_factor::Codes;
use super::{Algorithm, Code, Digits};
use crate::domain::Secret;

/// The number of codes after the last accepted one that are accepted, since a token's button is
/// also pressed in vain. RFC 4226 §7.4 leaves it to the verifier; each one more is a chance more
/// for a guesser.
const LOOK_AHEAD: u64 = 10;

/// The number of codes after the last accepted one in which a pair of them
/// resynchronises a token (RFC 4226 §7.4): of a trillion pairs a thousand are right.
const RESYNC_AHEAD: u64 = 1000;

/// The number of failures in a row that disables an app with codes by counter: ten codes of a
/// million are right at a time instead of three, so that thirty failures leave a guesser the
/// chance that [`DISABLE_AFTER`](crate::domain::DISABLE_AFTER) leaves with codes by the clock.
pub(super) const DISABLE_AFTER: u32 = 30;

/// The parameters of one-time passwords by counter (RFC 4226), and the next counter to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hotp {
    /// The hash inside the HMAC: SHA1 in the RFC, another one in some tokens.
    pub algorithm: Algorithm,
    /// The number of digits of a code.
    pub digits: Digits,
    /// The counter of the next code to be shown, and of the first one to be accepted.
    pub counter: u64,
    /// Whether the token may type an identifier of 12 characters before the digits, as a YubiKey
    /// does.
    pub types_identifier: bool,
}

impl Hotp {
    /// Returns the code of a counter.
    #[must_use]
    pub fn code(&self, secret: &Secret, counter: u64) -> String {
        self.codes(secret).code(counter)
    }

    /// Returns the newest counter that the code is right for, out of the ten after the last
    /// accepted one, and that one itself, which tells a reuse from a guess.
    ///
    /// The last counter of all is never one of them: there would be none to go on with.
    #[must_use]
    pub fn matching_counter(&self, secret: &Secret, code: &Code, last: Option<u64>) -> Option<u64> {
        let first = last.unwrap_or(0);
        let newest =
            last.map_or(LOOK_AHEAD - 1, |last| last.saturating_add(LOOK_AHEAD)).min(u64::MAX - 1);
        self.codes(secret).newest_match(code, first..=newest)
    }

    /// Returns the counter of the second of two codes in a row, both newer than the last accepted
    /// one (RFC 4226 §7.4).
    pub(in crate::domain) fn resynced(
        &self,
        secret: &Secret,
        codes: &[Code; 2],
        last: Option<u64>,
    ) -> Option<u64> {
        let first = next_after(last)?;
        let ahead = first..=first.saturating_add(RESYNC_AHEAD - 1);
        self.codes(secret).newest_pair(codes, ahead)?.checked_add(1).filter(|next| *next < u64::MAX)
    }

    fn codes(&self, secret: &Secret) -> Codes {
        Codes::new(secret, self.algorithm, self.digits)
    }
}

/// Returns the counter after the last accepted one, or `None` where that was the last of all.
fn next_after(last: Option<u64>) -> Option<u64> {
    last.map_or(Some(0), |last| last.checked_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap()
    }

    /// RFC 4226, appendix D.
    const CODES: [&str; 10] = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489",
    ];

    #[test]
    fn the_codes_of_rfc_4226_are_made_and_found() {
        let hotp = Hotp::default();
        for (counter, code) in (0..).zip(CODES) {
            assert_eq!(hotp.code(&secret(), counter), code);
            let found = hotp.matching_counter(&secret(), &code.parse().unwrap(), None);
            assert_eq!(found, Some(counter));
        }
    }

    #[test]
    fn the_ten_codes_after_the_last_accepted_one_and_itself_are_looked_at() {
        let hotp = Hotp::default();
        for (last, counters) in [(None, 0..=9), (Some(0), 0..=10), (Some(90), 90..=100)] {
            for counter in 0..=120 {
                let code = hotp.code(&secret(), counter).parse().unwrap();
                let found = hotp.matching_counter(&secret(), &code, last);
                assert_eq!(found.is_some(), counters.contains(&counter), "{last:?} {counter}");
            }
        }
    }

    #[test]
    fn of_two_counters_with_the_same_code_the_newer_one_counts() {
        let hotp = Hotp::default();
        let twin = (1..200_000u64).find_map(|first| {
            let code = hotp.code(&secret(), first);
            let second =
                (first + 1..first + 10).find(|next| hotp.code(&secret(), *next) == code)?;
            Some((first, second, code))
        });
        let (first, second, code) = twin.unwrap();
        let found = hotp.matching_counter(&secret(), &code.parse().unwrap(), Some(first - 1));
        assert_eq!(found, Some(second));
    }

    #[test]
    fn a_pair_is_found_within_a_thousand_codes_and_only_after_the_last_accepted_one() {
        let hotp = Hotp::default();
        let pair = |first: u64| {
            [first, first + 1].map(|counter| hotp.code(&secret(), counter).parse().unwrap())
        };
        for (last, first, found) in [
            (None, 0, Some(1)),
            (None, 999, Some(1000)),
            (None, 1000, None),
            (Some(4), 4, None),
            (Some(4), 5, Some(6)),
            (Some(4), 1004, Some(1005)),
            (Some(4), 1005, None),
        ] {
            assert_eq!(hotp.resynced(&secret(), &pair(first), last), found, "{last:?} {first}");
        }
        let [a, b] = pair(7);
        assert_eq!(hotp.resynced(&secret(), &[b, a], None), None, "the order counts");
    }

    #[test]
    fn the_last_counter_of_all_has_a_code_that_never_opens() {
        let (hotp, last) = (Hotp::default(), u64::MAX);
        let code = |counter| hotp.code(&secret(), counter).parse::<Code>().unwrap();
        let found = |counter, after| hotp.matching_counter(&secret(), &code(counter), Some(after));
        assert_eq!(found(last - 1, last - 2), Some(last - 1));
        assert_eq!(found(last, last - 2), None);
        assert_eq!(found(last, last - 1), None);
        let pair = |first: u64| [code(first), code(first.wrapping_add(1))];
        assert_eq!(hotp.resynced(&secret(), &pair(last - 2), Some(last - 9)), Some(last - 1));
        assert_eq!(hotp.resynced(&secret(), &pair(last - 1), Some(last - 9)), None);
    }
}
