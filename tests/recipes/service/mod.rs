//! The documentation of the service, verbatim but for users, folders and ports.

mod elsewhere;
mod first;
mod proxy;
mod session;

use std::net::TcpStream;
use std::path::PathBuf;

use crate::common::codes::SECRET;
use crate::common::disk::set_mode;
use crate::common::{Run, Started, TempStore, copy_program};
use crate::pages::SERVICE;
use crate::recipe;
use crate::ssh::{free_port, until};

/// Returns the code block that begins with this.
fn block(beginning: &str) -> &'static str {
    let blocks = SERVICE.split("```").skip(1).step_by(2);
    let mut blocks = blocks.filter_map(|block| Some(block.split_once('\n')?.1));
    blocks.find(|block| block.starts_with(beginning)).unwrap_or_else(|| panic!("{beginning}"))
}

/// A store whose service runs until the test ends, and where the documentation's files are.
struct Served {
    store: TempStore,
    port: u16,
    /// The port of the metrics.
    metrics: u16,
    /// The user whose name stands for `mfa`.
    user: String,
    process: Option<Started>,
}

impl Served {
    /// Makes an empty store, in a folder that other users can enter, beside a copy of the program.
    fn new() -> Self {
        let store = TempStore::new();
        set_mode(store.outside(), 0o755);
        copy_program(&store.outside().join("mfa"));
        let user = format!("mfa-{}", std::process::id());
        Self { store, port: free_port(), metrics: free_port(), user, process: None }
    }

    /// Makes a store with the app `deploy`, adds the client `gate`, and starts its service.
    fn with_gate() -> Self {
        let mut served = Self::new();
        let create = ["create", "-n", "me", "-i", "deploy", "--no-image", "--secret-stdin"];
        let said = served.store.mfa(create).fed(SECRET).said();
        assert_eq!(said.status, Some(0), "{said:?}");
        let config = block("origin =").split("[sms]").next().unwrap();
        served.store.put("config.toml", served.adapted(config));
        // Here the store is the test's own.
        served.sh(&block("umask 077").replace("runuser -u mfa -- ", ""));
        served.start("mfa --store /var/lib/mfa serve");
        served
    }

    fn at(&self, file: &str) -> PathBuf {
        self.store.outside().join(file)
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Returns a text of the documentation with the paths, the ports and the user of this test.
    fn adapted(&self, text: &str) -> String {
        text.replace("/var/lib/mfa", self.store.path().to_str().unwrap())
            .replace("/etc/mfa-sms.secret", self.at("sms.secret").to_str().unwrap())
            .replace("127.0.0.1:8080", &self.address())
            .replace("127.0.0.1:9100", &format!("127.0.0.1:{}", self.metrics))
            .replace("nologin mfa", &format!("nologin {}", self.user))
            .replace("-o mfa -g mfa", &format!("-o {0} -g {0}", self.user))
            .replace("-u mfa", &format!("-u {}", self.user))
    }

    /// Prepares a script beside the store, which finds `mfa` and the programs of administrators.
    fn script(&self, script: &str) -> Run {
        let path = format!("{}:/usr/sbin:/usr/bin:/bin", self.store.outside().display());
        self.store.program("sh", ["-c", &self.adapted(script)]).env("PATH", path)
    }

    /// Runs a script that ends well and prints only notices.
    #[track_caller]
    fn sh(&self, script: &str) {
        let said = self.script(&format!("set -e\n{script}")).said();
        assert_eq!((said.status, &*said.stdout), (Some(0), ""), "{said:?}");
    }

    /// Starts a service by this line, and waits until it listens.
    fn start(&mut self, line: &str) {
        self.process = Some(self.script(&format!("exec {line}")).start());
        until(|| TcpStream::connect(self.address()).is_ok());
    }

    /// Returns the last line of the audit log.
    fn last_event(&self) -> serde_json::Value {
        let log = self.store.read("audit.jsonl");
        serde_json::from_str(log.lines().last().unwrap()).unwrap()
    }

    /// Runs the commands of a block, each behind its `$`, and compares all that they print.
    #[track_caller]
    fn session(&self, beginning: &str, fed: &str) {
        let lines = block(beginning).split_inclusive('\n');
        let (commands, told): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("$ "));
        let commands: String =
            commands.into_iter().filter_map(|it| it.strip_prefix("$ ")).collect();
        let functions = [gate(), block("ask() {")].concat();
        let script = format!("exec 2>&1\n{functions}{commands}");
        let said = self.script(&script).fed(fed).said();
        let store = self.store.path().display().to_string();
        let told = self.adapted(&told.concat()).replace(&store, "STORE");
        assert_eq!(said.stdout, told, "{beginning}: {said:?}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill();
            process.finish();
        }
    }
}

/// Returns the shell function that the documentation gives a gate.
fn gate() -> &'static str {
    recipe(SERVICE, "verify() {")
}
