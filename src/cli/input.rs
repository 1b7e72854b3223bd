//! Reading what is typed or piped in, to a limit.

use std::io::{self, Read};

use mfa::domain::MAX_SECRET_TEXT;
use zeroize::Zeroizing;

/// Is more than any code with all its spaces takes, in bytes.
const LONGEST_LINE: usize = 1024;

/// Reads one line and not a byte more: what follows belongs to the next reader.
pub fn line(from: impl Read) -> io::Result<Zeroizing<String>> {
    let bytes = up_to_line_end(from, LONGEST_LINE)?;
    let line = bytes.strip_suffix(b"\r").unwrap_or(&bytes);
    Ok(Zeroizing::new(String::from_utf8_lossy(line).into_owned()))
}

/// Reads a secret to the end, or to what no secret reaches.
pub fn secret(from: &mut dyn Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let most = MAX_SECRET_TEXT + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most + 1));
    from.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads to the end, or to one byte more than the most that is of use.
pub fn up_to(from: &mut dyn Read, most: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    from.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a secret that a line with something else follows.
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
    fn endless_input_is_cut() {
        assert_eq!(line(io::repeat(b'1')).unwrap().len(), LONGEST_LINE);
        assert_eq!(secret(&mut io::repeat(b'A')).unwrap().len(), MAX_SECRET_TEXT + 1);
    }
}
