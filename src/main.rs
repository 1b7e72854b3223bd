//! The binary, which gathers the outside world into an [`Env`], runs the command line and exits
//! with its status.

#![cfg_attr(not(test), no_main)]
#![cfg_attr(test, expect(dead_code, reason = "the tests have a main of their own"))]

mod cli;
mod start;
mod stream;
mod system;
mod terminal;

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;

#[cfg(feature = "remote")]
use nix::unistd::gethostname;
use rand::TryRng;
use rand::rngs::SysRng;
use rustix::process::{getegid, geteuid, getgid, getuid};

use cli::env::{Clock, Desktop, Env, Input, Process, Terminal, Variables};
use cli::{Output, Status};
use stream::Stream;

#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn run(args: Vec<OsString>, descriptors: io::Result<()>) -> u8 {
    let core = system::keep_memory_private();
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let output = |stream, is_terminal| Output { stream, is_terminal, failed: None };
    let mut env = Env {
        args,
        variables: Variables {
            store: variable("MFA_STORE"),
            #[cfg(feature = "remote")]
            server: variable("MFA_SERVER"),
            #[cfg(feature = "remote")]
            token_file: variable("MFA_TOKEN_FILE"),
            key_file: std::env::var_os("MFA_KEY_FILE"),
            credentials: std::env::var_os("CREDENTIALS_DIRECTORY"),
            #[cfg(feature = "postgres")]
            passfile: variable("PGPASSFILE"),
            behind_ssh: std::env::var_os("SSH_CONNECTION").is_some(),
            data_folder: &dirs::data_dir,
        },
        process: Process {
            elevated: start::kernel_says_elevated()
                || getuid() != geteuid()
                || getgid() != getegid(),
            caller: &system::caller,
            #[cfg(feature = "remote")]
            host: &|| gethostname().ok()?.into_string().ok(),
            #[cfg(feature = "remote")]
            signals: &terminal::signals,
            exec: &|words| system::exec(words, core),
        },
        clock: Clock { now: system::clock, is_synchronised: &system::clock_is_synchronised },
        random: |bytes| SysRng.try_fill_bytes(bytes).map_err(io::Error::other),
        #[cfg(feature = "service")]
        log: system::log,
        stdin: Input { stream: Box::new(Stream(stdin.as_fd())), is_terminal: stdin.is_terminal() },
        stdout: output(Box::new(Stream(stdout.as_fd())), stdout.is_terminal()),
        stderr: output(Box::new(Stream(stderr.as_fd())), stderr.is_terminal()),
        terminal: Terminal {
            ask: &terminal::ask,
            tell: &terminal::tell,
            size: &terminal::size,
            watch: &terminal::watch,
            progress: &terminal::progress,
        },
        desktop: Desktop {
            is_there: ["DISPLAY", "WAYLAND_DISPLAY"]
                .iter()
                .any(|name| std::env::var_os(name).is_some()),
            show: &system::show,
        },
    };
    if let Err(error) = descriptors {
        env.error(&format!("cannot open a descriptor: {error}"), None);
        // For `run` this must not be a status of the command's own; for every command it is a
        // refusal.
        return Status::NotRun as u8;
    }
    cli::run(env) as u8
}
