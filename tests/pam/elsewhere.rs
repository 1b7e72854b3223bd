//! A service that is asked in place of a store.

use std::fs;

use crate::account::Account;
use crate::common::codes::{now, right, wrong};
use crate::common::disk::set_mode;
use crate::common::push::answer;
use crate::common::service::{Server, token, with_client};
use crate::common::{TempStore, program};
use crate::host::again_and_again;
use crate::stack::{Stack, enrolled, let_in, nobody, refused, unavailable, with_device};

/// Returns a store in which nobody's app is, with a client, and the arguments to ask its service.
fn served() -> (TempStore, Server, String) {
    let store = enrolled("nobody");
    with_client(&store);
    let server = Server::start(&store);
    let args = asking(&server, &store);
    (store, server, args)
}

/// Returns the arguments to ask a service as the client.
fn asking(server: &Server, store: &TempStore) -> String {
    let file = store.outside().join("token");
    fs::write(&file, token()).unwrap();
    set_mode(&file, 0o600);
    format!("server=http://{} token_file={}", server.address, file.display())
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_service_is_asked_in_place_of_a_store_and_knows_who_may_ask() {
    let (store, server, args) = served();
    let stack = Stack::of(&store, &args);
    let code = right();
    assert_eq!(stack.types("nobody", &[&code]), let_in("Code: "));
    let no = "Code: the code is wrong, expired or already used\n".repeat(3);
    let typed = [&*code; 3];
    assert_eq!(stack.types("nobody", &typed), refused("Authentication failure", &no));
    let unknown = "User not known to the underlying authentication module";
    assert_eq!(stack.types("daemon", &typed), refused(unknown, &no));
    fs::write(store.outside().join("token"), "mfa_ct_none").unwrap();
    let said = stack.types("nobody", &typed);
    assert!(said.stderr.ends_with("cannot retrieve authentication info\n"), "{said:?}");
    server.kill();
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_service_of_another_user_is_asked_whose_store_root_does_not_believe() {
    let store = enrolled("nobody");
    with_client(&store);
    let user = Account::new(&store, "service");
    set_mode(store.outside(), 0o755);
    user.give(store.path());
    assert_eq!(Stack::of(&store, "").types("nobody", &[&right()]), unavailable(""));
    let server = Server::started(|listen| {
        let run = store.program("setpriv", ["--reuid", &user.name, "--regid", &user.name]);
        let path = store.path().display().to_string();
        run.args(["--init-groups", program(), "--store", &path, "serve", "--listen", listen])
    });
    let stack = Stack::of(&store, &asking(&server, &store));
    assert_eq!(stack.types("nobody", &[&right()]), let_in("Code: "));
    server.kill();
}

#[test]
#[ignore = "needs root, python3 and the module"]
fn asking_a_service_leaves_nothing_in_the_host() {
    let (store, server, args) = served();
    let stack = Stack::of(&store, &format!("{args} nullok tries=1"));
    assert_eq!(again_and_again(&stack, &store, &wrong()), "7\n{}\n");
    server.kill();
    assert_eq!(again_and_again(&stack, &store, &wrong()), "9\n{}\n");
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn with_nullok_whoever_a_service_does_not_know_is_passed_on_but_not_where_its_store_is_away() {
    let (store, server, args) = served();
    let lines = format!("auth required pam_mfa.so {args} nullok\nauth required pam_permit.so\n");
    let stack = Stack::new(&store, &lines);
    assert_eq!(stack.types("daemon", &[]), let_in(""));
    assert_eq!(stack.types("nobody", &[&right()]), let_in("Code: "));
    fs::rename(store.path(), store.outside().join("away")).unwrap();
    assert_eq!(stack.types("daemon", &[]), unavailable(""));
    server.kill();
    assert_eq!(stack.types("daemon", &[]), unavailable(""));
}

#[test]
#[ignore = "needs root, pamtester, tmux and the module"]
fn a_service_asks_the_devices() {
    let (store, server, args) = served();
    let folder = with_device(&store);
    let stack = Stack::of(&store, &format!("{args} push"));
    let terminal = stack.at_a_terminal();
    terminal.shows("press Enter here, or type a code:");
    let _ = answer(&folder, &nobody(), true, now()).unwrap();
    terminal.presses("Enter");
    terminal.shows("status 0");
    server.kill();
}
