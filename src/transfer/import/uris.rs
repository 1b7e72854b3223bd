use std::iter;

use percent_encoding::percent_decode_str;

use super::migration;
use super::raw_entry::{Key, RawEntry, name, repaired, shortened, unsupported};
use super::{Ask, Contents, FormatError, Found, MAX_URI, Source, within};
use crate::domain::{Otp, STEAM, UriError, parse_provisioning_uri};

/// The entries of URIs, and the parts of Google's exports that they belong to.
#[derive(Default)]
pub(super) struct Uris {
    contents: Contents,
}

/// Reads URIs, one per line; lines that begin with `#` and those of prose are ignored.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    let known = |line: &str| is(bare(line)) || is_steam(bare(line));
    source.text.lines().any(known).then(|| list(source.text)).transpose()
}

/// Reads the same without first checking for a sign of the format.
pub(super) fn list(text: &str) -> Result<Contents, FormatError> {
    let mut found = Uris::default();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let place = format!("line {}", index + 1);
        let inside = within::uris(line).filter(|_| !is(bare(line)));
        let none_inside = inside.inspect(|uri| found.take(uri, &place)).count() == 0;
        if none_inside && is_entry(line) {
            uris(line).for_each(|uri| found.take(uri, &place));
        }
        found.check_size()?;
    }
    Ok(found.finish())
}

/// Returns a line without the prefix that `zbarimg` writes.
fn bare(line: &str) -> &str {
    let line = line.trim();
    line.strip_prefix("QR-Code:").unwrap_or(line)
}

/// Reports whether a line stands for an entry, even one that cannot be read, rather than for prose.
fn is_entry(line: &str) -> bool {
    let scheme = bare(line).split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| !scheme.contains(char::is_whitespace)) || line.contains("secret=")
}

/// Splits a line into its URIs: Ente Auth puts commas between them or after each.
fn uris(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(bare(line));
    iter::from_fn(move || {
        let line = rest.take()?;
        let end = line.find(",otpauth");
        let (uri, next) = end.map_or((line, ""), |end| line.split_at(end));
        rest = next.strip_prefix(',');
        Some(uri.trim_end_matches(','))
    })
}

/// Reports whether a text is a URI that [`Uris::take`] can read.
pub(super) fn is(text: &str) -> bool {
    ["otpauth://", "otpauth-migration://"].iter().any(|scheme| starts_with(text, scheme))
}

/// Reports whether a text is a Steam URI with a secret, not one of those that start a game.
fn is_steam(text: &str) -> bool {
    starts_with(text, "steam://") && matches!(parsed(text, ""), Found::Entry(_))
}

/// Reports whether a text is one URI and nothing else.
pub(super) fn is_one(text: &str) -> bool {
    is(text) && !text.contains(['\r', '\n'])
}

/// Reads the content of a field for codes, a URI or a bare secret; `issuer` and `account` name the
/// entry if the URI does not.
pub(super) fn field(codes: &str, issuer: &str, account: &str, number: usize) -> Found {
    if !codes.contains("://") {
        let secret = Key::Base32(codes);
        return RawEntry { secret, issuer, account, ..RawEntry::default() }.found(number);
    }
    named(parsed(codes, &name(issuer, account, number)), issuer, account)
}

/// Reads an otpauth or a Steam URI; `place` names it if it has no other name.
pub(super) fn entry(uri: &str, place: &str) -> Found {
    named(parsed(uri, place), "", "")
}

/// Gives an entry the names that its URI does not state; Steam's codes are Steam's, whoever keeps
/// them.
fn named(mut found: Found, issuer: &str, account: &str) -> Found {
    if let Found::Entry(entry) = &mut found {
        let of_kind = if entry.otp == Otp::Steam { STEAM } else { "" };
        let issuer = || repaired(issuer).or_else(|| repaired(of_kind));
        entry.issuer = entry.issuer.take().or_else(issuer);
        entry.account = entry.account.take().or_else(|| repaired(account));
    }
    found
}

fn parsed(uri: &str, place: &str) -> Found {
    let what = || label(uri).unwrap_or_else(|| place.into());
    if uri.len() > MAX_URI {
        return Found::Refused { what: what(), why: "the URI is longer than 128 KiB".into() };
    }
    match parse_provisioning_uri(uri) {
        Ok(entry) => Found::Entry(entry),
        Err(UriError::Kind(kind)) => {
            Found::Skipped { what: what(), why: unsupported(shortened(&kind)) }
        }
        Err(error @ UriError::NotOtpauth) => Found::Unread { what: what(), why: error.to_string() },
        Err(error) => Found::Refused { what: what(), why: shortened(&error.to_string()).into() },
    }
}

impl Uris {
    pub(super) fn take(&mut self, uri: &str, place: &str) {
        if !is_migration(uri) {
            return self.add(entry(uri, place));
        }
        match migration::parse(uri) {
            Ok((batch, found)) => {
                self.contents.found.extend(found);
                self.contents.parts.add(&batch);
            }
            Err(why) => {
                self.add(Found::Refused { what: place.into(), why: why.into() });
            }
        }
    }

    /// Takes a migration URI, or else what [`field`] reads.
    pub(super) fn take_field(&mut self, codes: &str, issuer: &str, account: &str, number: usize) {
        if is_migration(codes) {
            self.take(codes, &name(issuer, account, number));
        } else {
            self.add(field(codes, issuer, account, number));
        }
    }

    /// Adds an entry, unless there are more than [`Uris::check_size`] allows: a line may have a million.
    pub(super) fn add(&mut self, found: Found) {
        if self.check_size().is_ok() {
            self.contents.found.push(found);
        }
    }

    /// # Errors
    /// [`FormatError::TooMany`].
    pub(super) fn check_size(&self) -> Result<(), FormatError> {
        self.contents.check_size()
    }

    pub(super) fn finish(self) -> Contents {
        self.contents
    }
}

fn is_migration(text: &str) -> bool {
    starts_with(text, "otpauth-migration://")
}

/// Returns the label of an otpauth URI for a report; what follows it contains the secret.
fn label(uri: &str) -> Option<String> {
    let (path, _) = uri.split_once('?')?;
    let (_, path) = path.split_once("://")?;
    let (_, label) = path.split_once('/')?;
    let label = label.split(['&', '=']).next()?;
    let label = percent_decode_str(label).decode_utf8_lossy();
    (!label.trim().is_empty()).then(|| name("", &label, 0))
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}
