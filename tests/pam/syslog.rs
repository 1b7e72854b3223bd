//! The system's log, as one login alone sees it.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::common::{Said, TempStore};
use crate::stack::Stack;

/// A log that is read while a test runs.
pub struct SystemLog(UnixDatagram);

impl SystemLog {
    pub fn new(store: &TempStore) -> Self {
        let socket = UnixDatagram::bind(store.outside().join("log")).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        Self(socket)
    }

    /// Returns the next line, from the module's name on.
    pub fn line(&self) -> String {
        let mut line = [0; 1024];
        let length = self.0.recv(&mut line).unwrap();
        let line = String::from_utf8_lossy(&line[..length]).into_owned();
        line[line.find("pam_mfa").unwrap()..].to_owned()
    }
}

/// Logs in where `/dev/log` is this log; returns the status.
pub fn logged(stack: &Stack<'_>, store: &TempStore, user: &str, answers: &str) -> Option<i32> {
    let login = format!("pamtester {} {user} authenticate", stack.name);
    logged_as(&login, store, answers).status
}

/// Runs a line of shell where `/dev/log` is this log.
pub fn logged_as(login: &str, store: &TempStore, answers: &str) -> Said {
    // Where there is no place for it, it is made and removed: one after the other.
    static PLACE: Mutex<()> = Mutex::new(());
    let _alone = PLACE.lock().unwrap_or_else(PoisonError::into_inner);
    // A mount of its own, so that no other program's log is touched.
    let log = store.outside().join("log");
    let place = "[ -e /dev/log ] || touch /dev/log";
    let line = format!("{place}; mount --bind {} /dev/log; {login}", log.display());
    let run = store.program("unshare", ["--mount", "sh", "-c", &line]);
    let said = run.fed(answers).said();
    // The place that was made for the mount, where no daemon has a socket.
    if fs::metadata("/dev/log").is_ok_and(|place| place.is_file()) {
        fs::remove_file("/dev/log").unwrap();
    }
    said
}
