use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::until;

/// A server that ends with the process of the test, however that ends.
pub struct Server {
    pub port: u16,
    data: PathBuf,
    /// The folder of its socket, and of the data.
    folder: PathBuf,
    /// What ends the server once nobody holds its stdin.
    guard: Option<Child>,
}

/// Who may connect: everybody of this machine, by socket; the roles of the tests with a certificate
/// or a password.
const CALLERS: &str = "\
local all all trust
local replication all trust
host replication all 127.0.0.1/32 trust
hostssl all certified 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 scram-sha-256
hostnossl all plain 127.0.0.1/32 scram-sha-256
";

impl Server {
    /// Makes a server of its own in a folder.
    pub fn initialised(folder: &Path, settings: &str) -> Self {
        let data = folder.join("primary");
        let args =
            ["--auth=trust", "--encoding=UTF8", "--locale=C", "--username=postgres", "--no-sync"];
        run(as_user("initdb").args(args).arg(&data));
        write(&data.join("pg_hba.conf"), CALLERS, false);
        write(&data.join("postgresql.conf"), settings, true);
        Self::started(folder, data)
    }

    /// Makes a standby of this server.
    pub fn copied(&self) -> Self {
        let data = self.folder.join("standby");
        let mut copy = as_user("pg_basebackup");
        copy.args([
            "--no-sync",
            "--checkpoint=fast",
            "--write-recovery-conf",
            "--username=postgres",
        ]);
        run(copy
            .args(["--port", &self.port.to_string(), "--host"])
            .arg(&self.folder)
            .arg("--pgdata")
            .arg(&data));
        let (folder, port) = (self.folder.display(), self.port);
        let source = format!(
            "primary_conninfo = 'host={folder} port={port} user=postgres application_name=standby'\n"
        );
        write(&data.join("postgresql.conf"), &source, true);
        // It would win over ours.
        write(&data.join("postgresql.auto.conf"), "", false);
        Self::started(&self.folder, data)
    }

    fn started(folder: &Path, data: PathBuf) -> Self {
        let mut server = Self { port: free_port(), data, folder: folder.into(), guard: None };
        server.start();
        server
    }

    /// Starts it, after it was ended.
    pub fn start(&mut self) {
        let (data, folder) = (self.data.display(), self.folder.display());
        let (program, port) = (program("postgres"), self.port);
        let script = format!(
            "{} -D {data} -k {folder} -p {port} -h 127.0.0.1 >>{data}/log 2>&1 </dev/null & cat >/dev/null; kill -INT $!; wait",
            program.display()
        );
        let mut guard = as_user_program("sh");
        self.guard = Some(guard.args(["-c", &script]).stdin(Stdio::piped()).spawn().unwrap());
        until(|| self.try_sql("postgres", "postgres", "SELECT 1").is_ok());
    }

    /// Returns the URL of a database for a role, through the socket.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@/{database}?host={}&port={}", self.folder.display(), self.port)
    }

    /// Changes a setting, and waits until it is in force.
    pub fn set(&self, line: &str) {
        write(&self.data.join("postgresql.conf"), &format!("{line}\n"), true);
        self.sql("postgres", "SELECT pg_reload_conf()");
        let (name, value) = line.split_once(" = ").unwrap();
        let show = format!("SHOW {name}");
        until(|| self.sql("postgres", &show) == value.trim_matches('\''));
    }

    /// Returns what a statement of the superuser gives.
    #[track_caller]
    pub fn sql(&self, database: &str, statement: &str) -> String {
        self.try_sql("postgres", database, statement).unwrap()
    }

    /// Returns what a statement of a role gives, or the error.
    pub fn try_sql(&self, role: &str, database: &str, statement: &str) -> Result<String, String> {
        let mut psql = as_user("psql");
        psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--quiet"]);
        psql.args(["--set=ON_ERROR_STOP=1", "--port", &self.port.to_string(), "--host"])
            .arg(&self.folder);
        let out =
            psql.args(["--username", role, "--command", statement, database]).output().unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).trim().to_owned();
        if out.status.success() { Ok(text(&out.stdout)) } else { Err(text(&out.stderr)) }
    }

    /// Kills the server and all its processes at once, as losing its machine would.
    pub fn kill(&mut self) {
        let id = self.id();
        signal("STOP", &id);
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        children.split_whitespace().chain([&*id]).for_each(|process| signal("KILL", process));
        let _ = self.guard.take().map(finish);
        let _ = fs::remove_file(self.data.join("postmaster.pid"));
    }

    /// Stops it in an orderly way.
    pub fn stop(&mut self) {
        let _ = self.guard.take().map(finish);
    }

    /// Makes a primary of a standby.
    pub fn promote(&self) {
        run(as_user("pg_ctl").args(["promote", "--wait", "--silent", "--pgdata"]).arg(&self.data));
    }

    /// Returns the process that the others come from.
    fn id(&self) -> String {
        let file = fs::read_to_string(self.data.join("postmaster.pid")).unwrap();
        file.lines().next().unwrap().to_owned()
    }

    pub fn data(&self) -> &Path {
        &self.data
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn finish(mut guard: Child) {
    drop(guard.stdin.take());
    let _ = guard.wait();
}

fn signal(name: &str, process: &str) {
    let _ = Command::new("kill").args(["-s", name, process]).stderr(Stdio::null()).status();
}

/// Returns the user that the servers run as: they refuse to be root.
pub fn user() -> Option<(u32, u32)> {
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    is_root.then(|| {
        let id = |flag| {
            let out = Command::new("id").args([flag, "postgres"]).output().unwrap();
            String::from_utf8(out.stdout).unwrap().trim().parse().unwrap()
        };
        (id("-u"), id("-g"))
    })
}

/// Prepares one of PostgreSQL's programs as that user.
pub fn as_user(name: &str) -> Command {
    as_user_program(program(name))
}

fn as_user_program(program: impl AsRef<Path>) -> Command {
    let program = program.as_ref();
    let mut command = if user().is_some() {
        let mut command = Command::new("runuser");
        command.args(["--user", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir("/").stdin(Stdio::null());
    command
}

/// Finds a program where Debian keeps those of the server.
fn program(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("Debian's postgresql is missing");
    let newest = versions.map(|version| version.unwrap().path()).max().unwrap();
    newest.join("bin").join(name)
}

/// Writes a file that the servers' user owns.
fn write(path: &Path, text: &str, adds: bool) {
    let mut options = OpenOptions::new();
    let mut file =
        options.create(true).append(adds).write(true).truncate(!adds).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    if let Some((user, group)) = user() {
        chown(path, Some(user), Some(group)).unwrap();
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

#[track_caller]
fn run(command: &mut Command) {
    let out = command.output().unwrap_or_else(|e| panic!("{:?}: {e}", command.get_program()));
    let said =
        String::from_utf8_lossy(&out.stderr).into_owned() + &String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{command:?}: {said}");
}
