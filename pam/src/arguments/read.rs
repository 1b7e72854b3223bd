use std::path::{Path, PathBuf};

use super::{AppTemplate, ArgumentError, Arguments, FirstPass, Newcomers, Place, StorePath, TRIES};
use crate::world::Echo;

/// The arguments that have a value.
const VALUES: [&str; 10] = [
    "store=",
    "server=",
    "token_file=",
    "key_file=",
    "policy=",
    "app=",
    "prompt=",
    "echo=",
    "tries=",
    "first_pass=",
];

/// The arguments that have none.
const WORDS: [&str; 4] = ["nullok", "enrol", "push", "quiet"];

/// The most bytes of a prompt: a line of a wide terminal.
const LONGEST_PROMPT: usize = 128;

/// The arguments as they are written, each once.
struct Given<'a>(Vec<(&'static str, &'a str)>);

impl<'a> Given<'a> {
    fn new(words: &[&'a str]) -> Result<Self, ArgumentError> {
        let mut given = Self(Vec::new());
        for word in words {
            let (name, value) = split(word)?;
            if given.value(name).is_some() {
                return Err(ArgumentError::Twice(name));
            }
            given.0.push((name, value));
        }
        Ok(given)
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(given, _)| *given == name).map(|(_, value)| *value)
    }

    fn has(&self, word: &str) -> bool {
        self.value(word).is_some()
    }

