use std::fs;

use mfa::domain::{AppName, Totp};
use mfa::store::Folder;

use crate::common::TempStore;
use crate::common::codes::{now, right, secret, wrong};
use crate::common::push::{answer, enrol_device};
use crate::common::tmux::Terminal;
use crate::stack::{Stack, enrolled, let_in, refused};

fn nobody() -> AppName {
    "nobody".parse().unwrap()
}

/// Logs in at a terminal, which shows the status at the end.
fn at_a_terminal(stack: &Stack<'_>, store: &TempStore) -> Terminal {
    let line = format!("pamtester {} nobody authenticate", stack.name);
    Terminal::sized(store, &line, ["100", "50"])
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn sealed_secrets_open_with_their_key_alone() {
    let store = enrolled("nobody");
    let key = store.outside().join("key").display().to_string();
    assert_eq!(store.mfa(["keygen", &key]).said().status, Some(0));
    assert_eq!(store.mfa(["encrypt", "--key-file", &key]).said().status, Some(0));
    let unavailable = refused(
        "Authentication service cannot retrieve authentication info",
        "Code: the second factor cannot be verified now\n",
    );
    assert_eq!(Stack::of(&store, "").types("nobody", &[&right()]), unavailable);
    let with_key = Stack::of(&store, &format!("key_file={key}"));
    assert_eq!(with_key.types("nobody", &[&right()]), let_in("Code: "));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_policy_denies_or_lets_in_unasked() {
    let store = enrolled("nobody");
    let policy = store.outside().join("policy.yaml");
    let docs = include_str!("../../docs/policy.md");
    let text = docs.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let with = |device: &str, location: &str| {
        let rules = text
            .replace("new_device: prompt_mfa", &format!("new_device: {device}"))
            .replace("new_location: prompt_mfa", &format!("new_location: {location}"));
        fs::write(&policy, rules).unwrap();
        Stack::of(&store, &format!("policy={}", policy.display()))
    };
    let denied = refused("Permission denied", "the policy does not let you in\n");
    assert_eq!(with("allow", "deny").types("nobody", &[]), denied);
    assert_eq!(with("allow", "allow").types("nobody", &[]), let_in(""));
    assert_eq!(with("prompt_mfa", "allow").types("nobody", &[&right()]), let_in("Code: "));
}

#[test]
#[ignore = "needs root, pamtester, tmux and the module"]
fn whoever_comes_first_enrols_and_is_asked_the_next_time() {
    let store = enrolled("somebody else");
    let stack = Stack::of(&store, "enrol");
    let terminal = at_a_terminal(&stack, &store);
    let screen = terminal.shows("Type the code that it shows:");
    let told = "or type the secret into it: ";
    let key = screen.lines().find_map(|line| line.strip_prefix(told)).unwrap();
    terminal.types(&Totp::default().code(&secret(key), now()));
    terminal.shows("status 0");
    let no = "Code: the code is wrong, expired or already used\n".repeat(3);
    let again = stack.types("nobody", &[&*wrong(); 3]);
    assert_eq!(again, refused("Authentication failure", &no));
}

#[test]
#[ignore = "needs root, pamtester, tmux and the module"]
fn an_approval_on_a_device_lets_in_whoever_was_shown_the_number() {
    for (approved, status) in [(true, "status 0"), (false, "status 1")] {
        let store = enrolled("nobody");
        let folder = Folder::new(store.path());
        enrol_device(&folder, &nobody(), &right(), now());
        let stack = Stack::of(&store, "push");
        let terminal = at_a_terminal(&stack, &store);
        let screen = terminal.shows("press Enter here, or type a code:");
        assert!(screen.contains("Number: "), "{screen}");
        let _ = answer(&folder, &nobody(), approved, now()).unwrap();
        terminal.presses("Enter");
        let screen = terminal.shows(status);
        assert_eq!(screen.contains("denied on a device"), !approved, "{screen}");
    }
}

#[cfg(feature = "service")]
mod elsewhere {
    use super::*;
    use crate::common::service::{Server, token, with_client};
    use crate::host::again_and_again;

    /// Returns a store in which nobody's app is, with a client, and the arguments to ask its service.
    fn served() -> (TempStore, Server, String) {
        let store = enrolled("nobody");
        with_client(&store);
        let file = store.outside().join("token");
        fs::write(&file, token()).unwrap();
        crate::common::disk::set_mode(&file, 0o600);
        let server = Server::start(&store);
        let args = format!("server=http://{} token_file={}", server.address, file.display());
        (store, server, args)
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
    #[ignore = "needs root, python3 and the module"]
    fn asking_a_service_leaves_nothing_in_the_host() {
        let (store, server, args) = served();
        let stack = Stack::of(&store, &format!("{args} nullok tries=1"));
        assert_eq!(again_and_again(&stack, &store, &wrong()), "7\n{}\n");
        server.kill();
        assert_eq!(again_and_again(&stack, &store, &wrong()), "9\n{}\n");
    }

    #[test]
    #[ignore = "needs root, python3 and the module"]
    fn a_name_service_that_hangs_leaves_no_thread_in_the_host() {
        let store = enrolled("nobody");
        // Nobody answers there, for longer than an exchange may take.
        let _silent = std::net::UdpSocket::bind("127.0.0.9:53").unwrap();
        let names = store.outside().join("resolv.conf");
        fs::write(&names, "nameserver 127.0.0.9\noptions timeout:12 attempts:1\n").unwrap();
        let file = store.outside().join("token");
        fs::write(&file, token()).unwrap();
        crate::common::disk::set_mode(&file, 0o600);
        let args = format!("server=https://gate.example token_file={} tries=1", file.display());
        let stack = Stack::of(&store, &args);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pam/host.py");
        let line = format!(
            "mount --bind {} /etc/resolv.conf; exec python3 {script} {} nobody {} 1",
            names.display(),
            stack.name,
            wrong()
        );
        store.program("unshare", ["--mount", "sh", "-c", &line]).gives(0, "9\n{}\n", "");
    }

    #[test]
    #[ignore = "needs root, pamtester and the module"]
    fn with_nullok_whoever_a_service_does_not_know_is_passed_on_but_not_where_its_store_is_away() {
        let (store, server, args) = served();
        let lines =
            format!("auth required pam_mfa.so {args} nullok\nauth required pam_permit.so\n");
        let stack = Stack::new(&store, &lines);
        assert_eq!(stack.types("daemon", &[]), let_in(""));
        assert_eq!(stack.types("nobody", &[&right()]), let_in("Code: "));
        fs::rename(store.path(), store.outside().join("away")).unwrap();
        let unavailable = refused(
            "Authentication service cannot retrieve authentication info",
            "the second factor cannot be verified now\n",
        );
        assert_eq!(stack.types("daemon", &[]), unavailable);
        server.kill();
        assert_eq!(stack.types("daemon", &[]), unavailable);
    }

    #[test]
    #[ignore = "needs root, pamtester, tmux and the module"]
    fn a_service_asks_the_devices() {
        let (store, server, args) = served();
        let folder = Folder::new(store.path());
        enrol_device(&folder, &nobody(), &right(), now());
        let stack = Stack::of(&store, &format!("{args} push"));
        let terminal = at_a_terminal(&stack, &store);
        terminal.shows("press Enter here, or type a code:");
        let _ = answer(&folder, &nobody(), true, now()).unwrap();
        terminal.presses("Enter");
        terminal.shows("status 0");
        server.kill();
    }
}
