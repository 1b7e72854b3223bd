use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::thread::sleep;
use std::time::Duration;

use mfa::domain::Totp;

use crate::account::Account;
use crate::common::codes::{now, secret, wrong};
use crate::common::disk::set_mode;
use crate::common::tmux::Terminal;
use crate::common::{Run, Started, TempStore};
use crate::recipe_behind;
use crate::stack::{Stack, enrolled as enrolled_already};

/// The password of the account.
const PASSWORD: &str = "correct horse";

/// Settings that the tests need; a recipe comes first, and the first setting counts.
const SETTINGS: &str = "Subsystem sftp internal-sftp\nPidFile none\nMaxStartups 100\n";

/// An SSH server that asks through PAM, and its only user, who is enrolled and has a key.
struct Server<'a> {
    store: &'a TempStore,
    user: Account<'a>,
    stack: Stack<'a>,
    port: u16,
    daemon: Started,
    /// Backup codes, of which each login takes one.
    codes: Vec<String>,
}

impl<'a> Server<'a> {
    /// Starts one with these recipes for `sshd_config` and for `pam.d/sshd`.
    fn start(store: &'a TempStore, recipes: [&str; 2]) -> Self {
        let user = Account::new(store, "pam");
        let codes = enrolled(store, &user);
        Self::of(store, recipes, user, codes)
    }

    /// Starts one for somebody who may have no codes yet.
    fn of(
        store: &'a TempStore,
        [config, lines]: [&str; 2],
        user: Account<'a>,
        codes: Vec<String>,
    ) -> Self {
        set_mode(store.outside(), 0o755);
        let shadow = format!("{}:{PASSWORD}\n", user.name);
        store.program("/usr/sbin/chpasswd", [""; 0]).fed(shadow).gives(0, "", "");
        give_key(store, &user);
        let rest = "account required pam_permit.so\nsession required pam_permit.so\n";
        let stack = Stack::new(store, &format!("{lines}\n{rest}"));
        // sshd asks PAM by the name that it is started as.
        let program = store.outside().join(&stack.name);
        symlink("/usr/sbin/sshd", &program).unwrap();
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let (host, file) = (store.outside().join("host"), store.outside().join("sshd_config"));
        let listen = format!("ListenAddress 127.0.0.1:{port}\nHostKey {}\n", host.display());
        let config = config.replace("robots", &user.name);
        fs::write(&file, format!("{listen}{SETTINGS}{config}")).unwrap();
        fs::create_dir_all("/run/sshd").unwrap();
        let args = ["-D", "-E", "sshd.log", "-f", file.to_str().unwrap()];
        let daemon = store.program(&program, args).start();
        for _ in 0..200 {
            sleep(Duration::from_millis(50));
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                break;
            }
        }
        Self { store, user, stack, port, daemon, codes }
    }

    /// Prepares a client that answers what it is asked: the password, and this code.
    fn client(&self, program: &str, code: &str, args: &[&str]) -> Run {
        self.answering(program, [PASSWORD, code], args)
    }

    /// Prepares a client that answers what it is asked: this password, and this code.
    fn answering(&self, program: &str, [password, code]: [&str; 2], args: &[&str]) -> Run {
        let script = format!(
            "#!/bin/sh\necho \"$1\" >>asked\ncase $1 in *assword:*) echo '{password}';; *) echo '{code}';; esac\n"
        );
        fs::write(self.store.outside().join("answer"), script).unwrap();
        set_mode(self.store.outside().join("answer"), 0o755);
        let _ = fs::remove_file(self.store.outside().join("asked"));
        let port = format!("Port={}", self.port);
        let user = format!("User={}", self.user.name);
        let known = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "NumberOfPasswordPrompts=1",
        ];
        let options = known.into_iter().chain([&*port, &user]).flat_map(|o| ["-o", o]);
        let run = self.store.program("timeout", ["20", program, "-F", "none", "-q", "-i", "key"]);
        run.args(options)
            .args(args)
            .env("SSH_ASKPASS", self.store.outside().join("answer"))
            .env("SSH_ASKPASS_REQUIRE", "force")
    }

    /// Runs a command there; returns the status and what it says.
    fn runs(&self, code: &str, command: &str) -> (Option<i32>, String) {
        let said = self.client("ssh", code, &["127.0.0.1", command]).said();
        (said.status, said.stdout)
    }

    /// Returns how often the client was asked.
    fn asked(&self) -> usize {
        let asked = fs::read_to_string(self.store.outside().join("asked")).unwrap_or_default();
        asked.lines().filter(|line| !line.is_empty()).count()
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        self.daemon.kill();
    }
}

