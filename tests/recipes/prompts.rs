use std::fs;

use mfa::domain::Totp;
use mfa::store::Folder;

use crate::common::codes::{now, right, secret, wrong};
use crate::common::recovery::{CODE, issue_known};
use crate::common::tmux::Terminal;
use crate::pages::{README, RECOVERY};
use crate::{by_name, common, put_program, recipe, with_app};

/// A command in place of cargo that runs the program under test.
const CARGO: &str = r#"[ "$1 $2 $3" = "run -rq --" ] || exit 9; shift 3; exec PROGRAM "$@""#;

#[test]
#[ignore = "needs tmux"]
fn a_stranger_enrols_and_is_welcome() {
    let store = common::TempStore::new();
    put_program(&store, "cargo", &CARGO.replace("PROGRAM", common::program()));
    let line = format!("{}\n{}", by_name(&store), recipe(README, "cargo run"));
    let terminal = Terminal::sized(&store, &line, ["100", "70"]);
    terminal.shows("Code:");
    let text = fs::read_to_string(store.at("secrets/Demo")).unwrap();
    terminal.types(&Totp::default().code(&secret(&text), now()));
    let screen = terminal.shows("status 0");
    assert!(screen.contains('█') && screen.ends_with("Welcome\nstatus 0"), "{screen}");
}

#[test]
#[ignore = "needs tmux"]
fn the_readmes_command_runs_behind_a_code() {
    for (code, told) in [(right(), "deployed\nstatus 0"), (wrong(), "Code:")] {
        let store = with_app("deploy");
        put_program(&store, "deploy.sh", "echo deployed");
        let terminal = Terminal::start(&store, recipe(README, "mfa run deploy"));
        terminal.shows("Code:");
        terminal.types(&code);
        let screen = terminal.wait(|screen| screen.trim_end().ends_with(told));
        assert_eq!(screen.contains("deployed"), code == right(), "{screen}");
    }
}

#[test]
#[ignore = "needs tmux"]
fn an_owner_with_a_recovery_code_enrols_again() {
    let store = with_app("Example Corp");
    issue_known(&Folder::new(store.path()), &"Example Corp".parse().unwrap(), now());
    let terminal = Terminal::sized(&store, recipe(RECOVERY, "mfa recover use"), ["100", "60"]);
    let screen = recovers(&terminal);
    assert!(screen.contains("Backup codes:"), "{screen}");
}

/// Types a recovery code and the first code of the new secret, and returns the screen at the end.
pub fn recovers(terminal: &Terminal) -> String {
    terminal.shows("Recovery code:");
    terminal.types(CODE);
    let screen = terminal.shows("then type the phone's code:");
    let told = "or type the secret into the phone: ";
    let key = screen.lines().find_map(|line| line.strip_prefix(told)).unwrap();
    terminal.types(&Totp::default().code(&secret(key), now()));
    terminal.shows("status 0")
}
