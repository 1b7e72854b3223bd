use super::{Served, block};
use crate::account::Account;
use crate::common::codes::{right, wrong};
use crate::common::tmux::Terminal;
use crate::put_program;

/// Prepares a user who has the token of the gate, and returns a line that gets their shell.
fn shell(user: &Account<'_>, served: &Served) -> String {
    std::fs::copy(served.at("gate.token"), format!("{}/gate.token", user.home())).unwrap();
    user.give(user.home());
    put_program(&served.store, "deploy.sh", "echo deployed");
    served.sh(&format!("mv deploy.sh {}", user.home()));
    let folder = served.store.outside().display();
    let path = format!("PATH='{folder}':/usr/bin:/bin");
    format!(
        "cd {}; exec setpriv --reuid {1} --regid {1} --init-groups env {path}",
        user.home(),
        user.name
    )
}

#[test]
#[ignore = "needs root, curl and jq"]
fn another_users_shell_deploys_with_a_code_once() {
    let served = Served::with_gate();
    let user = Account::new(&served.store, "gate");
    let shell = shell(&user, &served);
    let line = block("printf '%s' \"$code\" | mfa authenticate");
    for (code, status, told) in [
        (wrong(), 1, "OTP verification failed\n"),
        (right(), 0, "Welcome\ndeployed\n"),
        (right(), 1, "OTP verification failed\n"),
    ] {
        let run = served.script(&format!("{shell} code={code} sh -c \"$LINE\""));
        let said = run.env("LINE", served.adapted(line)).said();
        assert_eq!((said.status, &*said.stdout), (Some(status), told), "{said:?}");
    }
    assert_eq!(served.last_event()["client"], "gate");
}

#[test]
#[ignore = "needs root, curl, jq and tmux"]
fn another_users_terminal_deploys_with_a_code() {
    for (code, told) in [(right(), "deployed\nstatus 0"), (wrong(), "Code:")] {
        let served = Served::with_gate();
        let user = Account::new(&served.store, "gate");
        let line = served.adapted(block("mfa run deploy"));
        let line = format!("({} {})", shell(&user, &served), line.trim_end());
        let terminal = Terminal::start(&served.store, &line);
        terminal.shows("Code:");
        terminal.types(&code);
        let screen = terminal.wait(|screen| screen.trim_end().ends_with(told));
        assert_eq!(screen.contains("deployed"), code == right(), "{screen}");
    }
}