    /// Refuses one argument beside any of these.
    fn expect_without(
        &self,
        name: &'static str,
        others: &[&'static str],
    ) -> Result<(), ArgumentError> {
        match others.iter().find(|other| self.has(name) && self.has(other)) {
            Some(other) => Err(ArgumentError::Exclusive(name, other)),
            None => Ok(()),
        }
    }

    /// Returns the absolute path of a file, where one is named.
    fn file(&self, name: &'static str) -> Result<Option<PathBuf>, ArgumentError> {
        let Some(text) = self.value(name) else { return Ok(None) };
        if Path::new(text).is_absolute() {
            return Ok(Some(text.into()));
        }
        Err(ArgumentError::Value { name, why: "the path is not absolute" })
    }
}

fn split(word: &str) -> Result<(&'static str, &str), ArgumentError> {
    if let Some(known) = WORDS.into_iter().find(|known| *known == word) {
        return Ok((known, ""));
    }
    let found = VALUES.into_iter().find_map(|known| Some((known, word.strip_prefix(known)?)));
    found.ok_or_else(|| {
        // A value may be a secret that was put in the wrong place.
        let name = word.split_once('=').map_or(word.to_owned(), |(name, _)| format!("{name}="));
        ArgumentError::Unknown(name)
    })
}

impl Arguments {
    /// Reads the arguments of a line.
    pub fn read(words: &[&str]) -> Result<Self, ArgumentError> {
        let given = Given::new(words)?;
        given.expect_without("nullok", &["enrol", "policy="])?;
        given.expect_without("first_pass=", &["enrol", "push", "prompt=", "tries="])?;
        if given.value("first_pass=") == Some("split") && given.has("server=") {
            // The last digits of a password that needs no code would be taken for one.
            given.expect_without("nullok", &["first_pass="])?;
        }
        Ok(Self {
            place: place(&given)?,
            app: given.value("app=").map(AppTemplate::try_from).transpose()?.unwrap_or_default(),
            prompt: given.value("prompt=").map_or(Ok("Code: "), prompt)?.into(),
            echo: given.value("echo=").map_or(Ok(Echo::Shown), echo)?,
            tries: given.value("tries=").map_or(Ok(TRIES), tries)?,
            newcomers: newcomers(&given),
            push: given.has("push"),
            quiet: given.has("quiet"),
            first_pass: given.value("first_pass=").map(first_pass).transpose()?,
        })
    }
}

fn place(given: &Given<'_>) -> Result<Place, ArgumentError> {
    given.expect_without("server=", &["store=", "key_file=", "policy=", "enrol"])?;
    match (given.value("server="), given.file("token_file=")?) {
        (Some(url), Some(token_file)) => Ok(Place::Server { url: url.parse()?, token_file }),
        (Some(_), None) => Err(ArgumentError::Needs("server=", "token_file=")),
        (None, Some(_)) => Err(ArgumentError::Needs("token_file=", "server=")),
        (None, None) => Ok(Place::Store {
            root: given.value("store=").map(StorePath::try_from).transpose()?.unwrap_or_default(),
            key_file: given.file("key_file=")?,
            policy: given.file("policy=")?,
        }),
    }
}

fn newcomers(given: &Given<'_>) -> Newcomers {
    match (given.has("nullok"), given.has("enrol")) {
        (true, _) => Newcomers::Ignored,
        (_, true) => Newcomers::Enrolled,
        _ => Newcomers::Refused,
    }
}

fn prompt(text: &str) -> Result<&str, ArgumentError> {
    let no = |why| Err(ArgumentError::Value { name: "prompt=", why });
    match text {
        "" => no("it is empty"),
        _ if text.chars().any(char::is_control) => no("it holds a control character"),
        _ if text.len() > LONGEST_PROMPT => no("it is longer than 128 bytes"),
        _ => Ok(text),
    }
}

fn echo(text: &str) -> Result<Echo, ArgumentError> {
    match text {
        "on" => Ok(Echo::Shown),
        "off" => Ok(Echo::Hidden),
        _ => Err(ArgumentError::Value { name: "echo=", why: "it is on or off" }),
    }
}

fn tries(text: &str) -> Result<u32, ArgumentError> {
    let tries = text.parse().ok().filter(|tries| (1..=5).contains(tries));
    tries.ok_or(ArgumentError::Value { name: "tries=", why: "it is a number from 1 to 5" })
}

fn first_pass(text: &str) -> Result<FirstPass, ArgumentError> {
    match text {
        "split" => Ok(FirstPass::Split),
        "use" => Ok(FirstPass::Use),
        _ => Err(ArgumentError::Value { name: "first_pass=", why: "it is split or use" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(line: &str, expected: &str) {
        let words: Vec<_> = line.split(' ').collect();
        assert_eq!(Arguments::read(&words).unwrap_err().to_string(), expected, "{line}");
    }

    #[test]
    fn without_arguments_the_store_of_the_machine_is_asked_for_the_account() {
        let place = Place::Store { root: StorePath::default(), key_file: None, policy: None };
        let usual = Arguments {
            place,
            app: AppTemplate::default(),
            prompt: "Code: ".into(),
            echo: Echo::Shown,
            tries: 3,
            newcomers: Newcomers::Refused,
            push: false,
            quiet: false,
            first_pass: None,
        };
        assert_eq!(Arguments::read(&[]), Ok(usual));
    }

    #[test]
    fn each_argument_is_heard() {
        let words = ["store=%h/.mfa", "key_file=/etc/key", "policy=/etc/policy", "app=%s-%u"];
        let more = ["prompt=Your code: ", "echo=off", "tries=5", "enrol", "push", "quiet"];
        let read = Arguments::read(&[&words[..], &more].concat()).unwrap();
        let root = StorePath::InHome(".mfa".into());
        let file = |path: &str| Some(path.into());
        let (key_file, policy) = (file("/etc/key"), file("/etc/policy"));
        assert_eq!(read.place, Place::Store { root, key_file, policy });
        assert_eq!(read.app, AppTemplate::try_from("%s-%u").unwrap());
        assert_eq!((&*read.prompt, read.echo, read.tries), ("Your code: ", Echo::Hidden, 5));
        assert_eq!((read.newcomers, read.push, read.quiet), (Newcomers::Enrolled, true, true));
        let nullok = Arguments::read(&["nullok", "first_pass=split"]).unwrap();
        assert_eq!(
            (nullok.newcomers, nullok.first_pass),
            (Newcomers::Ignored, Some(FirstPass::Split))
        );
        let server =
            Arguments::read(&["server=https://a", "token_file=/t", "first_pass=use"]).unwrap();
        let url = "https://a".parse().unwrap();
        assert_eq!(server.place, Place::Server { url, token_file: "/t".into() });
        assert_eq!(server.first_pass, Some(FirstPass::Use));
    }

    #[test]
    fn what_is_unknown_or_wrong_refuses_and_no_value_is_repeated() {
        refuses("debug", "unknown argument 'debug'");
        refuses("Store=/a", "unknown argument 'Store='");
        refuses("token=mfa_s3cret", "unknown argument 'token='");
        refuses("nullok=1", "unknown argument 'nullok='");
        refuses("store", "unknown argument 'store'");
        refuses("quiet quiet", "quiet is given twice");
        refuses("store=/a store=/b", "store= is given twice");
        refuses("store=mfa", "store=: the path is not absolute");
        refuses("store=%u/mfa", "store=: only %h/, at the beginning, stands for something");
        refuses("store=%h/", "store=: the home itself is no store");
        refuses("store=%h//etc", "store=: only %h/, at the beginning, stands for something");
        refuses(
            "store=postgres://u:s3cret@h/d",
            "store=: a database is asked through the service: server=URL token_file=FILE",
        );
        refuses("key_file=key", "key_file=: the path is not absolute");
        refuses("policy=", "policy=: the path is not absolute");
        refuses("app=%h", "app=: behind % comes u (the account) or s (the service)");
        refuses("app=%", "app=: behind % comes u (the account) or s (the service)");
        refuses("app=", "app=: this cannot be the name of an app");
        refuses("app=a/%u", "app=: this cannot be the name of an app");
        refuses("prompt=", "prompt=: it is empty");
        refuses("prompt=a\nb", "prompt=: it holds a control character");
        refuses("echo=yes", "echo=: it is on or off");
        for tries in ["0", "6", "-1", "three", ""] {
            refuses(&format!("tries={tries}"), "tries=: it is a number from 1 to 5");
        }
        refuses("first_pass=yes", "first_pass=: it is split or use");
        refuses(
            "server=http://u:s3cret@h token_file=/t",
            "server=: a URL with a user or a password in it: the token is what lets a gate in",
        );
        refuses("server=https://a", "server= needs token_file=");
        refuses("token_file=/t", "token_file= needs server=");
    }

    #[test]
    fn arguments_that_exclude_each_other_refuse() {
        let server = "server=https://a token_file=/t";
        for (line, names) in [
            ("nullok enrol".to_owned(), "nullok and enrol"),
            ("nullok policy=/p".to_owned(), "nullok and policy="),
            (format!("first_pass=split nullok {server}"), "nullok and first_pass="),
            (format!("{server} store=/a"), "server= and store="),
            (format!("{server} key_file=/k"), "server= and key_file="),
            (format!("{server} policy=/p"), "server= and policy="),
            (format!("{server} enrol"), "server= and enrol"),
            ("first_pass=use enrol".to_owned(), "first_pass= and enrol"),
            ("first_pass=use push".to_owned(), "first_pass= and push"),
            ("first_pass=use tries=1".to_owned(), "first_pass= and tries="),
        ] {
            refuses(&line, &format!("{names} exclude each other"));
        }
    }
}
