//! The flag form of `mfa.py`: each command owns its flag as a hidden argument, and the command's
//! name is put before the arguments here. clap's own flag subcommands require an order, and swallow
//! `--list=x`.
//!
//! This is sound because no option takes a value that begins with `-`, other than `-` itself.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

use clap::error::{Error, ErrorKind};

/// Puts the name of the command before arguments in flag form, and leaves the word form as it is.
pub fn in_words(args: Vec<OsString>) -> Vec<OsString> {
    let options = args.iter().map(|arg| arg.as_bytes()).take_while(|arg| *arg != b"--");
    let named = if begins_with_word(&args) { None } else { options.clone().find_map(command_of) };
    named.map(OsString::from).into_iter().chain(args).collect()
}

/// Returns the first word of arguments in word form, which names the command.
pub fn command(args: &[OsString]) -> Option<&OsStr> {
    let mut left = args.iter();
    while let Some(arg) = left.next() {
        match arg.as_bytes() {
            option if VALUED.contains(&option) => drop(left.next()),
            [b'-', ..] => {}
            _ => return Some(arg),
        }
    }
    None
}

/// Reports whether `authenticate` in any form, or `policy check`, is among the arguments, erring on the
/// side of yes.
pub fn name_gate(args: &[OsString]) -> bool {
    let mut args = args.iter().map(|arg| arg.as_bytes());
    args.clone().any(|arg| {
        arg == b"authenticate" || arg.starts_with(b"-a") || arg.starts_with(b"--authenticate")
    }) || (args.any(|arg| arg == b"policy") && args.any(|arg| arg == b"check"))
}

/// The global options that take a value, as a word of its own or behind a `=`.
const VALUED: [&[u8]; 2] = [b"--store", b"--key-file"];

/// The global options, of which a command that a script builds has each once at most.
const ONCE: [&str; 2] = ["--store <DIR>", "--key-file <FILE>"];

/// Refuses a second store or key: clap accepts a global option both before and after the command,
/// and the last one counts, so an unquoted code could bring one of its own.
pub fn expect_one_store(args: &[OsString]) -> Result<(), Error> {
    let options = args.iter().map(|arg| arg.as_bytes()).take_while(|arg| *arg != b"--");
    for (option, shown) in VALUED.into_iter().zip(ONCE) {
        let is_it = |arg: &[u8]| {
            arg.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"="))
        };
        if options.clone().filter(|arg| is_it(arg)).count() > 1 {
            let text = format!("the argument '{shown}' cannot be used multiple times");
            return Err(Error::raw(ErrorKind::ArgumentConflict, text));
        }
    }
    Ok(())
}

/// Reports whether the first argument that is no global option is a word.
fn begins_with_word(args: &[OsString]) -> bool {
    let mut left = args.iter().map(|arg| arg.as_bytes());
    while let Some(arg) = left.next() {
        let is_global = arg == b"--allow-plain"
            || VALUED
                .iter()
                .any(|option| arg.strip_prefix(*option).is_some_and(|rest| rest.starts_with(b"=")));
        if VALUED.contains(&arg) {
            left.next();
        } else if !is_global {
            return !arg.starts_with(b"-");
        }
    }
    false
}

fn command_of(flag: &[u8]) -> Option<&'static str> {
    match flag {
        b"--list" | [b'-', b'l', ..] => Some("list"),
        b"--create" | [b'-', b'c', ..] => Some("create"),
        [b'-', b'a', ..] => Some("authenticate"),
        _ if flag.starts_with(b"--authenticate") => Some("authenticate"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn words(line: &str) -> String {
        in_words(args(line)).join(OsStr::new(" ")).into_string().unwrap()
    }

    #[test]
    fn the_flag_names_the_command_wherever_it_stands() {
        for (command, flags) in [
            ("list", "-l"),
            ("list", "--list --store x"),
            ("list", "--store list -l"),
            ("list", "--store=x --json -l"),
            ("create", "-i list -n authenticate -c"),
            ("create", "-cn N -i I"),
            ("authenticate", "-o 123456 -a App"),
            ("authenticate", "-o - --authenticate=App --json"),
            ("authenticate", "-aApp -o123456"),
            ("authenticate", "-h -a=App"),
        ] {
            assert_eq!(words(flags), format!("{command} {flags}"));
        }
    }

    #[test]
    fn the_word_form_stays_as_it_is() {
        for line in [
            "list -l",
            "--allow-plain --key-file=x --store x run a -- ls -l",
            "--store x authenticate -a b",
            "run x -- y -l",
            "--version",
            "foo",
            "",
        ] {
            assert_eq!(words(line), line);
        }
    }

    #[test]
    fn the_command_is_no_option_and_no_value_of_store() {
        let command = |line: &str| Some(command(&args(line))?.to_owned().into_string().unwrap());
        assert_eq!(command("--store list run x -- y"), Some("run".into()));
        assert_eq!(command("--version run"), Some("run".into()));
        assert_eq!(command("--store=list --help"), None);
    }

    #[test]
    fn a_second_store_is_one_too_many_wherever_it_stands() {
        for line in [
            "--store a list --store b",
            "--store=a -a x --store=b",
            "run x --store a --store b -- y",
        ] {
            let refused = expect_one_store(&args(line)).unwrap_err().to_string();
            assert!(refused.contains("'--store <DIR>' cannot be used"), "{line}");
        }
        let refused = expect_one_store(&args("--key-file a -a x --key-file=b")).unwrap_err();
        assert!(refused.to_string().contains("'--key-file <FILE>' cannot be used"));
        assert!(expect_one_store(&args("--store a --key-file b run x -- y --store b")).is_ok());
    }

    #[test]
    fn a_gate_is_found_in_every_form() {
        for line in [
            "--version authenticate",
            "-h -ax",
            "--help --authenticate=x",
            "-a x",
            "policy --help check",
            "--store x policy --policy y check --version",
        ] {
            assert!(name_gate(&args(line)), "{line}");
        }
        for line in ["create --account-name a --app b", "policy report", "create --app check"] {
            assert!(!name_gate(&args(line)), "{line}");
        }
    }
}
