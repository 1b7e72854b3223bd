use std::fs;

use crate::common::codes::{right, wrong};
use crate::common::tmux::Terminal;
use crate::pages::{GATE, README};
use crate::{by_name, common, put_program, recipe, with_app};

#[test]
#[ignore = "needs tmux"]
fn the_script_goes_on_with_a_code_and_else_says_why_not() {
    let code = right();
    for (typed, told) in [
        (&*code, "deployed\nstatus 0"),
        (&wrong(), "OTP verification failed\nwrong, expired or already used\nstatus 1"),
        ("12", "not a code: nothing was counted\nstatus 1"),
    ] {
        let store = with_app("deploy");
        put_program(&store, "deploy.sh", "echo deployed");
        fs::write(store.outside().join("gate"), recipe(GATE, "read -rsp")).unwrap();
        let terminal = Terminal::start(&store, &format!("{}; bash ./gate", by_name(&store)));
        terminal.shows("Code:");
        terminal.types(typed);
        let screen = terminal.shows("status");
        assert!(screen.ends_with(told) && !screen.contains(&code), "{screen}");
        assert_eq!(screen.contains("deployed"), typed == code);
    }
}

#[test]
#[ignore = "needs tmux"]
fn the_one_line_gate_opens_to_a_code_alone() {
    let line = recipe(README, "&& ./deploy.sh");
    for (code, told) in
        [(right(), "Welcome\ndeployed\nstatus 0"), (wrong(), "OTP verification failed\nstatus 1")]
    {
        let store = with_app("deploy");
        put_program(&store, "deploy.sh", "echo deployed");
        let terminal =
            Terminal::start(&store, &format!("{}; code={code}\n{line}", by_name(&store)));
        assert_eq!(terminal.shows("status"), told);
    }
}

#[test]
#[ignore = "needs tmux"]
fn a_deploy_script_becomes_its_work_behind_a_code() {
    let line = recipe(GATE, "./deploy-now.sh");
    for (code, told) in [(right(), "now: a b\nstatus 0"), (wrong(), "Code: ")] {
        let store = with_app("deploy");
        put_program(&store, "deploy-now.sh", "echo now: \"$@\"");
        let line = line.replace("/usr/local/bin/mfa", common::program());
        let line = line.replace("/var/lib/deploy/mfa", store.path().to_str().unwrap());
        put_program(&store, "deploy", &line);
        let terminal = Terminal::start(&store, "./deploy a b");
        terminal.shows("Code:");
        terminal.types(&code);
        let screen = terminal.wait(|screen| screen.ends_with(told.trim_end()));
        assert_eq!(screen.contains("now:"), code == right(), "{screen}");
    }
}

#[test]
#[ignore = "needs tmux and make"]
fn a_target_of_make_is_made_behind_a_code() {
    for (code, told) in [(right(), "cargo publish\nstatus 0"), (wrong(), "Code:")] {
        let store = with_app("release");
        put_program(&store, "cargo", "echo \"${0##*/} $*\"");
        fs::write(store.outside().join("Makefile"), recipe(GATE, "release:")).unwrap();
        let terminal = Terminal::start(&store, &format!("{}; make release", by_name(&store)));
        terminal.shows("Code:");
        terminal.types(&code);
        let screen = terminal.wait(|screen| screen.trim_end().ends_with(told));
        assert_eq!(screen.contains("cargo publish"), code == right(), "{screen}");
    }
}
