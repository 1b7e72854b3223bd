use std::iter;

/// The schemes of the URIs that are looked for.
const SCHEMES: [&str; 2] = ["otpauth-migration", "otpauth"];

/// The length of the shortest beginning of such a URI, in bytes.
const SHORTEST: usize = "otpauth://".len();

/// Finds the otpauth and migration URIs in a line of any text, wherever they stand in it.
pub(super) fn uris(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    iter::from_fn(move || {
        let (before, tail) = rest.split_at_checked(start(rest)?)?;
        let uri = first(tail, before.chars().next_back());
        rest = tail.get(uri.len().max(SHORTEST)..)?;
        Some(uri)
    })
}

/// Returns the place where the first URI begins.
fn start(text: &str) -> Option<usize> {
    text.match_indices("://").find_map(|(end, _)| {
        let mut starts = SCHEMES.iter().filter_map(|scheme| {
            let start = end.checked_sub(scheme.len())?;
            text.get(start..end)?.eq_ignore_ascii_case(scheme).then_some(start)
        });
        starts.next()
    })
}

/// Cuts a text that begins with a URI where the URI ends: at the mark that stands before it as well,
/// and else after the last word with a parameter, since some apps leave spaces in names.
fn first(tail: &str, mark: Option<char>) -> &str {
    let close = match mark {
        Some('(') => ')',
        Some('[') => ']',
        Some(mark @ ('\'' | '`' | ',' | ';' | '|' | '\t')) => mark,
        _ => '"',
    };
    let marked = upto(tail, tail.find([close, '"', '<', '>']));
    if matches!(mark, Some('"' | '\'' | '`')) {
        return marked;
    }
    let next = marked.get(SHORTEST..).and_then(start).map(|next| next + SHORTEST);
    let uri = upto(marked, next);
    let (_, last) = uri.split_at(uri.rfind('=').unwrap_or(0));
    let beyond = last.find(char::is_whitespace).map(|end| uri.len() - last.len() + end);
    upto(uri, beyond).trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}'])
}

fn upto(text: &str, end: Option<usize>) -> &str {
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_ends_where_its_surroundings_begin() {
        let uri = "otpauth://totp/A:b?secret=GEZDGNBVGY3TQOJQ&issuer=A";
        for text in [
            format!("my codes: {uri}"),
            format!("use {uri}, then log in"),
            format!("({uri}) and then"),
            format!("[codes]({uri})."),
            format!("<{uri}>"),
            format!("codes: '{uri}'"),
            format!("A,{uri},b"),
            format!("A;{uri};b"),
            format!("A\t{uri}\tb"),
            format!(r#"{{"codes": "{uri}"}}"#),
            format!("<a href=\"{uri}\">codes</a>"),
        ] {
            assert_eq!(uris(&text).collect::<Vec<_>>(), [uri], "{text}");
        }
    }

    #[test]
    fn spaces_stay_in_names_and_never_cost_a_parameter() {
        for (text, uri) in [
            ("otpauth://totp/A B:c?secret=D&issuer=A B&digits=8 it is", "…&digits=8"),
            (r#"see "otpauth://totp/c?secret=D E&issuer=A B" here"#, "…E&issuer=A B"),
        ] {
            let found: Vec<_> = uris(text).collect();
            let [found] = found[..] else { panic!("{found:?}") };
            assert!(found.starts_with("otpauth://totp/"), "{found}");
            assert!(found.ends_with(uri.trim_start_matches('…')), "{found}");
        }
    }

    #[test]
    fn several_uris_of_either_scheme_and_case_are_found() {
        let text = "OTPAUTH://totp/a?secret=A, otpauth-migration://offline?data=B otpauth://c?d=E";
        let found =
            ["OTPAUTH://totp/a?secret=A", "otpauth-migration://offline?data=B", "otpauth://c?d=E"];
        assert_eq!(uris(text).collect::<Vec<_>>(), found);
        assert_eq!(uris("https://example.com/otpauth: //").count(), 0);
    }
}
