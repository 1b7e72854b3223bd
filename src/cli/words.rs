//! The flag form of `mfa.py`, turned into words before clap parses: clap's own flag subcommands
//! know no order, and swallow `--list=x`.
//!
//! This is sound because no option takes a value that begins with `-`, other than `-` itself.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use clap::error::{Error, ErrorKind};
use clap::{Arg, Command};

use super::usage;

/// Tells whether `authenticate` is among the arguments in any form; better once too often.
pub fn name_authenticate(args: &[OsString]) -> bool {
    args.iter().map(|arg| arg.as_bytes()).any(|arg| {
        arg == b"authenticate" || arg.starts_with(b"-a") || arg.starts_with(b"--authenticate")
    })
}

/// Gives the first word, which names the command where it is not named by a flag.
pub fn first<'a>(command: &mut Command, args: &'a [OsString]) -> Option<&'a OsStr> {
    let mut left = args.iter();
    while let Some(arg) = left.next() {
        if !arg.as_bytes().starts_with(b"-") {
            return Some(arg);
        }
        if wants_value(command, arg) {
            left.next();
        }
    }
    None
}

/// Gives the arguments in word form, the program's name first; word form stays as it is.
pub fn from_flags(command: &mut Command, args: Vec<OsString>) -> Result<Vec<OsString>, Error> {
    // clap takes an option of all commands before and after the command, and the last one counts:
    // an unquoted code could bring a store of its own.
    let stores = args.iter().map(|arg| arg.as_bytes()).take_while(|arg| *arg != b"--");
    if stores.filter(|arg| *arg == b"--store" || arg.starts_with(b"--store=")).count() > 1 {
        let text = "the argument '--store <DIR>' cannot be used multiple times";
        return Err(Error::raw(ErrorKind::ArgumentConflict, text));
    }
    let (mut flag, mut app, mut rest) = (None, None, Vec::new());
    let mut left = args.iter().cloned();
    while let Some(arg) = left.next() {
        let bytes = arg.as_bytes();
        let name = match bytes {
            b"--" => {
                rest.push(arg);
                rest.extend(left.by_ref());
                continue;
            }
            _ if !bytes.starts_with(b"-") || bytes == b"-" => {
                if flag.is_none() && command.find_subcommand(&arg).is_some() {
                    return Ok(with_program(args));
                }
                rest.push(arg);
                continue;
            }
            b"--list" => "list",
            b"--create" => "create",
            [b'-', short @ (b'l' | b'c'), more @ ..] => {
                // Flags that take no value may be bundled with what follows: `-cn ACCOUNT`.
                if !more.is_empty() {
                    rest.push(OsString::from_vec([b"-", more].concat()));
                    take_value(command, &mut rest, &mut left);
                }
                if *short == b'l' { "list" } else { "create" }
            }
            _ => {
                if let Some(place) = authenticate(bytes) {
                    app = Some(app_name(&place, &mut left)?);
                    "authenticate"
                } else {
                    rest.push(arg);
                    take_value(command, &mut rest, &mut left);
                    continue;
                }
            }
        };
        if let Some(before) = flag.replace(name) {
            let text = format!("'--{before}' cannot be used with '--{name}'");
            return Err(Error::raw(ErrorKind::ArgumentConflict, text));
        }
    }
    let words = flag.map(OsString::from).into_iter().chain(app).chain(rest);
    Ok(with_program(words))
}

/// Moves the value of an option that was just taken, where it has one and it stands apart.
fn take_value(
    command: &mut Command,
    taken: &mut Vec<OsString>,
    left: &mut impl Iterator<Item = OsString>,
) {
    if taken.last().is_some_and(|option| wants_value(command, option)) {
        taken.extend(left.next());
    }
}

/// Tells whether this is the bare name of an option that takes a value, of whichever command.
fn wants_value(command: &mut Command, option: &OsStr) -> bool {
    let Some(option) = option.to_str() else { return false };
    let named = |arg: &&Arg| {
        let short = arg
            .get_short()
            .is_some_and(|c| option.strip_prefix('-') == Some(c.encode_utf8(&mut [0; 4])));
        short || arg.get_long().is_some_and(|long| option.strip_prefix("--") == Some(long))
    };
    let takes_value = |arg: &Arg| arg.get_action().takes_values();
    if let Some(arg) = command.get_arguments().find(named) {
        return takes_value(arg);
    }
    command.build();
    command.get_subcommands().flat_map(Command::get_arguments).filter(named).any(takes_value)
}

