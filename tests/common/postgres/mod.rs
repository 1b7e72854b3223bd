//! Servers of PostgreSQL that a test makes for itself, in a folder that is removed after it.

mod server;
mod store;

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

#[allow(unused_imports, reason = "each test file uses its part")]
pub use server::{Server, as_user, user};
#[allow(unused_imports, reason = "each test file uses its part")]
pub use store::{Database, key_file, keys, opened};

/// The settings of every server: nothing is kept in memory for long, and no checkpoint gets in between.
const SETTINGS: &str = "
max_connections = 200
max_wal_size = 4GB
log_min_messages = fatal
wal_receiver_timeout = 5s
";

/// What both servers write without waiting for their disks: tests lose processes, not machines.
const HURRIED: &str = "fsync = off\n";

/// A primary and its synchronous standby.
pub struct Pair {
    pub primary: Server,
    pub standby: Server,
    folder: TempDir,
}

impl Pair {
    /// Makes both, and waits until the standby confirms changes.
    pub fn start() -> Self {
        Self::with(HURRIED)
    }

    /// Makes both with these settings too.
    pub fn with(settings: &str) -> Self {
        let folder = shared_folder();
        let primary = Server::initialised(folder.path(), &format!("{SETTINGS}{settings}"));
        let standby = primary.copied();
        primary.set("synchronous_standby_names = 'standby'");
        let pair = Self { primary, standby, folder };
        pair.wait_for_standby();
        pair
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn wait_for_standby(&self) {
        let confirms = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        until(|| self.primary.sql("postgres", confirms) == "1");
    }
}

/// Makes a folder that the user of the servers can write.
fn shared_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    if let Some((user, group)) = server::user() {
        chown(folder.path(), Some(user), Some(group)).unwrap();
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// Returns the server that all tests of a process share.
pub fn shared_primary() -> &'static Server {
    static PAIR: LazyLock<Pair> = LazyLock::new(Pair::start);
    &PAIR.primary
}

/// Runs a test with a database of its own on that server.
pub fn with_database<T>(test: impl FnOnce(&Database) -> T) -> T {
    static COUNT: Mutex<u32> = Mutex::new(0);
    let number = {
        let mut count = COUNT.lock().unwrap();
        *count += 1;
        *count
    };
    test(&Database::made(shared_primary(), &format!("test{number}")))
}

/// Waits until the condition holds, for half a minute at most.
#[track_caller]
pub fn until(is_so: impl Fn() -> bool) {
    assert!((0..600).any(|_| {
        thread::sleep(Duration::from_millis(50));
        is_so()
    }));
}
