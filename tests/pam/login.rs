//! login and su, with the machine's own files of PAM and the README's line in them.

use std::fs;
use std::path::Path;

use crate::account::Account;
use crate::common::codes::{right, wrong};
use crate::common::disk::set_mode;
use crate::common::tmux::Terminal;
use crate::common::{Said, TempStore};
use crate::recipe_behind;
use crate::stack::{enrol, with_module};

const PASSWORD: &str = "correct horse";
const NO: &str = "the code is wrong, expired or already used";

/// Makes an account with a password, which is enrolled.
fn account<'a>(store: &'a TempStore, purpose: &str) -> Account<'a> {
    let user = Account::new(store, purpose);
    let shadow = format!("{}:{PASSWORD}\n", user.name);
    store.program("/usr/sbin/chpasswd", [""; 0]).fed(shadow).gives(0, "", "");
    set_mode(store.outside(), 0o755);
    enrol(store, &user.name);
    user
}

/// Returns a line of shell behind which the machine's own file of this service has the README's line.
fn with_recipe(service: &str, store: &TempStore) -> String {
    let place = Path::new("/etc/pam.d").join(service);
    let (own, file) = (fs::read_to_string(&place).unwrap(), store.outside().join(service));
    let include = "@include common-auth\n";
    assert!(own.contains(include), "{own}");
    let lines = with_module(recipe_behind("below the line `@include common-auth`:"), store);
    fs::write(&file, own.replace(include, &(include.to_owned() + &lines))).unwrap();
    // In a mount of its own, so that no other program reads it.
    format!("mount --bind {} {}", file.display(), place.display())
}

/// Types a name and a password at a login, which then asks for a code.
fn until_the_code(terminal: &Terminal, name: &str) {
    terminal.shows(" login:");
    terminal.types(name);
    terminal.shows("Password:");
    terminal.types(PASSWORD);
    terminal.shows("Code:");
}

#[test]
#[ignore = "needs root, login, tmux and the module"]
fn login_asks_for_the_password_and_then_for_the_code() {
    let store = TempStore::new();
    let user = account(&store, "login");
    let line = format!("unshare --mount sh -c '{}; exec login'", with_recipe("login", &store));
    let (code, terminal) = (right(), Terminal::start(&store, &line));
    until_the_code(&terminal, &user.name);
    terminal.types(&wrong());
    terminal.wait(|screen| screen.contains(NO) && screen.matches("Code:").count() == 2);
    terminal.types(&code);
    terminal.wait(|screen| screen.ends_with('$'));
    terminal.types("echo \"in $((6 * 7)) as $(id -un)\"");
    terminal.shows(&format!("in 42 as {}", user.name));
    drop(terminal);
    let log = store.mfa(["log"]).said().stdout;
    assert!(log.contains(&format!("login for {} on /dev/pts/", user.name)), "{log}");
    let terminal = Terminal::start(&store, &line);
    until_the_code(&terminal, &user.name);
    for asked in 1..=3 {
        terminal.wait(|screen| screen.matches("Code:").count() == asked);
        terminal.types(&code);
    }
    terminal.shows("Login incorrect");
}

#[test]
#[ignore = "needs root, su and the module"]
fn su_asks_for_the_code_of_the_account_that_one_becomes() {
    let (store, elsewhere) = (TempStore::new(), TempStore::new());
    let (user, caller) = (account(&store, "su"), account(&elsewhere, "caller"));
    let mount = with_recipe("su", &store);
    let su = |by: &str, answers: &str| -> Said {
        let by = format!("setpriv --reuid {by} --regid {by} --init-groups");
        let line = format!("{mount}; exec {by} su {} -c 'id -un'", user.name);
        store.program("unshare", ["--mount", "sh", "-c", &line]).fed(answers).said()
    };
    let code = right();
    let said = su(&caller.name, &format!("{PASSWORD}\n{code}\n"));
    assert_eq!(
        (said.status, said.stdout),
        (Some(0), format!("{}\n", user.name)),
        "{}",
        said.stderr
    );
    let said = su(&caller.name, &format!("{PASSWORD}\n{code}\n{0}\n{0}\n", wrong()));
    assert_eq!((said.status, &*said.stdout), (Some(1), ""));
    let asked =
        format!("Password: {}su: Authentication failure\n", format!("Code: {NO}\n").repeat(3));
    assert_eq!(said.stderr, asked);
    // Debian's own line lets root become anybody.
    let said = su("root", "");
    assert_eq!((said.status, said.stdout), (Some(0), format!("{}\n", user.name)));
}
