use std::fs;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::common::codes::{SECRET, right, wrong};
use crate::common::disk::set_mode;
use crate::common::{Run, TempStore};
use crate::{REFUSED, change, codes, with_codes};

/// Prepares a command behind the gate of a new store.
fn run(store: &TempStore, command: &[&str]) -> Run {
    store.mfa(["run", "C", "-o", &right(), "--"]).args(command)
}

#[test]
fn the_status_of_the_command_is_the_status() {
    for status in [0, 1, 3, 42, 125, 255] {
        let exit = format!("echo out; echo err >&2; exit {status}");
        run(&TempStore::enrolled(), &["sh", "-c", &exit]).gives(status, "out\n", "err\n");
    }
    let said = run(&TempStore::enrolled(), &["sh", "-c", "kill -9 $$"]).said();
    assert_eq!(said.status, None, "a signal ends it as it would without a gate");
    let arguments = ["printf", "%s|", "--help", "-a", "x y", "", "--version"];
    run(&TempStore::enrolled(), &arguments).gives(0, "--help|-a|x y||--version|", "");
}

#[test]
fn what_cannot_be_run_is_126_or_127_and_the_code_is_used() {
    let store = TempStore::enrolled();
    let plain = store.outside().join("plain");
    fs::write(&plain, "").unwrap();
    set_mode(&plain, 0o644);
    let plain = plain.to_str().unwrap();
    let denied = format!("error: cannot run '{plain}': Permission denied (os error 13)\n");
    run(&store, &[plain]).gives(126, "", &denied);
    for missing in ["no-such-command", ""] {
        let store = TempStore::enrolled();
        let code = right();
        let error =
            format!("error: cannot run '{missing}': No such file or directory (os error 2)\n");
        store.mfa(["run", "C", "-o", &code, "--", missing]).gives(127, "", &error);
        store.mfa(["-a", "C", "-o", &code]).gives(1, REFUSED, "");
    }
}

#[test]
fn who_is_not_let_in_runs_nothing_and_125_says_so() {
    let store = TempStore::enrolled();
    let refused = |code: &str| store.mfa(["run", "C", "-o", code, "--", "echo", "in"]);
    let code = right();
    store.mfa(["-a", "C", "-o", &code]).gives(0, "Welcome\n", "");
    refused(&code).gives(125, "", REFUSED);
    refused(&wrong()).gives(125, "", REFUSED);
    let said = refused("12345").said();
    assert_eq!((said.status, &*said.stdout), (Some(125), ""));
    assert_eq!(store.state("C")["failures"], 2, "one try where nobody is asked");
    change(&store, "failures", 100);
    let said = refused(&code).said();
    assert_eq!((said.status, &*said.stdout), (Some(125), ""));
    assert!(said.stderr.starts_with("error: disabled after too many failures"), "{said:?}");
    for line in [
        &["run", "C", "--", "echo", "in"][..],
        &["run", "D", "-o", &code, "--", "echo", "in"],
        &["run", "C", "-o", &code],
        &["run", "C", "-o", &code, "--"],
        &["run", "C", "-o", &code, "echo", "in"],
        &["run", "C", "--nonsense", "--", "echo", "in"],
        &["run", "--help"],
        &["run", "C", "--version", "--", "echo", "in"],
    ] {
        let said = store.unattended(line).said();
        assert_eq!((said.status, &*said.stdout), (Some(125), ""), "{line:?}: {said:?}");
        assert!(!said.stderr.is_empty(), "{line:?}");
    }
}

#[test]
fn stdin_belongs_to_the_command_and_of_a_code_piped_in_the_rest() {
    run(&TempStore::enrolled(), &["cat"]).fed("a\nb").gives(0, "a\nb", "");
    let store = TempStore::enrolled();
    let piped = store.mfa(["run", "C", "-o", "-", "--", "cat"]);
    piped.fed(format!("{}\nthe rest\n", right())).gives(0, "the rest\n", "");
    let store = with_codes(3);
    let told = "a backup code was used, 2 left\nwarning: few backup codes are left, make new ones: mfa backup-codes C --store STORE\n";
    store.mfa(["run", "C", "-o", &codes()[0], "--", "echo", "in"]).gives(0, "in\n", told);
}

