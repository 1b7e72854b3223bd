//! What may be shown of an answer: gateways repeat what they were asked.

use std::ops::Range;

use percent_encoding::percent_decode_str;

use crate::domain::escaped;

/// What stands in the place of something that must not be shown.
const HIDDEN: &str = "…";

/// The number of characters that are shown of an answer.
const SHOWN: usize = 200;

/// The fewest digits in a row of a text that may be a code, and the fewest last ones of a number that
/// give it away.
const CODE: usize = 4;
const END: usize = 6;

/// The length from which on a value is looked for within words: a shorter one would be found by chance.
const LONG: usize = 4;

/// How JSON and HTML write characters that a secret may have.
const ESCAPES: [(&str, &str); 7] = [
    ("\\\"", "\""),
    ("\\/", "/"),
    ("\\\\", "\\"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&amp;", "&"),
];

/// What must not be shown: the digits of the number and of the text, and the values that were sent.
pub(super) struct Private<'a> {
    pub(super) to: &'a str,
    pub(super) text: &'a str,
    pub(super) values: Vec<&'a str>,
}

impl Private<'_> {
    /// Returns the first line of an answer that is not empty, fit to be shown.
    pub(super) fn first_line(&self, answer: &[u8]) -> String {
        let answer = String::from_utf8_lossy(answer);
        let line = answer.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        self.shown(line)
    }

    /// Returns a text without what must not be shown, escaped and cut.
    pub(super) fn shown(&self, text: &str) -> String {
        let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
        let unescape = |text: String, (escape, plain)| text.replace(escape, plain);
        let mut text = ESCAPES.into_iter().fold(text, unescape);
        let mut values = self.values.clone();
        values.push(self.text);
        values.retain(|value| !value.is_empty());
        // A value may be part of a longer one.
        values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        for value in values {
            text = without(&text, |text| places(text, value));
        }
        for digits in self.digits() {
            text = without(&text, |text| spelt(text, &digits));
        }
        cut(&escaped(&text))
    }

    /// Returns the digits that must not be shown, the longest of each first: the number with and
    /// without what is dialled before it, and whatever in the text may be a code.
    fn digits(&self) -> Vec<String> {
        let number = self.to.trim_start_matches('+');
        let ends = (0..=number.len().saturating_sub(END)).filter_map(|n| number.get(n..));
        let runs = self.text.split(|c: char| !c.is_ascii_digit());
        ends.chain(runs.filter(|run| run.len() >= CODE)).map(str::to_owned).collect()
    }
}

/// Replaces what `find` finds.
fn without(text: &str, find: impl Fn(&str) -> Vec<Range<usize>>) -> String {
    let (mut kept, mut end) = (String::with_capacity(text.len()), 0);
    for place in find(text) {
        if let Some(before) = text.get(end..place.start) {
            kept.extend([before, HIDDEN]);
            end = place.end;
        }
    }
    kept + text.get(end..).unwrap_or_default()
}

/// Finds a value: a short one as a word of its own alone.
fn places(text: &str, value: &str) -> Vec<Range<usize>> {
    let stands_alone = |place: &Range<usize>| {
        let before = text.get(..place.start).and_then(|text| text.chars().next_back());
        let after = text.get(place.end..).and_then(|text| text.chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    let found = text.match_indices(value).map(|(start, value)| start..start + value.len());
    found.filter(|place| value.len() >= LONG || stands_alone(place)).collect()
}

/// Finds digits in a row, whatever is written between them: `+1 (555) 010-0199`.
fn spelt(text: &str, digits: &str) -> Vec<Range<usize>> {
    let starts = text.char_indices().filter(|(_, c)| c.is_ascii_digit());
    let place = |(start, _)| Some(start..start + spelling(text.get(start..)?, digits)?);
    starts.filter_map(place).collect()
}

/// Returns the length of the beginning of a text that spells these digits.
fn spelling(text: &str, digits: &str) -> Option<usize> {
    let mut left = digits.chars();
    for (place, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            continue;
        }
        if left.next() != Some(c) {
            return None;
        }
        if left.as_str().is_empty() {
            return Some(place + c.len_utf8());
        }
    }
    None
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + HIDDEN,
        None => text.to_owned(),
    }
}
