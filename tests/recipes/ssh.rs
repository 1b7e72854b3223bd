use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use crate::account::Account;
use crate::common::codes::{right, wrong};
use crate::common::disk::set_mode;
use crate::common::tmux::Terminal;
use crate::common::{Run, Started, TempStore, program};
use crate::pages::GATE;
use crate::{recipe, with_app};

/// Settings that a server may have for everybody and that the recipe must override, and those that
/// a test needs.
const ALL_ALLOWED: &str = "AllowTcpForwarding yes
AllowStreamLocalForwarding yes
AllowAgentForwarding yes
GatewayPorts yes
X11Forwarding yes
PermitTunnel yes
Subsystem sftp internal-sftp
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
";

/// An SSH server with the recipe for its only user, and that user's key.
pub struct Server<'a> {
    pub store: &'a TempStore,
    pub user: Account<'a>,
    port: u16,
    daemon: Started,
}

impl<'a> Server<'a> {
    pub fn start(store: &'a TempStore) -> Self {
        Self::with(store, recipe(GATE, "ForceCommand"))
    }

    /// Starts a server with this rule for its only user.
    pub fn with(store: &'a TempStore, rule: &str) -> Self {
        set_mode(store.outside(), 0o755);
        let user = Account::new(store, "ssh");
        let own = format!("{}/.mfa", user.home());
        assert_eq!(
            store.program("cp", ["-a", store.path().to_str().unwrap(), &own]).said().status,
            Some(0)
        );
        let key = store.outside().join("key");
        for name in ["key", "host"] {
            let key = ["-q", "-t", "ed25519", "-N", "", "-f", name];
            store.program("ssh-keygen", key).gives(0, "", "");
        }
        fs::create_dir(format!("{}/.ssh", user.home())).unwrap();
        fs::copy(key.with_extension("pub"), format!("{}/.ssh/authorized_keys", user.home()))
            .unwrap();
        user.give(user.home());

        let port = free_port();
        let rule = rule
            .replace("/usr/local/bin/mfa", &copied(store))
            .replace("/home/deploy/.mfa", &own)
            .replace("deploy", &user.name);
        let (host, config) = (store.outside().join("host"), store.outside().join("sshd_config"));
        let listen = format!("ListenAddress 127.0.0.1:{port}\nHostKey {}\n", host.display());
        fs::write(&config, format!("{listen}{ALL_ALLOWED}{rule}")).unwrap();
        fs::create_dir_all("/run/sshd").unwrap();
        let config = ["-D", "-E", "sshd.log", "-f", config.to_str().unwrap()];
        let daemon = store.program("/usr/sbin/sshd", config).start();
        until(|| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
        Self { store, user, port, daemon }
    }

    fn destination(&self) -> String {
        format!("{}@127.0.0.1", self.user.name)
    }

    /// Prepares a client that requests this, with nobody to answer its prompts.
    pub fn ssh(&self, before: &[&str], command: &[&str]) -> Run {
        let ssh = self.store.program("timeout", ["20", "ssh"]).args(options());
        let to = ["-p".to_owned(), self.port.to_string(), self.destination()];
        ssh.args(before).args(to).args(command)
    }

    /// Prepares `scp` or `sftp`.
    pub fn copier(&self, copier: &str, args: &[&str]) -> Run {
        let copy = self.store.program("timeout", ["20", copier]).args(options());
        copy.args(["-P", &self.port.to_string()]).args(args)
    }

    /// Starts a client in a terminal.
    pub fn at_a_terminal(&self, before: &str) -> Terminal {
        let (options, to) = (options().join(" "), self.destination());
        Terminal::start(self.store, &format!("ssh {options} -p {} {before} {to}", self.port))
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        self.daemon.kill();
    }
}

/// Returns the options that every client needs to log in with the key.
fn options() -> Vec<String> {
    let known = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "BatchMode=yes"];
    let options = known.iter().flat_map(|option| ["-o".into(), (*option).into()]);
    ["-F", "none", "-q", "-i", "key"].map(str::to_owned).into_iter().chain(options).collect()
}

/// Copies the program to a place where the user may start it.
fn copied(store: &TempStore) -> String {
    let copy = store.outside().join("mfa");
    fs::copy(program(), &copy).unwrap();
    copy.to_str().unwrap().to_owned()
}

/// Returns a loopback port that nothing listens on.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Waits until the condition holds, for ten seconds at most.
#[track_caller]
pub fn until(is_so: impl Fn() -> bool) {
    assert!((0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        is_so()
    }));
}

#[test]
#[ignore = "needs root, sshd and tmux"]
fn a_key_with_a_code_gets_a_shell_and_nothing_that_was_forwarded() {
    let store = with_app("ssh");
    let server = Server::start(&store);
    // `$((…))` distinguishes the shell's output from what was typed.
    let ask = "echo in $((6 * 7)) ${SSH_AUTH_SOCK:-no agent} ${DISPLAY:-no display}";
    let terminal = server.at_a_terminal("-A -X");
    terminal.shows("Code:");
    terminal.types(&right());
    terminal.shows("$");
    terminal.types(ask);
    terminal.shows("in 42 no agent no display");
    terminal.types("exit 9");
    terminal.shows("status 9");
}

#[test]
#[ignore = "needs root, sshd and tmux"]
fn a_key_with_wrong_codes_gets_no_shell() {
    let store = with_app("ssh");
    let server = Server::start(&store);
    let terminal = server.at_a_terminal("");
    for tries in 1..=3 {
        terminal.wait(|screen| screen.matches("Code:").count() == tries);
        terminal.types(&wrong());
    }
    terminal.shows("status 125");
}

#[test]
#[ignore = "needs root and sshd"]
fn a_key_alone_runs_no_command_and_copies_no_file() {
    let store = with_app("ssh");
    let server = Server::start(&store);
    for (before, command) in [
        (&[][..], &[][..]),
        (&[], &["touch", "in"]),
        (&[], &["/bin/bash", "-c", "touch in"]),
        (&["-s"], &["sftp"]),
        (&["-o", "SetEnv=BASH_ENV=/etc/profile"], &["touch", "in"]),
    ] {
        let said = server.ssh(before, command).said();
        assert_eq!((said.status, &*said.stdout), (Some(125), ""), "{command:?}: {said:?}");
    }
    let (from, to) = ("sshd_config", format!("{}:in", server.destination()));
    for scp in [&["-O", from, &to][..], &[from, &to]] {
        assert_ne!(server.copier("scp", scp).said().status, Some(0), "{scp:?}");
    }
    let put =
        server.copier("sftp", &["-b", "-", &server.destination()]).fed("put sshd_config in\n");
    assert_ne!(put.said().status, Some(0));
    assert!(!fs::exists(format!("{}/in", server.user.home())).unwrap());
}
