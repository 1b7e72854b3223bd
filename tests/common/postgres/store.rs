use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mfa::store::Postgres;
use mfa::store::sealing::Keys;
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use super::Server;

/// A database with the tables of a store, on a server.
pub struct Database {
    pub name: String,
    /// Its URL for the owner of the tables.
    pub url: String,
}

impl Database {
    /// Makes a database with its tables, and the two roles with what the documentation grants them.
    pub fn made(server: &Server, name: &str) -> Self {
        let database = Self::empty(server, name);
        database.store().init().unwrap();
        for role in ["mfa_gate", "mfa_admin"] {
            // Another test may have been faster.
            let _ = server.try_sql("postgres", "postgres", &format!("CREATE ROLE {role} LOGIN"));
        }
        server.sql(name, &documented_grants());
        database
    }

    /// Makes a database without tables.
    pub fn empty(server: &Server, name: &str) -> Self {
        server.sql("postgres", &format!("CREATE DATABASE {name}"));
        Self { name: name.into(), url: server.url("postgres", name) }
    }

    /// Returns the store, with a key.
    pub fn store(&self) -> Postgres {
        opened(&self.url)
    }
}

/// Returns the store at a URL, with a key.
pub fn opened(url: &str) -> Postgres {
    Postgres::new(url.parse().unwrap()).with_keys(keys())
}

/// Returns the statements in the documentation that grant the roles what they need.
fn documented_grants() -> String {
    let text = include_str!("../../../docs/postgres.md");
    let blocks = text.split("```sql\n").skip(1).filter_map(|rest| Some(rest.split_once("```")?.0));
    blocks.filter(|block| block.contains("GRANT")).collect::<Vec<_>>().join("\n")
}

/// The text of a key file.
const KEY: &str = "mfa-key:1:test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n";

/// Writes a key file into a folder.
pub fn key_file(folder: &Path) -> PathBuf {
    let path = folder.join("mfa.key");
    if !path.exists() {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&path).unwrap();
        file.write_all(KEY.as_bytes()).unwrap();
    }
    path
}

/// Returns the keys in such a file.
pub fn keys() -> Arc<Keys> {
    let mut seed = Zeroizing::new([0; 32]);
    SysRng.try_fill_bytes(&mut *seed).unwrap();
    Arc::new(Keys::new(Keys::read(KEY).unwrap(), seed).unwrap())
}
