//! Reading typed or piped input, up to a limit.

use std::io::{self, ErrorKind, Read};
use std::str;

use mfa::domain::MAX_SECRET_TEXT;
use zeroize::Zeroizing;

use super::error::CommandError;

/// The longest line accepted, in bytes: more than any code with all its spaces.
const LONGEST_LINE: usize = 1024;

/// Reads one line and not a byte more: what follows belongs to the next reader.
///
/// # Errors
/// [`ErrorKind::InvalidData`] for a line that is too long or not UTF-8: if it were cut or patched
/// up, a wrong code could become a right one, and a password a different one.
pub fn line(from: impl Read) -> io::Result<Zeroizing<String>> {
    let bytes = up_to_line_end(from, LONGEST_LINE + 1)?;
    let refused = |why: String| io::Error::new(ErrorKind::InvalidData, why);
    if bytes.len() > LONGEST_LINE {
        return Err(refused(format!("the line is longer than {LONGEST_LINE} bytes")));
    }
    let line = bytes.strip_suffix(b"\r").unwrap_or(&bytes);
    let text = str::from_utf8(line).map_err(|_| refused("the line is not UTF-8".into()))?;
    Ok(Zeroizing::new(text.into()))
}

/// Reads one line that must be there, even if it is empty.
///
/// # Errors
/// [`ErrorKind::UnexpectedEof`] at the end of input, else those of [`line`].
pub fn needed_line(mut from: impl Read) -> io::Result<Zeroizing<String>> {
    let mut first = Zeroizing::new([0]);
    from.read_exact(&mut *first)?;
    line(first.chain(from))
}

/// Returns the error for a malformed line, or else `none`, for a missing one.
pub fn refusal(error: &io::Error, none: CommandError) -> CommandError {
    if error.kind() == ErrorKind::InvalidData {
        CommandError::usage(error.to_string())
    } else {
        none
    }
}

/// Reads a secret to the end of input, or to a length that no secret reaches.
pub fn secret(from: &mut dyn Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let most = MAX_SECRET_TEXT + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
    from.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads to the end of input, or to one byte more than `most`.
pub fn up_to(from: &mut dyn Read, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    from.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a secret that is followed by a line with something else.
pub fn secret_line(from: &mut dyn Read) -> io::Result<Zeroizing<Vec<u8>>> {
    up_to_line_end(from, MAX_SECRET_TEXT + 1)
}

fn up_to_line_end(mut from: impl Read, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    let mut byte = [0];
    while bytes.len() < most && from.read(&mut byte)? == 1 && byte != *b"\n" {
        bytes.extend(byte);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_its_end_and_leaves_the_rest() {
        let mut input = &b"123456\r\nrest"[..];
        assert_eq!(*line(&mut input).unwrap(), "123456");
        assert_eq!(input, b"rest");
    }

    #[test]
    fn a_line_that_is_too_long_or_no_text_is_refused_rather_than_changed() {
        let longest = " ".repeat(LONGEST_LINE - 6) + "123456";
        assert_eq!(*line(longest.as_bytes()).unwrap(), longest);
        let told = |input: &[u8]| line(input).unwrap_err().to_string();
        let longer = longest + "7";
        assert_eq!(told(longer.as_bytes()), "the line is longer than 1024 bytes");
        assert_eq!(told(b"pass\xffword\n"), "the line is not UTF-8");
    }

    #[test]
    fn endless_input_is_read_to_a_limit() {
        assert!(line(io::repeat(b'1')).is_err());
        assert_eq!(secret(&mut io::repeat(b'A')).unwrap().len(), MAX_SECRET_TEXT + 1);
    }
}
