//! The standbys that confirm changes, as `synchronous_standby_names` has them.

use std::fmt;

use crate::domain::escaped;

/// The standbys that a server waits for.
pub(super) struct Standbys<'a> {
    text: &'a str,
    /// How many of several confirm a change, where any of them will do.
    quorum: Option<Quorum>,
}

#[derive(Clone, Copy)]
struct Quorum {
    confirming: usize,
    /// The number of those that are named; `None` for whichever there are.
    named: Option<usize>,
}

impl<'a> Standbys<'a> {
    pub(super) fn parsed(text: &'a str) -> Self {
        Self { text: text.trim(), quorum: quorum(text) }
    }

    /// Returns what is wrong where one of them may lag behind, and nobody knows which; `connected`
    /// is the number of all there are.
    pub(super) fn problem(&self, connected: i64) -> Option<String> {
        let Quorum { confirming, named } = self.quorum?;
        let all = named.unwrap_or_else(|| usize::try_from(connected).unwrap_or_default());
        let lags = format!(
            "{confirming} of {all} standbys confirm a change, whichever is first: where another is \
             promoted, codes that were accepted open again"
        );
        (confirming < all).then_some(lags)
    }
}

/// Reads `ANY number (name, …)`.
fn quorum(text: &str) -> Option<Quorum> {
    let (method, rest) = text.trim().split_at_checked(3)?;
    let (number, names) = rest.split_once('(')?;
    if !method.eq_ignore_ascii_case("any") {
        return None;
    }
    let names: Vec<_> = names.trim_end().trim_end_matches(')').split(',').map(str::trim).collect();
    let has_any = names.contains(&"*");
    Some(Quorum {
        confirming: number.trim().parse().ok()?,
        named: (!has_any).then_some(names.len()),
    })
}

impl fmt::Display for Standbys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.is_empty() {
            return f.write_str("none confirms changes");
        }
        write!(f, "{} confirms changes", escaped(self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quorum_in_which_a_standby_may_lag_is_a_problem_and_a_list_by_rank_is_none() {
        for (names, connected, lags) in [
            ("", 0, false),
            ("standby", 2, false),
            ("*", 2, false),
            ("FIRST 1 (a, b)", 2, false),
            ("1 (a, b)", 2, false),
            ("any", 2, false),
            ("ANY 1 (a)", 2, false),
            ("ANY 2 (a, b)", 2, false),
            ("ANY 1 (a, b)", 1, true),
            ("any 1(a,b) ", 1, true),
            ("ANY 1 (*)", 1, false),
            ("ANY 1 (*)", 2, true),
        ] {
            let problem = Standbys::parsed(names).problem(connected);
            assert_eq!(problem.is_some(), lags, "{names}: {problem:?}");
        }
    }
}
