use crate::common::TempStore;
use crate::common::codes::{right, wrong};
use crate::common::tmux::Terminal;

const PROMPT: &str = "Code:";

/// Waits for the prompt of this number, and answers it.
fn answer(terminal: &Terminal, number: usize, code: &str) {
    terminal.wait(|screen| screen.matches(PROMPT).count() == number);
    terminal.types(code);
}

#[test]
#[ignore = "needs tmux"]
fn the_terminal_is_asked_three_times_and_each_wrong_code_counts() {
    let store = TempStore::enrolled();
    let terminal = Terminal::start(&store, "mfa run C -- echo in");
    for number in 1..=3 {
        answer(&terminal, number, &wrong());
    }
    let screen = terminal.shows("status");
    assert!(screen.ends_with("OTP verification failed\nstatus 125"), "{screen}");
    assert_eq!((screen.matches(PROMPT).count(), screen.contains("\nin")), (3, false));
    assert_eq!(store.state("C")["failures"], 3);
}

#[test]
#[ignore = "needs tmux"]
fn a_slip_costs_a_try_and_is_no_failure_and_the_third_try_may_be_right() {
    let store = TempStore::enrolled();
    let terminal = Terminal::start(&store, "echo data | mfa run C -- cat");
    answer(&terminal, 1, "12");
    answer(&terminal, 2, &wrong());
    answer(&terminal, 3, &right());
    let screen = terminal.shows("status");
    assert!(screen.contains("\nOTP verification failed\n"), "{screen}");
    assert!(screen.contains("warning: 1 failure since the last success, from 20"), "{screen}");
    assert!(screen.ends_with("\ndata\nstatus 0"), "stdin is the command's own: {screen}");
}

#[test]
#[ignore = "needs tmux"]
fn an_interactive_program_has_the_terminal_its_signals_and_its_size() {
    let store = TempStore::enrolled();
    let terminal = Terminal::start(&store, "mfa run C -- bash --norc --noprofile");
    answer(&terminal, 1, &right());
    terminal.shows("bash-");
    terminal.types("stty size; tty >/dev/null && echo a terminal: $((6 * 7))");
    terminal.shows("40 100\na terminal: 42\n");
    // Job control works: the shell has the foreground, and so do the programs that it starts.
    terminal.types("sh -c 'echo beg''un; exec sleep 100'");
    terminal.shows("begun");
    terminal.presses("C-c");
    terminal.wait(|screen| screen.contains("^C"));
    terminal.types("exit 9");
    terminal.shows("status 9");
}

#[test]
#[ignore = "needs tmux"]
fn ctrl_c_ends_the_prompt_and_the_command() {
    let store = TempStore::enrolled();
    let sleeps = "sh -c 'echo begun; exec sleep 100'";
    let line = format!("trap : INT; (trap - INT; mfa run C -- echo in); mfa run C -- {sleeps}");
    let terminal = Terminal::start(&store, &line);
    terminal.shows(PROMPT);
    terminal.presses("C-c");
    answer(&terminal, 2, &right());
    terminal.shows("begun");
    terminal.presses("C-c");
    let screen = terminal.shows("status");
    assert!(screen.ends_with("status 130") && !screen.contains("\nin"), "{screen}");
    assert_eq!(store.state("C")["failures"], 0, "to leave is no failure");
}

#[test]
#[ignore = "needs tmux"]
fn authenticate_asks_once_and_an_enrolment_shows_its_backup_codes() {
    let store = TempStore::enrolled();
    let terminal = Terminal::start(&store, "mfa authenticate C; mfa create -n me -i D --no-image");
    answer(&terminal, 1, &right());
    let screen = terminal.shows("status");
    // What is drawn comes last.
    assert!(screen.contains("they are not shown again\nScan the QR code"), "{screen}");
    assert!(screen.ends_with("\nstatus 0"), "{screen}");
    store.mfa(["backup-codes", "D", "--status"]).gives(0, "10 backup codes left\n", "");
}
