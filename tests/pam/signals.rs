//! Signals while somebody logs in.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use mfa::store::Folder;

use crate::common::codes::{now, right, wrong};
use crate::common::push::{answer, waiting};
use crate::common::service::until;
use crate::common::tmux::Terminal;
use crate::common::{Started, TempStore};
use crate::stack::{Stack, enrolled, let_in, nobody, with_device};

/// The signals that the program of `signals.py` handles.
const HANDLED: &str = "SIGALRM SIGCHLD SIGHUP SIGINT SIGPIPE SIGTERM";

/// The text of a question while devices are asked.
const PUSHED: &str = "press Enter here, or type a code:";

/// Ends a login at a terminal by a signal, once it shows this, and has typed this.
fn ended(stack: &Stack<'_>, store: &TempStore, [shown, typed]: [&str; 2], signal: &str) -> String {
    let line = format!("sh -c 'echo $$ >id; exec pamtester {} nobody authenticate'", stack.name);
    let terminal = Terminal::sized(store, &line, ["100", "50"]);
    terminal.shows(shown);
    if typed == "Enter" {
        terminal.presses(typed);
        sleep(Duration::from_millis(1500));
    }
    let id = fs::read_to_string(store.outside().join("id")).unwrap();
    assert!(Command::new("kill").args(["-s", signal, id.trim()]).status().unwrap().success());
    terminal.shows("status ")
}

#[test]
#[ignore = "needs root, pamtester, tmux and the module"]
fn whoever_ends_the_program_at_the_question_is_not_let_in_and_leaves_nothing_behind() {
    for (signal, status) in [("INT", "status 130"), ("TERM", "status 143"), ("HUP", "status 129")] {
        let store = enrolled("nobody");
        let stack = Stack::of(&store, "");
        let before = store.snapshot();
        let screen = ended(&stack, &store, ["Code:", ""], signal);
        assert!(screen.contains(status), "{screen}");
        assert_eq!(store.snapshot(), before);
        assert_eq!(stack.types("nobody", &[&right()]), let_in("Code: "));
    }
}

#[test]
#[ignore = "needs root, pamtester, tmux and the module"]
fn whoever_ends_the_program_while_devices_are_asked_is_not_let_in_by_a_later_approval() {
    for signal in ["INT", "TERM"] {
        for typed in ["", "Enter"] {
            let store = enrolled("nobody");
            let folder = with_device(&store);
            let stack = Stack::of(&store, "push quiet");
            ended(&stack, &store, [PUSHED, typed], signal);
            let _ = answer(&folder, &nobody(), true, now()).unwrap();
            let log = store.read("audit.jsonl");
            let last = log.lines().last().unwrap();
            assert!(last.contains("\"outcome\":\"approved\""), "nobody takes it: {log}");
            let said = stack.types("nobody", &[&right()]);
            let told = "no device was asked, since another challenge is open\n";
            assert_eq!(said.stdout, told.to_owned() + &let_in("").stdout, "{said:?}");
        }
    }
}

/// Starts the program with handlers of its own, at each of whose questions all signals come.
fn handling(stack: &Stack<'_>, store: &TempStore, args: &[&str]) -> Started {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pam/signals.py");
    store.program("python3", ["-B", script, &stack.name, "nobody"]).args(args).start()
}

#[test]
#[ignore = "needs root, python3 and the module"]
fn the_handlers_of_the_program_are_its_own_and_run_at_the_question() {
    let store = enrolled("nobody");
    let stack = Stack::of(&store, "tries=1");
    let said = handling(&stack, &store, &[&wrong()]).finish();
    assert_eq!((&*said.stdout, &*said.stderr), (&*format!("7\n{HANDLED}\nFalse []\nTrue\n"), ""));
    let said = handling(&stack, &store, &[&wrong(), "SIGTERM"]).finish();
    assert_eq!((&*said.stdout, &*said.stderr), (&*format!("19\n{HANDLED}\nFalse []\nTrue\n"), ""));
}

/// Makes a store with a device, and a notification that nobody takes for five seconds.
fn waking(listener: &TcpListener) -> TempStore {
    let store = enrolled("nobody");
    let address = listener.local_addr().unwrap();
    let config = format!("[notify]\nurl = 'http://{address}/'\nparams = {{ text = 'x' }}\n");
    store.put("config.toml", config);
    with_device(&store);
    store
}

#[test]
#[ignore = "needs root, python3 and the module"]
fn no_signal_comes_to_the_threads_that_wake_devices_and_whoever_goes_away_leaves_no_challenge() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let store = waking(&listener);
    let stack = Stack::of(&store, "push tries=1");
    let said = handling(&stack, &store, &[&wrong(), "SIGTERM"]).finish();
    assert_eq!((&*said.stdout, &*said.stderr), (&*format!("19\n{HANDLED}\nTrue []\nTrue\n"), ""));
    assert!(waiting(&Folder::new(store.path()), &nobody()).is_none());
}

#[test]
#[ignore = "needs root, python3 and the module"]
fn alarms_of_the_program_do_not_end_the_wait_for_a_device_which_alone_decides() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let store = waking(&listener);
    let folder = Folder::new(store.path());
    let stack = Stack::of(&store, "push tries=1");
    let login = handling(&stack, &store, &[""]);
    until(|| waiting(&folder, &nobody()).is_some());
    sleep(Duration::from_secs(3));
    let _ = answer(&folder, &nobody(), false, now()).unwrap();
    let said = login.finish();
    assert_eq!((&*said.stdout, &*said.stderr), (&*format!("7\n{HANDLED}\nTrue []\nTrue\n"), ""));
}
