use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use crate::common::codes::SECRET;
use crate::common::tmux::Terminal;
use crate::common::{TempStore, program};

const PROMPT: &str = "Password of the new vault:";
const EXPORT: [&str; 5] = ["export", "--format", "aegis-encrypted", "--output", "vault"];

/// The modes of a terminal that shows what is typed, and of one that does not.
const SHOWN: &str = "isig icanon echo";
const HIDDEN: &str = "isig icanon -echo";

fn store() -> TempStore {
    TempStore::with_secret("A", SECRET)
}

/// Returns the command that asks, for a shell without a function of that name.
fn export(store: &TempStore) -> String {
    format!("'{}' --store '{}' {}", program(), store.path().display(), EXPORT.join(" "))
}

/// Starts a script that notes its terminal and the ID of the process that then asks.
fn start(store: &TempStore, before: &str) -> Terminal {
    let ask = export(store);
    Terminal::start(store, &format!("tty >tty; {before}; sh -c \"echo \\$\\$ >pid; exec {ask}\""))
}

fn noted(store: &TempStore, file: &str) -> String {
    fs::read_to_string(store.outside().join(file)).unwrap().trim().to_owned()
}

/// Returns the modes of the noted terminal, as another process sees them.
fn modes(store: &TempStore) -> String {
    let said = store.program("stty", ["-a", "-F", &noted(store, "tty")]).said();
    let of_interest = |word: &&str| ["icanon", "isig", "echo"].contains(&word.trim_matches('-'));
    said.stdout.split_whitespace().filter(of_interest).collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "needs tmux"]
fn a_signal_at_a_hidden_prompt_ends_the_program_and_the_terminal_is_as_it_was() {
    for (signal, status) in
        [(Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131), (Signal::TERM, 143)]
    {
        let store = store();
        let terminal = start(&store, "ulimit -c 0");
        terminal.shows(PROMPT);
        assert_eq!(modes(&store), HIDDEN, "{signal:?}");
        let asking = Pid::from_raw(noted(&store, "pid").parse().unwrap()).unwrap();
        kill_process(asking, signal).unwrap();
        terminal.shows(&format!("status {status}"));
        assert_eq!(modes(&store), SHOWN, "{signal:?}");
    }
}

#[test]
#[ignore = "needs tmux"]
fn ctrl_c_and_ctrl_backslash_leave_a_hidden_prompt() {
    for (key, status) in [("C-c", 130), ("C-\\", 131)] {
        let store = store();
        let terminal = start(&store, "ulimit -c 0; trap : INT QUIT");
        terminal.shows(PROMPT);
        terminal.presses(key);
        terminal.shows(&format!("status {status}"));
        assert_eq!(modes(&store), SHOWN, "{key}");
    }
}

#[test]
#[ignore = "needs tmux"]
fn a_signal_that_the_caller_ignores_is_ignored_and_the_question_asked_again() {
    let store = store();
    let terminal = start(&store, "trap '' INT");
    terminal.shows(PROMPT);
    terminal.types_unfinished("half of it");
    terminal.presses("C-c");
    terminal.wait(|screen| screen.matches(PROMPT).count() == 2);
    terminal.types("correct horse");
    terminal.shows("The same again:");
    terminal.types("correct horse");
    terminal.shows("status 0");
    assert_eq!(modes(&store), SHOWN);
}

/// Uses a shell that does not restore the terminal itself, as bash does.
#[test]
#[ignore = "needs tmux"]
fn ctrl_z_shows_what_is_typed_until_the_prompt_is_in_front_again() {
    let store = store();
    let terminal = Terminal::start(&store, "tty >tty; export PS1='$ '; dash -i");
    terminal.shows("$");
    terminal.types(&export(&store));
    for stops in 1..=2 {
        terminal.wait(|screen| screen.matches(PROMPT).count() == stops);
        assert_eq!(modes(&store), HIDDEN);
        terminal.presses("C-z");
        terminal.wait(|screen| screen.matches("Stopped").count() == stops);
        assert_eq!(modes(&store), SHOWN);
        terminal.types("fg");
    }
    terminal.wait(|screen| screen.matches(PROMPT).count() == 3);
    for prompt in [PROMPT, "The same again:"] {
        terminal.shows(prompt);
        terminal.types("correct horse");
    }
    let screen = terminal.shows("wrote vault");
    assert!(!screen.contains("correct"), "{screen}");
    assert_eq!(modes(&store), SHOWN);
}

#[test]
#[ignore = "needs tmux"]
fn what_was_typed_before_the_prompt_is_no_password() {
    let store = store();
    let terminal = start(&store, "echo ready; while [ ! -e go ]; do sleep 0.1; done");
    terminal.shows("ready");
    terminal.types("seen");
    terminal.shows("seen");
    fs::write(store.outside().join("go"), "").unwrap();
    terminal.shows(PROMPT);
    for prompt in [PROMPT, "The same again:"] {
        terminal.shows(prompt);
        terminal.types("correct horse");
    }
    terminal.shows("status 0");
}
