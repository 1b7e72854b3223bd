use super::raw_entry::{Key, RawEntry};
use super::{Ask, Contents, FormatError, Source};

/// The number of digits in a scratch code.
const SCRATCH: usize = 8;

/// Reads a `.google_authenticator` file of google-authenticator-libpam (its `FILEFORMAT`): the
/// secret, lines that begin with `" ` and an option, and scratch codes.
///
/// It contains no name; the caller's is the best available.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let mut lines = source.text.lines();
    let secret = lines.next().unwrap_or_default();
    let option = |name: &str| {
        let mut options = source.text.lines().filter_map(|line| line.strip_prefix("\" "));
        options.find_map(|option| option.strip_prefix(name)).map(str::trim)
    };
    let by_time = option("TOTP_AUTH").is_some();
    let counter = option("HOTP_COUNTER");
    if !by_time && counter.is_none() {
        return Ok(None);
    }
    let period = match option("STEP_SIZE").map(str::parse) {
        None => None,
        Some(Ok(seconds)) => Some(seconds),
        Some(Err(_)) => return Err(FormatError::damaged("STEP_SIZE is not a number")),
    };
    let kind = if counter.is_some() { "hotp" } else { "totp" };
    let counter = counter.and_then(|counter| counter.parse().ok());
    let secret = Key::Base32(secret);
    let entry = RawEntry { kind, secret, period, counter, ..RawEntry::default() };

    let is_scratch =
        |line: &&str| line.len() == SCRATCH && line.bytes().all(|byte| byte.is_ascii_digit());
    let scratch = lines.filter(is_scratch).count();
    let notes = match scratch {
        0 => Vec::new(),
        1 => vec!["one scratch code stays behind".into()],
        _ => vec![format!("{scratch} scratch codes stay behind")],
    };
    Ok(Some(Contents { found: vec![entry.found(1)], notes, ..Contents::default() }))
}
