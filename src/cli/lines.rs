use std::io::{self, BufRead, Read};

/// The longest line in bytes that is read into memory, with its end.
const LONGEST: u64 = 64 * 1024;

/// An iterator over lines of bounded length with their ends, which yields a longer one as nothing.
pub struct Lines<R>(pub R);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = Vec::new();
        let read = self.0.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        match read {
            Ok(0) => None,
            Ok(_) if line.len() as u64 == LONGEST && !line.ends_with(b"\n") => {
                Some(self.0.skip_until(b'\n').map(|_| Vec::new()))
            }
            read => Some(read.map(|_| line)),
        }
    }
}
