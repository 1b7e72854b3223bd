use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::common::TempStore;

const CANARY: &str = "MNXXEZJNMZUWYZJNMNQW4YLSPEWWK6LF";

/// Starts an enrolment that has read its secret, and waits for a first code.
fn waiting(store: &TempStore) -> Child {
    let mut command = Command::new("sh");
    // The limit is raised as far as possible, so that only mfa can lower it.
    command.args(["-c", "ulimit -S -c $(ulimit -H -c); exec \"$@\"", "sh"]);
    command.arg(crate::common::program()).arg("--store").arg(store.path());
    command.args(["create", "-n", "n", "-i", "C", "--secret-stdin", "--confirm"]);
    command.current_dir(store.outside());
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.as_mut().unwrap(), "{CANARY}").unwrap();
    while !asleep(&child) {
        assert_eq!(child.try_wait().unwrap(), None);
        sleep(Duration::from_millis(20));
    }
    child
}

/// Reports whether the process is mfa already, and is waiting.
fn asleep(child: &Child) -> bool {
    proc(child, "stat").contains(" (mfa) S ")
}

fn proc(child: &Child, file: &str) -> String {
    fs::read_to_string(format!("/proc/{}/{file}", child.id())).unwrap()
}

#[test]
fn a_process_that_holds_a_secret_is_limited_to_no_core_file() {
    let store = TempStore::new();
    let mut child = waiting(&store);
    assert_eq!(proc(&child, "comm"), "mfa\n");
    let limits = proc(&child, "limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_process_that_is_aborted_while_it_holds_a_secret_leaves_no_core_file() {
    for signal in [Signal::ABORT, Signal::SYS] {
        let store = TempStore::new();
        let mut child = waiting(&store);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal.as_raw()));
        assert!(!status.core_dumped());
        assert_eq!(names(store.outside()), [""; 0], "nothing, not even the store");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    fs::read_dir(folder).unwrap().map(|e| name(e).into_string().unwrap()).collect()
}

#[test]
#[ignore = "needs strace"]
fn memory_is_made_private_before_any_secret_can_be_in_it() {
    // Each command shows a different sign of the secret: its file is locked, it is drawn, or stdin
    // is opened.
    for (args, fed, comes) in [
        (&["authenticate", "C", "-o", "-"][..], "000000", "flock("),
        (&["create", "-n", "n", "-i", "D"], "", ", 20, 0)"),
        (&["create", "-n", "n", "-i", "D", "--secret-stdin"], CANARY, "read(0, "),
    ] {
        let store = TempStore::with_secret("C", CANARY);
        let (path, log) = (store.path(), store.outside().join("log"));
        let strace =
            ["-o", log.to_str().unwrap(), "-s", "300", crate::common::program(), "--store"];
        let run = store.program("strace", [&strace, &[path.to_str().unwrap()][..], args].concat());
        run.fed(fed).said();
        let log = fs::read_to_string(log).unwrap();
        let log = log.split_once('\n').unwrap().1;
        let place = |call: &str| log.find(call).unwrap_or_else(|| panic!("{call} in {log}"));
        let limited = place("RLIMIT_CORE, {rlim_cur=0");
        let private = place("prctl(PR_SET_DUMPABLE, SUID_DUMP_DISABLE) = 0");
        assert!(limited < private && private < place(comes), "{log}");
    }
}
