/// The exit status, on which scripts decide.
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
    /// `policy check` alone: a factor is asked for.
    Prompt = 10,
    /// `policy check` alone: a fresh code is required.
    Require = 11,
    /// `policy check` alone: not enrolled, and not let in without.
    Enrol = 12,
    /// `policy check` alone: not let in at all.
    Deny = 13,
    /// `run` alone: the command was not run.
    NotRun = 125,
    /// `run` alone: the command is there and cannot be run.
    NotExecutable = 126,
    /// `run` alone: the command is not there.
    NotFound = 127,
}

/// A status and its meaning, for the help and the manual.
pub type Meaning = (Status, &'static str);

impl Status {
    /// The statuses of every command but `run`.
    pub const MEANINGS: [Meaning; 8] = [
        (Self::Done, "done; for authenticate: accepted; for policy check: allowed"),
        (
            Self::Refused,
            "refused: wrong, expired or already used, all alike; for --push: denied, or not answered \
             in time; for create and rename: the app exists already; for import and export: some were left out",
        ),
        (
            Self::Usage,
            "usage: bad arguments, something that is not a code, a bad name or account, a logo that \
             cannot be read, a URI too long for a QR code",
        ),
        (Self::Throttled, "throttled or disabled: the code was not looked at"),
        (
            Self::NoSuchApp,
            "no such app, client or device; for sms and --push: the app has no phone or device",
        ),
        (Self::Store, "the store is unsafe or damaged, or the server refuses the token"),
        (
            Self::Record,
            "could not write, or reach the server or the database: an outcome that can't be recorded is refused",
        ),
        (Self::Clock, "clock or randomness unusable"),
    ];

    /// The statuses of `policy check` alone.
    pub const OF_CHECK: [Meaning; 4] = [
        (
            Self::Prompt,
            "policy check: a factor is asked for; what is remembered of the device and the location would have done",
        ),
        (Self::Require, "policy check: a fresh code is required, whatever is remembered"),
        (Self::Enrol, "policy check: not enrolled, and the grace period is over"),
        (Self::Deny, "policy check: denied"),
    ];

    /// The statuses of `run` alone.
    pub const OF_RUN: [Meaning; 3] = [
        (Self::NotRun, "run: no code was accepted, and the command was not run"),
        (Self::NotExecutable, "run: the command cannot be executed"),
        (Self::NotFound, "run: the command does not exist; any other status is the command's own"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_has_the_same_table() {
        let page = include_str!("../../docs/gate.md");
        let (_, table) = page.split_once("\n| status | meaning |\n|---|---|\n").unwrap();
        let (table, _) = table.split_once("\n\n").unwrap();
        let row = |(status, meaning)| format!("| {} | {meaning} |", status as u8);
        let rows = Status::MEANINGS.map(row).join("\n");
        assert_eq!(table.replace('`', ""), rows);
    }
}
