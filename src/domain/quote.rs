/// Replaces what could control a terminal or forge a line by its escape, such as `\u{1b}`.
///
/// File names and arguments are the caller's text: an escape sequence or a right-to-left override
/// in them must not change how the rest of a message reads.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_deceptive(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// Puts an offending value in quotes, escaped.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("'{}'", escaped(text))
}

/// Quotes a text that a shell would split, so that a command can be pasted; what could control the
/// terminal is escaped, and such a text then has to be typed by hand.
#[must_use]
pub fn for_shell(text: &str) -> String {
    let text = escaped(text);
    let plain = |c: char| c.is_alphanumeric() || "/._-+,@%".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Reports whether a character is a control character, a line separator, or changes the reading direction
/// (`Bidi_Control` of Unicode's `PropList.txt`).
pub(crate) fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_command_survives_the_shell() {
        assert_eq!(for_shell("/a/b-c"), "/a/b-c");
        assert_eq!(for_shell("/a b/it's"), r"'/a b/it'\''s'");
    }

    #[test]
    fn what_steers_a_terminal_is_escaped_and_the_rest_stays() {
        assert_eq!(quoted("a\x1b[2J\n\u{202e}é 字"), r"'a\u{1b}[2J\n\u{202e}é 字'");
    }
}
