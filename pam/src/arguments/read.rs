use super::given::Given;
use super::{AppTemplate, ArgumentError, Arguments, FirstPass, Newcomers, Place, StorePath, TRIES};
use crate::world::Echo;

/// The most bytes of a prompt: a line of a wide terminal.
const LONGEST_PROMPT: usize = 128;

impl Arguments {
    /// Reads the arguments of a line.
    pub fn read(words: &[&str]) -> Result<Self, ArgumentError> {
        let given = Given::new(words)?;
        given.expect_without("nullok", &["enrol", "policy="])?;
        expect_one_question(&given)?;
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

/// Refuses what a line could not do that asks for a password and a code at once, or for nothing.
fn expect_one_question(given: &Given<'_>) -> Result<(), ArgumentError> {
    let name = "first_pass=";
    given.expect_without(name, &["enrol", "push", "prompt=", "echo=", "tries="])?;
    if given.value(name) != Some("split") {
        return Ok(());
    }
    if given.has("server=") {
        // The last digits of a password that needs no code would be taken for one.
        given.expect_without("nullok", &[name])?;
    }
    // The line that judges the code is told these.
    match ["key_file=", "policy=", "quiet"].into_iter().find(|other| given.has(other)) {
        Some(other) => Err(ArgumentError::Exclusive("first_pass=split", other)),
        None => Ok(()),
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
    let tries = text.parse().ok().filter(|tries| (1..=5).contains(tries) && text.len() == 1);
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
#[path = "tests.rs"]
mod tests;
