use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_setfl};

use crate::common::TempStore;
use crate::common::codes::{SECRET, right, wrong};
use crate::common::disk::mode;

/// Opens a file on which every write fails, as on a full disk.
fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

#[test]
fn a_stdout_that_takes_nothing_changes_the_status_of_an_answer_alone_and_of_no_gate() {
    let commands = |code: &str, answer: i32| {
        [
            (vec!["list".to_owned()], answer),
            (["list", "--json"].map(str::to_owned).into(), answer),
            (["-a", "C", "-o", code].map(str::to_owned).into(), 0),
            (["-a", "C", "-o", code, "--json"].map(str::to_owned).into(), 1),
            (["-a", "C", "-o", &wrong()].map(str::to_owned).into(), 1),
            (["-c", "-n", "n", "-i", "D"].map(str::to_owned).into(), 0),
            (["-c", "-n", "n", "-i", "D", "--json"].map(str::to_owned).into(), 1),
            (["--version"].map(str::to_owned).into(), answer),
            (["-a", "C", "--version"].map(str::to_owned).into(), 2),
        ]
    };
    for out in ["full", "closed", "all closed", "broken pipe"] {
        let store = TempStore::with_secret("C", SECRET);
        for (args, status) in commands(&right(), if out == "broken pipe" { 0 } else { 6 }) {
            let run = match out {
                "full" => store.mfa(&args).stdout(full()),
                "closed" => store.after("exec >&-", &args),
                "all closed" => store.after("exec <&- >&- 2>&-", &args),
                _ => {
                    let (reader, writer) = std::io::pipe().unwrap();
                    drop(reader);
                    store.mfa(&args).stdout(File::from(std::os::fd::OwnedFd::from(writer)))
                }
            };
            assert_eq!(run.said().status, Some(status), "{out}: {args:?}");
        }
        assert!(store.at("secrets/D").exists(), "{out}");
    }
}

#[test]
fn a_code_that_comes_late_into_a_pipe_that_does_not_block_is_waited_for() {
    let store = TempStore::with_secret("C", SECRET);
    let (reader, mut writer) = std::io::pipe().unwrap();
    fcntl_setfl(&reader, OFlags::NONBLOCK).unwrap();
    let asking = store.mfa(["-a", "C", "-o", "-"]).stdin(File::from(OwnedFd::from(reader))).start();
    thread::sleep(Duration::from_millis(200));
    writeln!(writer, "{}", right()).unwrap();
    assert_eq!(asking.finish().stdout, "Welcome\n");
}

#[test]
fn a_umask_that_hides_nothing_exposes_nothing() {
    let store = TempStore::new();
    let umask = "umask 000";
    assert_eq!(store.after(umask, ["-c", "-n", "n", "-i", "C"]).said().status, Some(0));
    assert_eq!(store.after(umask, ["-a", "C", "-o", "000000"]).said().status, Some(1));
    for (path, ..) in store.snapshot() {
        let private = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), private, "{}", path.display());
    }
}

#[test]
fn a_umask_that_hides_too_much_breaks_no_enrolment() {
    let store = TempStore::new();
    let said = store.after("umask 0777", ["-c", "-n", "n", "-i", "C"]).said();
    assert_eq!(said.status, Some(0));
    assert_eq!(store.mfa(["-l"]).said().stdout, "App Name: C\n--------\n");
}

#[test]
fn a_sound_store_is_not_called_damaged_for_want_of_descriptors() {
    let store = TempStore::enrolled();
    let before = store.state("C");
    let mut refused = 0;
    for limit in 4..12 {
        let said = store.after(&format!("ulimit -n {limit}"), ["-a", "C", "-o", "000000"]).said();
        if said.status == Some(1) {
            break;
        }
        // With none for the standard streams it does not begin.
        assert!(matches!(said.status, Some(6 | 125)), "{limit}: {said:?}");
        assert_eq!(store.state("C"), before);
        refused += 1;
    }
    assert!(refused > 1, "the limits are not where the descriptors run out");
}