/// Enrols the account, and returns its backup codes.
fn enrolled(store: &TempStore, user: &Account<'_>) -> Vec<String> {
    let create = ["create", "-n", "me", "-i", "Example", "--no-image", "--app", &user.name];
    assert_eq!(store.mfa(create).said().status, Some(0));
    let codes = store.mfa(["backup-codes", &user.name]).said().stdout;
    codes.lines().map(str::to_owned).collect()
}

fn give_key(store: &TempStore, user: &Account<'_>) {
    for name in ["key", "host"] {
        let key = ["-q", "-t", "ed25519", "-N", "", "-f", name];
        store.program("ssh-keygen", key).gives(0, "", "");
    }
    let folder = format!("{}/.ssh", user.home());
    fs::create_dir(&folder).unwrap();
    fs::copy(store.outside().join("key.pub"), format!("{folder}/authorized_keys")).unwrap();
    user.give(user.home());
}

/// Returns the recipes behind a heading of the README.
fn recipes(heading: &'static str) -> [&'static str; 2] {
    let readme = include_str!("../../pam/README.md");
    let (_, part) = readme.split_once(heading).unwrap();
    let block = |part: &'static str, after: &str| {
        let (_, rest) = part.split_once(after).unwrap();
        rest.split("```").nth(1).unwrap().split_once('\n').unwrap().1
    };
    [block(part, "`/etc/ssh/sshd_config`"), block(part, "`/etc/pam.d/sshd`")]
}

#[test]
#[ignore = "needs root, sshd and the module"]
fn a_key_and_a_code_run_commands_and_copy_files_and_neither_is_enough_alone() {
    let store = TempStore::new();
    let server = Server::start(&store, recipes("## sshd: key and code"));
    let [one, two, three, ..] = &*server.codes else { panic!() };
    assert_eq!(server.runs(one, "echo in"), (Some(0), "in\n".into()));
    assert_eq!(server.runs(one, "echo in"), (Some(255), String::new()), "it is used up");
    assert_eq!(server.runs(&wrong(), "echo in"), (Some(255), String::new()));
    let said = server.client("ssh", two, &["-o", "PubkeyAuthentication=no", "127.0.0.1", "id"]);
    assert_eq!(said.said().status, Some(255));
    assert_eq!(server.asked(), 0, "without the key nobody is asked");
    let there = "127.0.0.1:there";
    assert_eq!(server.client("scp", two, &["key.pub", there]).said().status, Some(0));
    let get = server.client("sftp", three, &["127.0.0.1:there", "back"]).said();
    assert_eq!(get.status, Some(0), "{get:?}");
    let read = |name| fs::read_to_string(store.outside().join(name)).unwrap();
    assert_eq!(read("key.pub"), read("back"));
    let log = store.mfa(["log"]).said().stdout;
    let caller = format!("{} for {} from 127.0.0.1 on ssh", server.stack.name, server.user.name);
    assert!(log.contains(&caller), "{log}");
}

#[test]
#[ignore = "needs root, sshd and the module"]
fn sessions_of_one_connection_are_asked_for_one_code() {
    let store = TempStore::new();
    let server = Server::start(&store, recipes("## sshd: key and code"));
    let master = ["-o", "ControlPath=control", "-o", "ControlMaster=auto"];
    let args = [&master[..], &["-o", "ControlPersist=20", "127.0.0.1", "echo in"]].concat();
    // It stays behind, and must not hold the streams of the test.
    let (out, error) = ["out", "error"].map(|name| store.outside().join(name)).into();
    let first = server
        .client("ssh", &server.codes[0], &[&["-E", error.to_str().unwrap()], &args[..]].concat())
        .stdout(fs::File::create(&out).unwrap());
    assert_eq!(first.said().status, Some(0));
    assert_eq!(server.asked(), 1);
    let second =
        server.client("ssh", "no code", &[&master[..], &["127.0.0.1", "echo in"]].concat());
    let said = second.said();
    assert_eq!((said.status, &*said.stdout, server.asked()), (Some(0), "in\n", 0));
    let end = server.client("ssh", "", &[&master[..], &["-O", "exit", "127.0.0.1"]].concat());
    assert_eq!(end.said().status, Some(0));
}

