//! Whole logins, with the world made for each.

#[path = "../../../tests/common/push.rs"]
mod device;

mod enrolling;
mod policies;
mod pushing;
mod refusals;
mod typing;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::os::unix::fs::DirBuilderExt;

use mfa::audit::Login;
use mfa::domain::{Account, AppName, Enrolment, Secret, Totp, UnixTime};
use mfa::store::{Existing, Folder, Store};
use tempfile::TempDir;
use zeroize::Zeroizing;

use crate::arguments::Arguments;
use crate::end::End;
use crate::login::authenticate;
use crate::world::{self, Echo, Tone, Unheard, World};

/// The secret of RFC 6238, and its code at the time of every scene.
const SECRET: &[u8] = b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const NOW: UnixTime = UnixTime(59);
const RIGHT: &str = "287082";
const WRONG: &str = "000000";

/// What is said of a wrong code.
const NO: &str = "! the code is wrong, expired or already used";

/// A store of its own, and a line that names it.
struct Scene {
    folder: TempDir,
    login: Login,
    /// What the system calls whoever is typed as `alice` in any case; `None` if the name service fails.
    account: Option<String>,
    /// The refusals for which the time since the answer was waited for.
    settled: Cell<u32>,
}

/// How a login ended, and all that was said: `?` before a prompt, `!` before an error.
type Said = (End, Vec<String>);

impl Scene {
    /// Makes a store in which alice is enrolled.
    fn new() -> Self {
        let scene = Self::without_alice();
        scene.enrol("alice");
        scene
    }

    /// Makes a store in which somebody else is enrolled.
    fn without_alice() -> Self {
        let scene = Self::empty();
        scene.enrol("zoe");
        scene
    }

    fn enrol(&self, app: &str) {
        let secret = Secret::parse(SECRET).unwrap();
        let account = Account::new("Example".parse().unwrap(), None, Totp::default(), None);
        let new = Enrolment { secret, account };
        self.store().enrol(&app.parse().unwrap(), &new, Existing::Keep).unwrap();
    }

    /// Makes a store in which nobody is enrolled.
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let secrets = folder.path().join("store/secrets");
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(secrets).unwrap();
        let text = |text: &str| Some(text.to_owned());
        let login = Login {
            service: text("sshd"),
            user: text("alice"),
            rhost: text("192.0.2.7"),
            ..Login::default()
        };
        Self { folder, login, account: text("alice"), settled: Cell::new(0) }
    }

    fn store(&self) -> Folder {
        Folder::new(self.folder.path().join("store"))
    }

    /// Logs in by a line with these arguments, and types these answers.
    fn types(&self, args: &[&str], answers: &[&str]) -> Said {
        let mut answers: VecDeque<_> = answers.iter().map(|answer| (*answer).to_owned()).collect();
        self.answers(args, |_| answers.pop_front())
    }

    /// Logs in by a line with these arguments, and answers what is asked; `?*` is where nothing is shown.
    fn answers(&self, args: &[&str], answer: impl FnMut(&str) -> Option<String>) -> Said {
        let store = format!("store={}/store", self.folder.path().display());
        let args = Arguments::read(&[&[&*store], args].concat()).unwrap();
        let (said, answer) = (RefCell::new(Vec::new()), RefCell::new(answer));
        let ask = |prompt: &str, echo: Echo| {
            let mark = if echo == Echo::Shown { "?" } else { "?*" };
            said.borrow_mut().push(format!("{mark} {prompt}"));
            (answer.borrow_mut())(prompt).map(Zeroizing::new).ok_or(Unheard)
        };
        let tell = |tone: Tone, text: &str| {
            let mark = if tone == Tone::Error { "! " } else { "" };
            said.borrow_mut().push(format!("{mark}{text}"));
            Ok(())
        };
        let world = World {
            ask: &ask,
            tell: &tell,
            account: &|typed| self.find(typed),
            clock: || Ok(NOW),
            random: |bytes| {
                bytes.fill(1);
                Ok(())
            },
            warn: |_| {},
            settle: &|| self.settled.set(self.settled.get() + 1),
            pause: &|| {},
            host: Some("web"),
            uid: 0,
        };
        let end = authenticate(&args, &self.login, &world);
        (end, said.into_inner())
    }

    /// Looks an account up as a directory does, which knows no case.
    fn find(&self, typed: &str) -> io::Result<Option<world::Account>> {
        let name = self.account.clone().ok_or(io::ErrorKind::TimedOut)?;
        let home = self.folder.path().to_owned();
        Ok((typed.to_lowercase() == "alice").then_some(world::Account { name, home }))
    }

    /// Returns the outcomes in the log, and the whole last line.
    fn log(&self) -> (Vec<String>, String) {
        let path = self.store().root().join("audit.jsonl");
        let log = std::fs::read_to_string(path).unwrap_or_default();
        let outcome = |line: &str| {
            let (_, rest) = line.split_once(r#""outcome":""#).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        (log.lines().map(outcome).collect(), log.lines().last().unwrap_or_default().to_owned())
    }
}

fn alice() -> AppName {
    "alice".parse().unwrap()
}

/// Returns what is said where each of these is.
fn said(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
