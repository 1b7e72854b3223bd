use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use mfa::domain::{AppName, Totp, UnixTime};
use mfa::store::Folder;

use crate::common::codes::{SECRET, now, secret};
use crate::common::push::enrol_device;
use crate::common::tmux::Terminal;
use crate::common::{Run, Said, TempStore};

/// A service of PAM with these lines, which is removed after the test.
pub struct Stack<'a> {
    pub name: String,
    store: &'a TempStore,
}

/// Returns the module under test: the one that `MFA_PAM_MODULE` names, else cargo's, beside the program.
#[expect(clippy::disallowed_methods, reason = "how the tests are run is said from outside")]
pub fn module() -> String {
    std::env::var("MFA_PAM_MODULE").unwrap_or_else(|_| beside("libpam_mfa.so"))
}

/// Returns the path of a module that cargo has put beside the program.
pub fn beside(name: &str) -> String {
    let path = Path::new(env!("CARGO_BIN_EXE_mfa")).with_file_name(name);
    assert!(path.exists(), "`.ci/run pam` makes {}", path.display());
    path.to_str().unwrap().to_owned()
}

/// Returns these lines with the module under test, which asks this store unless they say otherwise.
pub fn with_module(lines: &str, store: &TempStore) -> String {
    let named = |line: &str| line.contains("store=") || line.contains("server=");
    let line = |line: &str| {
        let place =
            if named(line) { String::new() } else { format!(" store={}", store.path().display()) };
        line.replace("pam_mfa.so", &(module() + &place)) + "\n"
    };
    lines.lines().map(line).collect()
}

impl<'a> Stack<'a> {
    pub fn new(store: &'a TempStore, lines: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let stack = Self { name: format!("mfa-test-{}-{number}", std::process::id()), store };
        fs::write(stack.path(), with_module(lines, store)).unwrap();
        stack
    }

    /// Returns a service that has the module alone, with these arguments.
    pub fn of(store: &'a TempStore, args: &str) -> Self {
        Self::new(
            store,
            &format!("auth required pam_mfa.so {args}\naccount required pam_permit.so\n"),
        )
    }

    fn path(&self) -> PathBuf {
        Path::new("/etc/pam.d").join(&self.name)
    }

    /// Prepares a login of this account.
    pub fn login(&self, user: &str) -> Run {
        self.store.program("pamtester", [&*self.name, user, "authenticate"])
    }

    /// Logs nobody in at a terminal, which shows the status at the end.
    pub fn at_a_terminal(&self) -> Terminal {
        let line = format!("pamtester {} nobody authenticate", self.name);
        Terminal::sized(self.store, &line, ["100", "50"])
    }

    /// Logs in, and types these answers; returns the status and what was said on both streams.
    pub fn types(&self, user: &str, answers: &[&str]) -> Said {
        let lines: String = answers.iter().flat_map(|answer| [answer, "\n"]).collect();
        self.login(user).fed(lines).said()
    }
}

impl Drop for Stack<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.path());
    }
}

/// Makes a store in which this account is enrolled.
pub fn enrolled(user: &str) -> TempStore {
    let store = TempStore::new();
    enrol(&store, user);
    store
}

/// Enrols this account in a store.
pub fn enrol(store: &TempStore, user: &str) {
    let create =
        ["create", "-n", "me", "-i", "Example", "--app", user, "--no-image", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
}

/// Returns the app of the account with which most tests log in.
pub fn nobody() -> AppName {
    "nobody".parse().unwrap()
}

/// Enrols a device of theirs by the code of the time step before, so that the one of now stays unused.
pub fn with_device(store: &TempStore) -> Folder {
    let (folder, before) = (Folder::new(store.path()), UnixTime(now().0 - 30));
    let code = Totp::default().code(&secret(SECRET), before);
    enrol_device(&folder, &nobody(), &code, before);
    folder
}

/// Returns what pamtester says of a login that is refused so, after these texts.
pub fn refused(code: &str, texts: &str) -> Said {
    Said { status: Some(1), stdout: String::new(), stderr: format!("{texts}pamtester: {code}\n") }
}

/// Returns what it says where nothing can be known.
pub fn unavailable(texts: &str) -> Said {
    let code = "Authentication service cannot retrieve authentication info";
    refused(code, &format!("{texts}the second factor cannot be verified now\n"))
}

/// Returns what it says of one that is let in, after these texts.
pub fn let_in(texts: &str) -> Said {
    let stdout = "pamtester: successfully authenticated\n".into();
    Said { status: Some(0), stdout, stderr: texts.into() }
}