/// Says where the app of `-a` or `--authenticate` stands.
enum Place<'a> {
    Attached(&'a [u8]),
    Apart,
}

/// Takes `-a` or `--authenticate` apart; nothing where the argument is neither.
fn authenticate(arg: &[u8]) -> Option<Place<'_>> {
    let attached = match arg.strip_prefix(b"--authenticate") {
        Some([]) => return Some(Place::Apart),
        Some([b'=', value @ ..]) => value,
        Some(_) => return None,
        None => match arg.strip_prefix(b"-a")? {
            [] => return Some(Place::Apart),
            [b'=', value @ ..] | value => value,
        },
    };
    Some(Place::Attached(attached))
}

fn app_name(
    place: &Place<'_>,
    left: &mut impl Iterator<Item = OsString>,
) -> Result<OsString, Error> {
    let value = match place {
        Place::Attached([]) => None,
        Place::Attached(value) => Some(OsString::from_vec(value.to_vec())),
        Place::Apart => left.next(),
    };
    // What begins with `-` would be an option in its new place.
    value.filter(|value| !value.as_bytes().starts_with(b"-")).ok_or_else(usage::missing_app)
}

fn with_program(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    std::iter::once("mfa".into()).chain(args).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn words(line: &str) -> String {
        let args = line.split_whitespace().map(OsString::from).collect();
        match from_flags(&mut crate::cli::Cli::command(), args) {
            Ok(words) => words[1..].join(OsStr::new(" ")).into_string().unwrap(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_flag_form_becomes_words_in_any_order() {
        for (flags, expected) in [
            ("-l", "list"),
            ("--list --store x", "list --store x"),
            ("--store list -l", "list --store list"),
            ("-c -n N -i I", "create -n N -i I"),
            ("-i I -n N -c", "create -i I -n N"),
            ("-cn N -i I", "create -n N -i I"),
            ("-n -c -i I", "-n -c -i I"),
            ("-a App -o 123456", "authenticate App -o 123456"),
            ("-o 123456 -a App", "authenticate App -o 123456"),
            ("-o - --authenticate=App --json", "authenticate App -o - --json"),
            ("-aApp -o123456", "authenticate App -o123456"),
            ("-a=App", "authenticate App"),
        ] {
            assert_eq!(words(flags), expected, "{flags}");
        }
    }

    #[test]
    fn the_word_form_stays_as_it_is() {
        for line in ["list -l", "--store x authenticate -a b", "create -n N -i I --list", "foo", ""]
        {
            assert_eq!(words(line), line);
        }
    }

    #[test]
    fn two_commands_are_one_too_many() {
        for line in ["-l -c", "-a x -o 1 --list", "-a x -a y", "--create -l"] {
            assert!(words(line).contains("cannot be used with"), "{line}: {}", words(line));
        }
    }

    #[test]
    fn a_second_store_is_one_too_many_wherever_it_stands() {
        for line in [
            "--store a list --store b",
            "--store=a -a x --store=b",
            "run x --store a --store b -- y",
        ] {
            assert!(words(line).contains("'--store <DIR>' cannot be used"), "{line}");
        }
        assert_eq!(words("--store a run x -- y --store b"), "--store a run x -- y --store b");
    }

    #[test]
    fn an_app_that_would_be_taken_for_an_option_is_missing() {
        for line in ["-a", "-a -o 123456", "-a=-rf", "--authenticate=--version", "--authenticate="]
        {
            assert!(words(line).contains("--authenticate <APP>"), "{line}: {}", words(line));
        }
    }

    #[test]
    fn the_first_word_is_no_value_of_an_option() {
        let first = |line: &str| {
            let args: Vec<_> = line.split(' ').map(OsString::from).collect();
            first(&mut crate::cli::Cli::command(), &args)
                .map(|word| word.to_owned().into_string().unwrap())
        };
        assert_eq!(first("--store list run x -- y"), Some("run".into()));
        assert_eq!(first("-o run -a=x"), None);
        assert_eq!(first("--version run"), Some("run".into()));
    }

    #[test]
    fn authenticate_is_found_in_every_form() {
        let named = |line: &str| {
            name_authenticate(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
        };
        for line in ["--version authenticate", "-h -ax", "--help --authenticate=x", "-a x"] {
            assert!(named(line), "{line}");
        }
        assert!(!named("create --account-name a --app b"));
    }
}
