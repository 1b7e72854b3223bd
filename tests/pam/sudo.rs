use std::fs;
use std::path::PathBuf;

use crate::account::Account;
use crate::common::TempStore;
use crate::common::codes::{right, wrong};
use crate::common::disk::set_mode;
use crate::recipe_behind;
use crate::stack::{Stack, enrol};

/// A file of rules that sudo reads during the test.
struct Rules(PathBuf);

impl Rules {
    /// Lets an account do everything, and has it asked by this service.
    fn new(user: &str, service: &str) -> Self {
        let path = PathBuf::from("/etc/sudoers.d").join(user);
        let text = format!("Defaults:{user} pam_service={service}\n{user} ALL=(root) ALL\n");
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o440);
        Self(path)
    }
}

impl Drop for Rules {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
#[ignore = "needs root, sudo and the module"]
fn sudo_asks_for_the_callers_own_code_and_tells_why_it_refuses() {
    let store = TempStore::new();
    let user = Account::new(&store, "sudo");
    enrol(&store, &user.name);
    let password = format!("{}:correct horse\n", user.name);
    store.program("/usr/sbin/chpasswd", [""; 0]).fed(password).gives(0, "", "");
    let lines = recipe_behind("below the line `@include common-auth`:");
    let stack = Stack::new(
        &store,
        &format!(
            "@include common-auth\n{lines}account required pam_permit.so\nsession required pam_permit.so\n"
        ),
    );
    let _rules = Rules::new(&user.name, &stack.name);
    let sudo = |answers: &str| {
        let become_user = ["--reuid", &user.name, "--regid", &user.name, "--init-groups"];
        let run = store.program("setpriv", become_user);
        run.args(["sudo", "-S", "-k", "-p", "", "id", "-un"]).fed(answers).said()
    };
    let code = right();
    let said = sudo(&format!("correct horse\n{code}\n"));
    assert_eq!((said.status, &*said.stdout), (Some(0), "root\n"), "{said:?}");
    let said = sudo(&format!("correct horse\n{}\n{code}\n{code}\n", wrong()));
    assert_eq!((said.status, &*said.stdout), (Some(1), ""));
    assert!(said.stderr.contains("the code is wrong, expired or already used"), "{said:?}");
    let log = store.mfa(["log"]).said().stdout;
    let caller = format!("{0} for {1} from {1}", stack.name, user.name);
    assert!(log.contains(&caller), "{log}");
}
