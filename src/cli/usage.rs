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
fn escape(error: &mut Error) {
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

/// Escapes a text, without repeating what may be a code in the wrong place.
fn shown(text: &str) -> String {
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

    #[test]
    fn claps_paragraphs_become_lines() {
        let clap = "error: the following required arguments were not provided:\n  --account-name <ACCOUNT>\n\nUsage: mfa create -n A\n\nFor more information, try '--help'.\n";
        assert_eq!(
            in_our_words(clap),
            "error: the following required arguments were not provided: --account-name <ACCOUNT>\nhint: usage: mfa create -n A\n"
        );
    }
}
