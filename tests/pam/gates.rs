use std::fs;

use mfa::domain::Totp;

use crate::common::TempStore;
use crate::common::codes::{now, right, secret, wrong};
use crate::common::push::answer;
use crate::common::tmux::Terminal;
use crate::stack::{Stack, enrolled, let_in, nobody, refused, unavailable, with_device};

/// Seals a store, and returns the argument that names its key.
fn sealed(store: &TempStore) -> String {
    let key = store.outside().join("key").display().to_string();
    assert_eq!(store.mfa(["keygen", &key]).said().status, Some(0));
    assert_eq!(store.mfa(["encrypt", "--key-file", &key]).said().status, Some(0));
    format!("key_file={key}")
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn sealed_secrets_open_with_their_key_alone() {
    let store = enrolled("nobody");
    let key_file = sealed(&store);
    assert_eq!(Stack::of(&store, "").types("nobody", &[&right()]), unavailable("Code: "));
    assert_eq!(Stack::of(&store, &key_file).types("nobody", &[&right()]), let_in("Code: "));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_policy_denies_lets_in_unasked_or_sends_to_enrolment() {
    let store = enrolled("nobody");
    let policy = store.outside().join("policy.yaml");
    let docs = include_str!("../../docs/policy.md");
    let text = docs.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let with = |changes: &[[&str; 2]]| {
        let changed =
            changes.iter().fold(text.to_owned(), |text, [from, to]| text.replace(from, to));
        fs::write(&policy, changed).unwrap();
        Stack::of(&store, &format!("policy={}", policy.display()))
    };
    let unasked = ["prompt_mfa", "allow"];
    let denied = refused("Permission denied", "the policy does not let you in\n");
    let deny = ["new_location: prompt_mfa", "new_location: deny"];
    assert_eq!(with(&[deny]).types("nobody", &[]), denied);
    assert_eq!(with(&[unasked]).types("nobody", &[]), let_in(""));
    assert_eq!(with(&[]).types("nobody", &[&right()]), let_in("Code: "));
    let unknown = "User not known to the underlying authentication module";
    let enrol = refused(unknown, "a second factor has to be enrolled first\n");
    assert_eq!(with(&[unasked, ["30_days", "0h"]]).types("daemon", &[]), enrol);
}

/// Enrols at a terminal, with the secret that it shows.
fn enrol_at(terminal: &Terminal) {
    let screen = terminal.shows("Type the code that it shows:");
    let told = "or type the secret into it: ";
    let key = screen.lines().find_map(|line| line.strip_prefix(told)).unwrap();
    terminal.types(&Totp::default().code(&secret(key), now()));
    terminal.shows("status 0");
}

#[test]
#[ignore = "needs root, pamtester, tmux and the module"]
fn whoever_comes_first_enrols_and_is_asked_the_next_time() {
    let store = enrolled("somebody else");
    let stack = Stack::of(&store, "enrol");
    enrol_at(&stack.at_a_terminal());
    let no = "Code: the code is wrong, expired or already used\n".repeat(3);
    let again = stack.types("nobody", &[&*wrong(); 3]);
    assert_eq!(again, refused("Authentication failure", &no));
}

#[test]
#[ignore = "needs root, pamtester, tmux and the module"]
fn where_secrets_are_sealed_whoever_comes_first_enrols_with_the_key_alone() {
    let store = enrolled("somebody else");
    let key_file = sealed(&store);
    assert_eq!(Stack::of(&store, "enrol").types("nobody", &[]), unavailable(""));
    enrol_at(&Stack::of(&store, &format!("enrol {key_file}")).at_a_terminal());
    assert!(store.read("secrets/nobody").starts_with("mfa-secret:1:"));
}

#[test]
#[ignore = "needs root, pamtester, tmux and the module"]
fn an_approval_on_a_device_lets_in_whoever_was_shown_the_number() {
    for (approved, status) in [(true, "status 0"), (false, "status 1")] {
        let store = enrolled("nobody");
        let folder = with_device(&store);
        let stack = Stack::of(&store, "push");
        let terminal = stack.at_a_terminal();
        let screen = terminal.shows("press Enter here, or type a code:");
        assert!(screen.contains("Number: "), "{screen}");
        let _ = answer(&folder, &nobody(), approved, now()).unwrap();
        terminal.presses("Enter");
        let screen = terminal.shows(status);
        assert_eq!(screen.contains("denied on a device"), !approved, "{screen}");
    }
}
