//! The file with the password, in the form that PostgreSQL's own programs read.

use std::path::Path;

use zeroize::Zeroizing;

use super::host::Host;
use super::url::PostgresUrl;
use crate::store::StoreError;
use crate::store::trusted_file::{Readers, read_trusted};

/// Returns the password of the first line that fits, if there is one.
pub(super) fn password(
    file: &Path,
    host: &Host,
    url: &PostgresUrl,
) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
    let text = read_trusted(file, Readers::Owner)?;
    let port = host.port.to_string();
    // A socket goes by the name of this machine (the manual's "The Password File").
    let name = if host.is_socket() { "localhost" } else { &host.name };
    let wanted = [name, &port, &url.database, &url.user].map(str::as_bytes);
    let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    Ok(lines.filter(|line| !line.starts_with(b"#")).find_map(|line| fitting(line, &wanted)))
}

/// Returns the password of a line whose other fields are the wanted ones, or `*`.
fn fitting(line: &[u8], wanted: &[&[u8]]) -> Option<Zeroizing<Vec<u8>>> {
    let mut rest = line;
    for wanted in wanted {
        let (field, is_quoted) = field(&mut rest)?;
        if *field != *wanted && (is_quoted || *field != b"*") {
            return None;
        }
    }
    field(&mut rest).map(|(password, _)| password)
}

/// Takes the next field off a line: up to a colon, where a backslash takes the next character as it is.
fn field(rest: &mut &[u8]) -> Option<(Zeroizing<Vec<u8>>, bool)> {
    let mut field = Zeroizing::new(Vec::with_capacity(rest.len()));
    let (mut bytes, mut is_quoted) = (rest.iter(), false);
    if rest.is_empty() {
        return None;
    }
    while let Some(byte) = bytes.next() {
        match byte {
            b':' => break,
            b'\\' => {
                is_quoted = true;
                field.extend(bytes.next());
            }
            byte => field.push(*byte),
        }
    }
    *rest = bytes.as_slice();
    Some((field, is_quoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Option<String> {
        let wanted: [&[u8]; 4] = [b"db", b"5432", b"m:fa", b"me"];
        fitting(line.as_bytes(), &wanted)
            .map(|password| String::from_utf8(password.to_vec()).unwrap())
    }

    #[test]
    fn a_line_fits_by_its_fields_or_a_star_and_a_backslash_takes_a_character_as_it_is() {
        for (line, password) in [
            (r"db:5432:m\:fa:me:pass", Some("pass")),
            (r"*:*:*:*:p\:a\\s:rest", Some(r"p:a\s")),
            (r"*:*:*:you:pass", None),
            (r"db:5432:m:fa:me:pass", None),
            (r"db:5433:*:*:pass", None),
            (r"\*:*:*:*:pass", None),
            ("*:*:*:*", None),
            ("", None),
        ] {
            assert_eq!(found(line).as_deref(), password, "{line}");
        }
    }
}
