//! Reporting clap's errors in the words of this program.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use mfa::domain::{Credential, escaped};

use super::{Env, Status};

/// Prints the help, the version or the error, and returns the status.
///
/// For a gate, help is not a success: `mfa -a x -o $CODE`, unquoted and with a code of `123456
/// --version`, must not open it. `gate` is the status in that case.
pub fn tell(env: &mut Env<'_>, mut error: Error, gate: Option<Status>) -> Status {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion if gate.is_none() => {
            env.stdout.write(&error.to_string());
            Status::Done
        }
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            env.stderr.write(&error.to_string());
            gate.unwrap_or(Status::Usage)
        }
        _ => {
            escape(&mut error);
            env.stderr.write(&in_our_words(&error.to_string()));
            gate.unwrap_or(Status::Usage)
        }
    }
}

/// Escapes what the caller wrote, which could control the terminal or forge a line.
///
/// A code in the wrong place is not repeated. A value that an option refuses is none: no option
/// that takes a code looks at it here.
fn escape(error: &mut Error) {
    let refused = error.kind() == ErrorKind::ValueValidation;
    let shown = if refused { escaped } else { unless_a_code };
    let changed: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match (kind, value) {
            (ContextKind::Usage, _) => None,
            (_, ContextValue::String(text)) => Some((kind, ContextValue::String(shown(text)))),
            (_, ContextValue::Strings(texts)) => Some((
                kind,
                ContextValue::Strings(texts.iter().map(|text| escaped(text)).collect()),
            )),
            _ => None,
        })
        .collect();
    for (kind, value) in changed {
        error.insert(kind, value);
    }
}

/// Escapes a text, unless it may be a code.
fn unless_a_code(text: &str) -> String {
    if text.parse::<Credential>().is_ok() { "a code".into() } else { escaped(text) }
}

/// Turns clap's paragraphs into one `error:` line and `hint:` lines.
fn in_our_words(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let mut paragraphs = text.split("\n\n");
    let first = paragraphs.next().unwrap_or_default();
    let mut lines =
        format!("error: {}\n", first.lines().map(str::trim).collect::<Vec<_>>().join(" "));
    for line in paragraphs.flat_map(str::lines).map(str::trim) {
        // "To pass '--version' as a value, use '--'": no option of ours takes such a value.
        let tip = line.strip_prefix("tip: ").filter(|tip| !tip.starts_with("to pass "));
        if let Some(tip) = tip {
            lines.extend(["hint: ", tip, "\n"]);
        } else if let Some(usage) = line.strip_prefix("Usage: ") {
            lines.extend(["hint: usage: ", usage, "\n"]);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the first line of the error for these arguments.
    fn told(args: &str) -> String {
        let args = std::iter::once("mfa").chain(args.split(' '));
        let mut error = crate::cli::command().try_get_matches_from(args).unwrap_err();
        escape(&mut error);
        in_our_words(&error.to_string()).lines().next().unwrap().into()
    }

    #[test]
    fn a_code_in_the_wrong_place_is_not_repeated_and_a_value_that_is_refused_is() {
        for (args, expected) in [
            ("list 123456", "error: unexpected argument 'a code' found"),
            ("list X3MS-NPGY-9ZT4", "error: unexpected argument 'a code' found"),
            ("123456", "error: unrecognized subcommand 'a code'"),
            ("list 12345", "error: unexpected argument '12345' found"),
            (
                "backup-codes A --count 1000000",
                "error: invalid value '1000000' for '--count <N>': 1000000 is not in 1..=20",
            ),
        ] {
            assert_eq!(told(args), expected);
        }
    }

    #[test]
    fn claps_paragraphs_become_lines() {
        let clap = "error: the following required arguments were not provided:\n  --account-name <ACCOUNT>\n\nUsage: mfa create -n A\n\nFor more information, try '--help'.\n";
        assert_eq!(
            in_our_words(clap),
            "error: the following required arguments were not provided: --account-name <ACCOUNT>\nhint: usage: mfa create -n A\n"
        );
    }
}
