/// The exit status, on which scripts decide; the README explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    Done = 0,
    Refused = 1,
    Usage = 2,
    Throttled = 3,
    NoSuchApp = 4,
    Store = 5,
    Record = 6,
    Clock = 7,
    /// `run` alone: the command was not run.
    NotRun = 125,
    /// `run` alone: the command is there and cannot be run.
    NotExecutable = 126,
    /// `run` alone: the command is not there.
    NotFound = 127,
}
