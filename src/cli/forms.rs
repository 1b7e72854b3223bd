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
            // The only global option that takes a value.
            b"--store" => drop(left.next()),
            [b'-', ..] => {}
            _ => return Some(arg),
        }
    }
    None
}

/// Reports whether `authenticate` is among the arguments in any form, erring on the side of yes.
pub fn name_authenticate(args: &[OsString]) -> bool {
    args.iter().map(|arg| arg.as_bytes()).any(|arg| {
        arg == b"authenticate" || arg.starts_with(b"-a") || arg.starts_with(b"--authenticate")
    })
}

/// Refuses a second store: clap accepts a global option both before and after the command, and the
/// last one counts, so an unquoted code could bring a store of its own.
pub fn expect_one_store(args: &[OsString]) -> Result<(), Error> {
    let options = args.iter().map(|arg| arg.as_bytes()).take_while(|arg| *arg != b"--");
    if options.filter(|arg| *arg == b"--store" || arg.starts_with(b"--store=")).count() > 1 {
        let text = "the argument '--store <DIR>' cannot be used multiple times";
        return Err(Error::raw(ErrorKind::ArgumentConflict, text));
    }
    Ok(())
}

fn begins_with_word(args: &[OsString]) -> bool {
    let mut left = args.iter().map(|arg| arg.as_bytes());
    match left.next() {
        Some(b"--store") => left.nth(1).is_some_and(|arg| !arg.starts_with(b"-")),
        Some(arg) if arg.starts_with(b"--store=") => {
            left.next().is_some_and(|arg| !arg.starts_with(b"-"))
        }
        first => first.is_some_and(|arg| !arg.starts_with(b"-")),
    }
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
        for line in
            ["list -l", "--store x authenticate -a b", "run x -- y -l", "--version", "foo", ""]
        {
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
        assert!(expect_one_store(&args("--store a run x -- y --store b")).is_ok());
    }

    #[test]
    fn authenticate_is_found_in_every_form() {
        for line in ["--version authenticate", "-h -ax", "--help --authenticate=x", "-a x"] {
            assert!(name_authenticate(&args(line)), "{line}");
        }
        assert!(!name_authenticate(&args("create --account-name a --app b")));
    }
}
