//! A store in the home of an account.

use std::fs;
use std::os::unix::fs::symlink;

use crate::account::Account;
use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::stack::{Stack, let_in, unavailable};
use crate::syslog::{SystemLog, logged_as};

/// What the system's log says of such a login at this store.
fn why(stack: &Stack<'_>, store: &TempStore, log: &SystemLog, user: &str) -> String {
    let line = format!("exec pamtester {} {user} authenticate", stack.name);
    assert_eq!(logged_as(&line, store, &(right() + "\n")), unavailable(""));
    let told = log.line();
    told.split_once("refused, cannot verify: ").unwrap().1.to_owned()
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_store_in_a_home_is_believed_where_it_is_roots_and_is_no_link() {
    let store = TempStore::new();
    let user = Account::new(&store, "home");
    let (place, log) = (format!("{}/.mfa", user.home()), SystemLog::new(&store));
    let create = ["--store", &place, "create", "-n", "me", "-i", "I", "--app", &user.name];
    let create = store.bare(create).args(["--no-image", "--secret-stdin"]);
    assert_eq!(create.fed(SECRET).said().status, Some(0));
    let stack = Stack::of(&store, "store=%h/.mfa");
    assert_eq!(stack.types(&user.name, &[&right()]), let_in("Code: "));
    // Whoever owns the home can put another folder in its place, or a link to another store of root's.
    let away = format!("{}/away", user.home());
    fs::rename(&place, &away).unwrap();
    let missing = format!("{place} is not a store: it has no folder of secrets");
    assert_eq!(why(&stack, &store, &log, &user.name), missing);
    symlink(&away, &place).unwrap();
    let linked = format!("{place} is not a folder, or is a symbolic link to one");
    assert_eq!(why(&stack, &store, &log, &user.name), linked);
    fs::remove_file(&place).unwrap();
    fs::rename(&away, &place).unwrap();
    user.give(&place);
    let others = why(&stack, &store, &log, &user.name);
    assert_eq!(others, format!("{place} belongs to another user"));
}