#[test]
fn the_command_inherits_what_it_would_have_without_a_gate_and_nothing_more() {
    for command in [
        &["ls", "/proc/self/fd"][..],
        &["env"],
        &["sh", "-c", "ulimit -Sc; ulimit -Hc; umask; pwd"],
        &["grep", "^SigBlk\\|^Cap\\|^NoNewPrivs", "/proc/self/status"],
        &["cat", "/proc/self/oom_score_adj"],
    ] {
        let store = TempStore::enrolled();
        let plain = store.program(command[0], &command[1..]).said();
        assert_eq!((plain.status, &*plain.stderr), (Some(0), ""), "{command:?}");
        let gated = run(&store, command).said();
        assert_eq!(gated, plain, "{command:?}");
        assert!(!gated.stdout.contains(SECRET));
    }
    // SIGPIPE must not end a gate, but must end `yes` in a `yes | head` behind it.
    let ignored = ["sh", "-c", "yes | head -n 1; kill -PIPE $$"];
    assert_eq!(run(&TempStore::enrolled(), &ignored).said().status, None);
    // The gate itself allows no core files, but the command may have them as large as before.
    let (store, largest) = (TempStore::enrolled(), "ulimit -Sc $(ulimit -Hc)");
    let plain = store.program("sh", ["-c", &format!("{largest}; ulimit -Sc")]).said();
    let show = ["run", "C", "-o", &right(), "--", "sh", "-c", "ulimit -Sc"];
    assert_eq!(store.after(largest, show).said(), plain);
    // A descriptor that the caller closed stays closed.
    let (store, closed) = (TempStore::enrolled(), "exec <&- 2>&-");
    let list = "for fd in 0 1 2; do [ -e /proc/self/fd/$fd ] && echo $fd; done";
    let plain = store.program("sh", ["-c", &format!("{closed}; {list}")]).said();
    let run = ["run", "C", "-o", &right(), "--", "sh", "-c", list];
    assert_eq!(store.after(closed, run).said(), plain);
    // A descriptor that the caller left open for the command reaches it.
    let store = TempStore::enrolled();
    let show = ["run", "C", "-o", &right(), "--", "sh", "-c", "cat <&7"];
    fs::write(store.outside().join("seven"), "7\n").unwrap();
    store.after("exec 7<seven", show).gives(0, "7\n", "");
}

#[test]
fn the_command_ignores_the_signals_that_the_caller_ignores_and_no_others() {
    const PIPE_AND_XFSZ: u64 = 1 << 12 | 1 << 24;
    for (trap, ignored) in [("true", 0), ("trap '' PIPE XFSZ", PIPE_AND_XFSZ)] {
        let store = TempStore::enrolled();
        let show = ["grep", "^SigIgn", "/proc/self/status"];
        let plain = store.program("sh", ["-c", &format!("{trap}; {}", show.join(" "))]).said();
        let run = ["run", "C", "-o", &right(), "--"];
        assert_eq!(store.after(trap, run).args(show).said(), plain);
        let set = plain.stdout.trim_end().strip_prefix("SigIgn:\t").unwrap();
        let set = u64::from_str_radix(set, 16).unwrap();
        assert_eq!(set & PIPE_AND_XFSZ, ignored, "{trap}");
    }
}

#[test]
fn the_command_takes_the_place_of_the_gate_and_gets_its_signals() {
    for (signal, status) in [(Signal::TERM, None), (Signal::INT, None), (Signal::USR1, Some(9))] {
        let store = TempStore::enrolled();
        let script = "trap 'kill $!; exit 9' USR1; sleep 60 & echo ready >ready; wait";
        let started = run(&store, &["sh", "-c", script]).start();
        let ready = store.outside().join("ready");
        while !fs::read(&ready).is_ok_and(|text| text == b"ready\n") {
            std::thread::sleep(Duration::from_millis(20));
        }
        let pid = Pid::from_raw(started.id().try_into().unwrap()).unwrap();
        let command = fs::read_to_string(format!("/proc/{}/cmdline", started.id())).unwrap();
        assert!(command.starts_with("sh\0-c\0"), "neither a parent nor a code is left: {command}");
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", started.id()));
        kill_process(pid, signal).unwrap();
        // The shell's children would keep the pipes open.
        for child in children.unwrap_or_default().split_whitespace() {
            if let Some(child) = child.parse().ok().and_then(Pid::from_raw) {
                let _ = kill_process(child, Signal::TERM);
            }
        }
        assert_eq!(started.finish().status, status, "{signal:?}");
    }
}
