use super::raw_entry::{Key, RawEntry, name, shortened, unsupported};
use super::{Ask, Contents, FormatError, Found, Source, encoding};
use crate::domain::escaped;

/// Reads a `users.oath` file of `pam_oath`: `HOTP/T30/6 user - 3132…` and the state of each user.
///
/// The type is `HOTP` or `HOTP/E` for counter-based codes and `HOTP/T30` for time-based ones,
/// optionally followed by the number of digits.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let lines = || source.text.lines().map(str::trim);
    let mut kinds = lines().filter_map(|line| line.split_whitespace().next());
    if !kinds.any(|kind| kind == "HOTP" || kind.starts_with("HOTP/")) {
        return Ok(None);
    }
    let mut contents = Contents::default();
    for (index, line) in lines().enumerate() {
        if !line.is_empty() && !line.starts_with('#') {
            take(line, index + 1, &mut contents);
        }
        contents.check_size()?;
    }
    Ok(Some(contents))
}

fn take(line: &str, number: usize, contents: &mut Contents) {
    let mut fields = line.split_whitespace();
    let (Some(kind), Some(user), Some(pin), Some(secret)) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        let (what, why) = (format!("line {number}"), "fewer than four fields".into());
        return contents.found.push(Found::Refused { what, why });
    };
    let found = entry(kind, user, secret, number);
    if matches!(found, Found::Entry(_)) && !matches!(pin, "-" | "+") {
        contents.notes.push(format!("the PIN of {} stays behind", escaped(user)));
    }
    contents.found.push(found);
}

fn entry(kind: &str, user: &str, secret: &str, number: usize) -> Found {
    let what = name("", user, number);
    let mut parts = kind.split('/');
    let (Some("HOTP"), mode) = (parts.next(), parts.next().unwrap_or("E")) else {
        return Found::Skipped { what, why: unsupported(shortened(kind)) };
    };
    let digits = parts.next().map(str::parse);
    let (period, digits) = match (mode.strip_prefix('T').map(str::parse), digits.transpose()) {
        (Some(Ok(period)), Ok(digits)) if parts.next().is_none() => (period, digits),
        (None, _) if mode == "E" => {
            return Found::Skipped { what, why: unsupported("hotp") };
        }
        _ => return Found::Skipped { what, why: unsupported(shortened(kind)) },
    };
    let Some(secret) = encoding::hex(secret) else {
        return Found::Refused { what, why: "the secret is not hexadecimal".into() };
    };
    let secret = Key::Bytes(&secret);
    RawEntry { secret, account: user, digits, period: Some(period), ..RawEntry::default() }
        .found(number)
}
