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
    let counter = next_counter(fields.next(), fields.next());
    let found = entry(kind, user, secret, counter, number);
    if matches!(found, Found::Entry(_)) && !matches!(pin, "-" | "+") {
        contents.notes.push(format!("the PIN of {} stays behind", escaped(user)));
    }
    contents.found.push(found);
}

/// Returns the counter of the next code: the moving factor, 0 where there is none yet, is that of
/// the last accepted code once there is one beside it (`usersfile.c` of liboath).
fn next_counter(factor: Option<&str>, last_code: Option<&str>) -> Option<u64> {
    let factor: u64 = factor.unwrap_or("0").parse().ok()?;
    factor.checked_add(last_code.is_some().into())
}

fn entry(kind: &str, user: &str, secret: &str, counter: Option<u64>, number: usize) -> Found {
    let what = name("", user, number);
    let Some((kind, period, digits)) = parameters(kind) else {
        return Found::Skipped { what, why: unsupported(shortened(kind)) };
    };
    let Some(secret) = encoding::hex(secret) else {
        return Found::Refused { what, why: "the secret is not hexadecimal".into() };
    };
    let secret = Key::Bytes(&secret);
    RawEntry { kind, secret, account: user, digits, period, counter, ..RawEntry::default() }
        .found(number)
}

/// Reads a type as its kind, period and digits.
fn parameters(kind: &str) -> Option<(&'static str, Option<u64>, Option<u64>)> {
    let mut parts = kind.strip_prefix("HOTP")?.split('/');
    let (Some(""), mode) = (parts.next(), parts.next().unwrap_or("E")) else { return None };
    let digits = parts.next().map(str::parse).transpose().ok()?;
    if parts.next().is_some() {
        return None;
    }
    match mode.strip_prefix('T') {
        Some(seconds) => Some(("totp", Some(seconds.parse().ok()?), digits)),
        None => (mode == "E").then_some(("hotp", None, digits)),
    }
}
