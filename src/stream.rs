//! Standard streams.

use std::io::{self, Read, Write};
use std::os::fd::BorrowedFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

/// A standard stream without std's buffers.
pub struct Stream<'a>(pub BorrowedFd<'a>);

impl Stream<'_> {
    fn wait(&self, until: PollFlags) -> io::Result<()> {
        poll(&mut [PollFd::from_borrowed_fd(self.0, until)], None)?;
        Ok(())
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match rustix::io::read(self.0, &mut *buf) {
                // A pipe that another program has set to O_NONBLOCK, and that is empty just now.
                Err(Errno::AGAIN) => self.wait(PollFlags::IN)?,
                read => return Ok(read?),
            }
        }
    }
}

impl Write for Stream<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        loop {
            match rustix::io::write(self.0, buf) {
                // The pipe is full, and another program has set it to O_NONBLOCK.
                Err(Errno::AGAIN) => self.wait(PollFlags::OUT)?,
                written => return Ok(written?),
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