#[test]
#[ignore = "needs root, sshd, tmux and the module"]
fn the_first_login_enrols_in_any_locale() {
    for locale in ["C", "C.UTF-8"] {
        let store = enrolled_already("somebody else");
        let [config, lines] = recipes("## sshd: password and code");
        let lines = lines.replace("pam_mfa.so", "pam_mfa.so enrol");
        let user = Account::new(&store, "pam");
        let server = Server::of(&store, [config, &lines], user, Vec::new());
        let known = "-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null";
        let to = format!("-p {} {}@127.0.0.1", server.port, server.user.name);
        let line = format!("LC_ALL={locale} ssh {known} {to} 'echo in $((6 * 7))'");
        let terminal = Terminal::sized(&store, &line, ["100", "60"]);
        terminal.shows("Password:");
        terminal.types(PASSWORD);
        let screen = terminal.shows("Type the code that it shows:");
        assert_eq!(screen.contains('█'), locale == "C.UTF-8", "{screen}");
        let told = "or type the secret into it: ";
        let key = screen.lines().find_map(|line| line.split_once(told)).unwrap().1;
        terminal.types(&Totp::default().code(&secret(key), now()));
        terminal.shows("in 42");
    }
}

#[test]
#[ignore = "needs root, sshd and the module"]
fn a_client_that_sends_a_password_alone_sends_the_code_behind_it() {
    let store = TempStore::new();
    let config = "UsePAM yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n\
                  AuthenticationMethods password\n";
    let lines = recipe_behind("is typed behind it, as in `hunter2123456`:");
    let server = Server::start(&store, [config, lines]);
    let runs = |password: &str| {
        let said = server.answering("ssh", [password, "no code"], &["127.0.0.1", "echo in"]).said();
        (said.status, said.stdout)
    };
    let code = &server.codes[0];
    assert_eq!(runs(&format!("{PASSWORD}{code}")), (Some(0), "in\n".into()));
    assert_eq!(runs(&format!("{PASSWORD}{code}")).0, Some(255), "it is used up");
    assert_eq!(runs(PASSWORD).0, Some(255));
    assert_eq!(runs(&format!("another{}", server.codes[1])).0, Some(255));
    assert_eq!(runs(&format!("{PASSWORD}{}", server.codes[1])), (Some(0), "in\n".into()));
}

#[test]
#[ignore = "needs root, sshd and the module"]
fn robots_come_in_with_a_key_alone() {
    let store = TempStore::new();
    let [config, lines] = recipes("## sshd: key and code");
    let config = format!("{config}{}", recipe_behind("(`command=`, `from=`):"));
    let server = Server::start(&store, [&config, lines]);
    assert_eq!(server.runs("no code", "echo in"), (Some(0), "in\n".into()));
    assert_eq!(server.asked(), 0);
}

#[test]
#[ignore = "needs root, sshd and the module"]
fn a_password_and_a_code_run_commands_and_without_the_password_no_code_is_looked_at() {
    let store = TempStore::new();
    let server = Server::start(&store, recipes("## sshd: password and code"));
    assert_eq!(server.runs(&server.codes[0], "echo in"), (Some(0), "in\n".into()));
    assert_eq!(server.asked(), 2);
    assert_eq!(server.runs(&wrong(), "echo in"), (Some(255), String::new()));
    let other = format!("{}:another\n", server.user.name);
    store.program("/usr/sbin/chpasswd", [""; 0]).fed(other).gives(0, "", "");
    let before = store.read("audit.jsonl");
    assert_eq!(server.runs(&server.codes[1], "echo in"), (Some(255), String::new()));
    assert_eq!(store.read("audit.jsonl"), before);
}
