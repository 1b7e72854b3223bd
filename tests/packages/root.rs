//! A Debian system in a folder.

use std::fs;
use std::path::PathBuf;

use crate::common::codes::SECRET;
use crate::common::{Run, Said, TempStore, disk};
use crate::{VERSION, packages};

/// A system that is removed after the test.
pub struct Root {
    pub store: TempStore,
}

impl Root {
    /// Copies the system that `.ci/run packages` makes, and puts the package into its `/root`.
    pub fn new() -> Self {
        let root = Self { store: TempStore::new() };
        disk::set_mode(root.store.outside(), 0o755);
        let made = packages().join("debian");
        root.store.program("cp", ["-a"]).args([made, root.path()]).gives(0, "", "");
        let package = packages().join(format!("mfa_{VERSION}-1_amd64.deb"));
        fs::copy(package, root.at("/root/mfa.deb")).unwrap();
        root
    }

    /// Makes one with the package installed.
    pub fn installed() -> Self {
        let root = Self::new();
        root.quietly("dpkg -i /root/mfa.deb");
        root
    }

    /// Makes one where PAM's store has the app `alice`, and the accounts are alice's and bob's.
    pub fn with_accounts() -> Self {
        let root = Self::installed();
        root.quietly(
            "useradd -m alice; useradd -m bob; printf 'alice:hunter2\nbob:hunter2\n' | chpasswd
            printf '@include common-auth\n@include common-account\n' > /etc/pam.d/try",
        );
        root.enrol("alice");
        root
    }

    pub fn path(&self) -> PathBuf {
        self.store.outside().join("debian")
    }

    /// Returns where a file of the system is.
    pub fn at(&self, file: &str) -> PathBuf {
        self.path().join(file.trim_start_matches('/'))
    }

    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.at(file)).unwrap()
    }

    /// Prepares a script of the system's root.
    pub fn sh(&self, script: &str) -> Run {
        let path = self.path();
        let run =
            self.store.program("/usr/sbin/chroot", [path.to_str().unwrap(), "sh", "-ec", script]);
        run.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("DEBIAN_FRONTEND", "noninteractive")
    }

    /// Runs a script that has to succeed, whatever it says.
    #[track_caller]
    pub fn quietly(&self, script: &str) {
        let said = self.sh(script).said();
        assert_eq!(said.status, Some(0), "{said:#?}");
    }

    /// Enrols an app with the secret of all tests in root's store.
    pub fn enrol(&self, app: &str) {
        let line = format!(
            "mfa --store /var/lib/mfa create -n me -i Example --app {app} --no-image --secret-stdin"
        );
        assert_eq!(self.sh(&line).fed(SECRET).said().status, Some(0));
    }

    /// Logs an account in by `common-auth`, typing these answers.
    pub fn login(&self, user: &str, answers: &[&str]) -> Said {
        let typed: String = answers.iter().flat_map(|answer| [answer, "\n"]).collect();
        self.sh(&format!("pamtester try {user} authenticate")).fed(typed).said()
    }
}
