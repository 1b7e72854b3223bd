use crate::common::codes::{right, wrong};
use crate::common::race;
use crate::recipe_behind;
use crate::stack::{Stack, enrolled, let_in, refused};

const NO: &str = "the code is wrong, expired or already used\n";

#[test]
#[ignore = "needs root, pamtester and the module"]
fn the_readmes_trial_lets_in_with_a_code_once_and_the_log_says_by_which_service() {
    let store = enrolled("nobody");
    let stack = Stack::new(&store, recipe_behind("In `/etc/pam.d/mfa-try`:"));
    let code = right();
    assert_eq!(stack.types("nobody", &[&code]), let_in("Code: "));
    let again = refused("Authentication failure", &format!("Code: {NO}Code: {NO}Code: {NO}"));
    assert_eq!(stack.types("nobody", &[&code, &wrong(), &code]), again);
    let log = store.mfa(["log", "nobody"]).said().stdout;
    let caller = format!("{} for nobody", stack.name);
    assert!(log.lines().last().unwrap().trim_end().ends_with(&caller), "{log}");
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_backup_code_opens_once_and_its_owner_hears_how_many_are_left() {
    let store = enrolled("nobody");
    let codes = store.mfa(["backup-codes", "nobody", "--count", "3"]).said().stdout;
    let stack = Stack::of(&store, "tries=1");
    let code = codes.lines().next().unwrap();
    let said = stack.types("nobody", &[code]);
    let told = "a backup code was used, 2 left\npamtester: successfully authenticated\n";
    assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(0), told, "Code: "));
    let again = refused("Authentication failure", &format!("Code: {NO}"));
    assert_eq!(stack.types("nobody", &[code]), again);
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn password_and_code_in_one_answer_reach_the_modules_that_judge_them() {
    let store = enrolled("nobody");
    // In place of pam_unix, one that lets in whoever has typed this password.
    let judge = store.outside().join("judge");
    std::fs::write(&judge, "#!/bin/sh\n[ \"$(tr -d '\\0')\" = hunter2 ]\n").unwrap();
    crate::common::disk::set_mode(&judge, 0o755);
    let lines = recipe_behind("is typed behind it, as in `hunter2123456`:");
    let exec = format!("pam_exec.so quiet expose_authtok {}", judge.display());
    let lines = lines.replace("pam_unix.so use_first_pass", &exec);
    let stack = Stack::new(&store, &lines);
    let asked = "Password and code: ";
    let code = right();
    let wrong_password = stack.types("nobody", &[&format!("hunter3{code}")]);
    assert_eq!(wrong_password.status, Some(1));
    assert_eq!(store.state("nobody")["failures"], 0, "the code was not looked at");
    assert_eq!(stack.types("nobody", &[&format!("hunter2{code}")]), let_in(asked));
    for typed in ["hunter2", &format!("hunter2{code}"), &format!("hunter2{}", wrong())] {
        let said = stack.types("nobody", &[typed]);
        assert_eq!(said.status, Some(1), "{typed}: {said:?}");
    }
}

#[test]
#[ignore = "needs root, pamtester and the module; takes long"]
fn of_many_logins_at_once_with_one_code_one_gets_in() {
    for round in 0..100 {
        let store = enrolled("nobody");
        let stack = Stack::of(&store, "tries=1");
        let code = right();
        let said = race((0..32).map(|_| stack.login("nobody").fed(format!("{code}\n"))));
        let admitted = said.iter().filter(|said| said.status == Some(0)).count();
        assert_eq!(admitted, 1, "round {round}: {said:?}");
    }
}
