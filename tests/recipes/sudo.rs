use std::fs;
use std::path::PathBuf;

use crate::account::Account;
use mfa::store::Folder;

use crate::common::codes::{now, right, wrong};
use crate::common::disk::set_mode;
use crate::common::tmux::Terminal;
use crate::common::{TempStore, program};
use crate::pages::{GATE, RECOVERY};
use crate::prompts::recovers;
use crate::{put_program, recipe, with_app};

use crate::common::recovery::issue_known;

/// A file of rules that sudo reads during the test.
struct Rules(PathBuf);

impl Rules {
    fn new(name: &str, rules: &str) -> Self {
        // sudo ignores files there with a dot in their name, so this one is not read half written.
        let path = PathBuf::from("/etc/sudoers.d").join(name);
        fs::write(&path, rules).unwrap();
        set_mode(&path, 0o440);
        Self(path)
    }
}

impl Drop for Rules {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Prepares the files that the rule names, and returns the rule for a group and the command that it
/// allows.
fn rule(store: &TempStore, group: &str) -> (String, String) {
    put_program(store, "systemctl", "echo \"$(id -un): $*\"");
    let systemctl = store.outside().join("systemctl");
    let rule = recipe(GATE, "%ops")
        .replace("/usr/local/bin/mfa", program())
        .replace("/var/lib/mfa", store.path().to_str().unwrap())
        .replace("/usr/bin/systemctl", systemctl.to_str().unwrap())
        .replace("%ops", &format!("%{group}"));
    let command = rule.trim_end().split_once("NOPASSWD: ").unwrap().1.to_owned();
    (rule, command)
}

#[test]
#[ignore = "needs root, sudo and tmux"]
fn who_is_in_the_group_restarts_the_service_with_a_code_and_does_nothing_else() {
    for (code, told) in [(right(), "root: restart web\nstatus 0"), (wrong(), "Code:")] {
        let store = with_app("restart");
        let user = Account::new(&store, "ops");
        let (rule, command) = rule(&store, &user.name);
        let _rules = Rules::new(&user.name, &rule);
        let line = format!("setpriv --reuid {0} --regid {0} --init-groups", user.name);
        let terminal = Terminal::start(&store, &format!("{line} sudo -n {command}"));
        terminal.shows("Code:");
        terminal.types(&code);
        let screen = terminal.wait(|screen| screen.trim_end().ends_with(told));
        assert_eq!(screen.contains("root: restart web"), code == right(), "{screen}");

        let other = store.path().with_file_name("other").display().to_string();
        for refused in [
            format!("{command} more"),
            command.replace(" run restart", " run restart -o -"),
            command.replace(store.path().to_str().unwrap(), &other),
            command.replace("restart web", "stop web"),
            format!("MFA_STORE={other} {command}"),
            format!("{} list", program()),
        ] {
            let sudo = format!("{line} sudo -n {refused} </dev/null");
            let said = store.program("sh", ["-c", &sudo]).said();
            assert_eq!((said.status, &*said.stdout), (Some(1), ""), "{refused}: {said:?}");
        }
    }
}

#[test]
#[ignore = "needs root, sudo and tmux"]
fn who_has_lost_everything_comes_back_by_the_code_of_the_helpdesk_and_changes_no_other_app() {
    let store = with_app("alice");
    issue_known(&Folder::new(store.path()), &"alice".parse().unwrap(), now());
    let user = Account::new(&store, "alice");
    let rule = recipe(RECOVERY, "alice ALL=")
        .replace("/usr/local/bin/mfa", program())
        .replace("/var/lib/mfa", store.path().to_str().unwrap())
        .replacen("alice", &user.name, 1);
    let _rules = Rules::new(&user.name, &rule);
    let command = rule.trim_end().split_once("NOPASSWD: ").unwrap().1;
    let sudo = format!("setpriv --reuid {0} --regid {0} --init-groups sudo -n", user.name);
    let terminal = Terminal::sized(&store, &format!("{sudo} {command}"), ["100", "60"]);
    let screen = recovers(&terminal);
    let backup = screen.lines().find(|line| line.len() == 14 && line.contains('-')).unwrap();
    assert_eq!(store.mfa(["-a", "alice", "-o", backup]).said().status, Some(0));
    assert_eq!(store.mfa(["-a", "alice", "-o", &right()]).said().status, Some(1));
    for refused in [
        format!("{command} --secret-stdin"),
        command.replace("use alice", "use bob"),
        command.replace("use alice", "issue alice --verified-with badge"),
    ] {
        let said = store.program("sh", ["-c", &format!("{sudo} {refused} </dev/null")]).said();
        assert_eq!((said.status, &*said.stdout), (Some(1), ""), "{refused}: {said:?}");
    }
}
