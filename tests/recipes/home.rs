//! The home of somebody who types what the documentation shows, and reads what it says.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use mfa::domain::Totp;

use crate::common::codes::{now, secret};
use crate::common::{Run, Said, TempStore, program};

/// A home with the program, and with a store in the place that is the default.
pub struct Home {
    pub store: TempStore,
}

/// A text of the documentation, and what stands in for it here, by all that was printed before.
pub type StandIn<'a> = (&'static str, &'a dyn Fn(&str) -> String);

impl Home {
    pub fn new() -> Self {
        let home = Self { store: TempStore::new() };
        fs::create_dir(home.at("etc")).unwrap();
        symlink(program(), home.at("mfa")).unwrap();
        home
    }

    pub fn at(&self, file: &str) -> PathBuf {
        self.store.outside().join(file)
    }

    /// Returns a text of the documentation with the folders of this home.
    pub fn adapted(&self, text: &str) -> String {
        text.replace("/etc/", &format!("{}/", self.at("etc").display()))
    }

    /// Prepares a script at home.
    pub fn script(&self, script: &str) -> Run {
        let path = format!("{}:/usr/bin:/bin", self.store.outside().display());
        // The last command keeps the shell from becoming the one before it.
        let run = self.store.program("sh", ["-c", &format!("exec 2>&1\n{script}\n:")]);
        run.env("HOME", self.store.outside()).env("PATH", path)
    }

    /// Runs a script of which every command succeeds, and returns what it prints.
    #[track_caller]
    pub fn sh(&self, script: &str) -> String {
        let said = self.script(&format!("set -e\n{}", self.adapted(script))).said();
        assert_eq!(said.status, Some(0), "{script}: {said:?}");
        said.stdout
    }

    /// Enrols an app, and returns its code.
    pub fn enrol(&self, app: &str, account: &str) -> String {
        self.sh(&format!("mfa create -n '{account}' -i '{app}' --no-image"));
        self.code(app)
    }

    /// Returns the code that a phone shows for an app.
    pub fn code(&self, app: &str) -> String {
        let file = self.at(".local/share/mfa/secrets").join(app);
        Totp::default().code(&secret(&fs::read_to_string(file).unwrap()), now())
    }

    /// Types the commands of a block, each behind its `$`, and compares all that they print, but for
    /// what is never the same.
    #[track_caller]
    pub fn session(&self, block: &str, stand_ins: &[StandIn<'_>]) {
        let (mut known, mut printed) = (BTreeMap::new(), String::new());
        for part in block.strip_prefix("$ ").unwrap().split("\n$ ") {
            let (command, told) = part.split_once('\n').unwrap_or((part, ""));
            let mut typed = self.adapted(command);
            for (text, stand_in) in stand_ins {
                if typed.contains(text) {
                    let value = known.entry(text).or_insert_with(|| stand_in(&printed));
                    typed = typed.replace(text, value);
                }
            }
            let Said { stdout, .. } = self.script(&typed).said();
            assert_eq!(masked(&self.documented(&stdout)), masked(told), "{command}");
            printed += &stdout;
        }
    }

    /// Returns what was printed with the folders that the documentation has.
    fn documented(&self, printed: &str) -> String {
        printed
            .replace(self.at("etc").to_str().unwrap(), "/etc")
            .replace(self.store.outside().to_str().unwrap(), "/home/you")
    }
}

/// Returns a text with placeholders for moments, codes, secrets and identifiers, single spaces, and no
/// opinion on the machine's clock.
pub fn masked(text: &str) -> String {
    let lines = text.lines().map(|line| {
        if line.starts_with("Clock: ") {
            return "Clock: …".to_owned();
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let follows = |at: usize| words.get(at + 1).copied();
        let words = words.iter().enumerate().map(|(at, word)| {
            let is_time = follows(at) == Some("s") && word.parse::<u32>().is_ok();
            if is_time { "…".to_owned() } else { masked_word(word) }
        });
        words.collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Masks the parts of a word, which may be JSON.
fn masked_word(word: &str) -> String {
    for key in ["\"seconds_left\":", "\"retry_after\":"] {
        if let Some((before, after)) = word.split_once(key) {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            return format!("{}{key}…{}", masked_word(before), masked_word(after));
        }
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ':';
    let parts = word.split_inclusive(|c| !is_part(c)).map(|part| {
        let bare = part.trim_end_matches(|c| !is_part(c));
        format!("{}{}", kind(bare).unwrap_or(bare), &part[bare.len()..])
    });
    parts.collect()
}

/// Returns what a word is, if it is never the same.
fn kind(word: &str) -> Option<&'static str> {
    let all = |is: fn(char) -> bool| word.chars().all(is);
    let is_hex = |text: &str| text.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    let is_grouped = word.contains('-') && word.split('-').all(|group| group.len() == 4);
    match word.len() {
        6 if all(|c| c.is_ascii_digit()) && word != "000000" => Some("CODE"),
        20 if word.ends_with('Z') && word.get(10..11) == Some("T") => Some("MOMENT"),
        14 | 19 if is_grouped => Some("CODE"),
        32 if all(|c| matches!(c, 'A'..='Z' | '2'..='7')) => Some("SECRET"),
        40 if is_hex(word) => Some("SECRET"),
        9 if word.strip_prefix('k').is_some_and(is_hex) => Some("ID"),
        8 if is_hex(word) => Some("ID"),
        _ => None,
    }
}
