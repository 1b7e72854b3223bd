//! Running the real binary against a store of its own, and comparing everything that it says.

#![allow(dead_code, reason = "each test file uses its part")]

#[cfg(feature = "service")]
pub mod browser;
pub mod codes;
pub mod disk;
pub mod fuse;
pub mod gateway;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "remote")]
pub mod push;
pub mod recovery;
#[cfg(feature = "service")]
pub mod service;
pub mod tmux;

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;

/// The environment of every run; `MFA_SURROUNDINGS=ordinary` adds what a person's shell has.
const PATH: (&str, &str) = ("PATH", "/usr/local/bin:/usr/bin:/bin");
const ORDINARY: [(&str, &str); 3] =
    [("RUST_BACKTRACE", "1"), ("LANG", "C.UTF-8"), ("TERM", "xterm-256color")];

/// Returns the program under test: the one that `MFA_PROGRAM` names, such as a release build, else
/// cargo's.
pub fn program() -> &'static str {
    static PROGRAM: LazyLock<String> = LazyLock::new(|| {
        variable("MFA_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_mfa").into())
    });
    &PROGRAM
}

#[expect(clippy::disallowed_methods, reason = "how the tests are run is said from outside")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Gives a command the environment chosen for the tests, and nothing of the test process's own.
fn surround(command: &mut Command, home: &Path) {
    command.env_clear().envs([PATH]);
    if variable("MFA_SURROUNDINGS").is_some_and(|which| which == "ordinary") {
        command.envs(ORDINARY).env("HOME", home);
    }
}

/// A store that no other test sees, in a folder that is removed after the test.
pub struct TempStore {
    folder: TempDir,
}

/// One run of the program, ready to be started.
pub struct Run {
    command: Command,
    input: Option<Vec<u8>>,
    store: PathBuf,
}

/// Everything that a run says; `STORE` stands for the store's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The exit status; `None` if a signal ended the run.
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Copies the program, by another process: a child of another test would hold a file open that this one
/// writes, and the copy could not be started.
pub fn copy_program(to: &Path) {
    assert!(Command::new("cp").arg(program()).arg(to).status().unwrap().success());
}

impl TempStore {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// Returns a folder outside of the store, for whatever else a test needs.
    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Returns the path of a file in the store.
    pub fn at(&self, file: impl AsRef<Path>) -> PathBuf {
        self.path().join(file)
    }

    /// Prepares `mfa --store <this one>` with more arguments.
    pub fn mfa(&self, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Run {
        self.bare([OsStr::new("--store"), self.path().as_os_str()]).args(args)
    }

    /// Prepares `mfa` with these arguments alone.
    pub fn bare(&self, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Run {
        self.program(program(), args)
    }

    /// Prepares another program in the same environment.
    pub fn program(
        &self,
        program: impl AsRef<OsStr>,
        args: impl IntoIterator<Item: AsRef<OsStr>>,
    ) -> Run {
        self.run(Command::new(program)).args(args)
    }

    /// Prepares `mfa --store <this one>` behind a line of shell, such as `umask 000`.
    pub fn after(&self, shell: &str, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Run {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{shell}; exec \"$@\"")]).arg("sh");
        command.arg(program()).arg("--store").arg(self.path());
        self.run(command).args(args)
    }

    /// Prepares `mfa --store <this one>` without a terminal.
    pub fn unattended(&self, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Run {
        if File::open("/dev/tty").is_err() {
            return self.mfa(args);
        }
        let mut command = Command::new("setsid");
        command.arg("--wait").arg(program()).arg("--store").arg(self.path());
        self.run(command).args(args)
    }

    fn run(&self, mut command: Command) -> Run {
        surround(&mut command, self.folder.path());
        command.current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Run { command, input: None, store: self.path() }
    }
}

impl Run {
    pub fn args(mut self, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn inside(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Pipes this input into the run.
    pub fn fed(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.command.stdin(Stdio::piped());
        self.input = Some(input.into());
        self
    }

    pub fn stdin(mut self, file: File) -> Self {
        self.command.stdin(file);
        self
    }

    pub fn stdout(mut self, file: File) -> Self {
        self.command.stdout(file);
        self
    }

    /// Starts the run; its input waits for [`Started::finish`].
    pub fn start(mut self) -> Started {
        let started = self.command.spawn();
        let child = started.unwrap_or_else(|e| panic!("{:?}: {e}", self.command.get_program()));
        Started { child, input: self.input, store: self.store }
    }

    pub fn said(self) -> Said {
        self.start().finish()
    }

    /// Asserts everything that the run says.
    #[track_caller]
    pub fn gives(self, status: i32, stdout: &str, stderr: &str) {
        let expected = Said { status: Some(status), stdout: stdout.into(), stderr: stderr.into() };
        assert_eq!(self.said(), expected);
    }
}

/// A run under way.
pub struct Started {
    child: Child,
    input: Option<Vec<u8>>,
    store: PathBuf,
}

impl Started {
    /// Returns the process ID.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Writes the input, and then the end of input.
    pub fn feed(&mut self) {
        if let (Some(mut pipe), Some(input)) = (self.child.stdin.take(), self.input.take()) {
            // It may have ended without reading everything.
            let _ = pipe.write_all(&input);
        }
    }

    /// Finishes the run with another input than it was started with.
    pub fn answered(mut self, input: impl Into<Vec<u8>>) -> Said {
        self.input = Some(input.into());
        self.finish()
    }

    /// Kills the run, if it has not ended.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    pub fn finish(mut self) -> Said {
        self.feed();
        Said::new(&self.child.wait_with_output().unwrap(), &self.store)
    }
}

/// Starts all runs, and only then gives them the input that they wait for.
pub fn race(runs: impl IntoIterator<Item = Run>) -> Vec<Said> {
    let mut started: Vec<_> = runs.into_iter().map(Run::start).collect();
    started.iter_mut().for_each(Started::feed);
    started.into_iter().map(Started::finish).collect()
}

impl Said {
    fn new(output: &Output, store: &Path) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).replace(store.to_str().unwrap(), "STORE");
        Self {
            status: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Reads the answer of `--json`.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}
