use std::fs;
use std::path::Path;

use crate::common::codes::SECRET;
use crate::common::{Run, Said, TempStore};

/// All commands.
const COMMANDS: [&str; 23] = [
    "authenticate",
    "backup-codes",
    "code",
    "completions",
    "create",
    "decrypt",
    "doctor",
    "encrypt",
    "export",
    "import",
    "keygen",
    "list",
    "log",
    "man",
    "policy",
    "qr",
    "recover",
    "remove",
    "rename",
    "resync",
    "run",
    "unlock",
    "uri",
];

/// The commands of a build that sends codes by SMS, all of which take the name of an app.
const REMOTE: [&str; 2] = ["phone", "sms"];

fn remote() -> impl Iterator<Item = &'static str> + Clone {
    REMOTE.into_iter().filter(|_| cfg!(feature = "remote"))
}

/// The commands of a build that has the service, and those below them.
const SERVICE: [&str; 3] = ["clients", "devices", "serve"];
const BELOW: [&str; 3] = ["clients-add", "clients-list", "clients-remove"];

fn commands() -> impl Iterator<Item = &'static str> + Clone {
    let service = SERVICE.into_iter().filter(|_| cfg!(feature = "service"));
    let init = cfg!(feature = "postgres").then_some("init");
    COMMANDS.into_iter().chain(remote()).chain(service).chain(init)
}

/// The names of the pages of all commands, those below others included.
fn pages_of() -> impl Iterator<Item = &'static str> {
    let below = BELOW.into_iter().filter(|_| cfg!(feature = "service"));
    commands().chain(NESTED).chain(below)
}

fn of_an_app() -> impl Iterator<Item = &'static str> {
    let devices = cfg!(feature = "service").then_some("devices");
    OF_AN_APP.into_iter().chain(remote()).chain(devices)
}

/// The commands that take the name of an app.
const OF_AN_APP: [&str; 20] = [
    "recover issue",
    "recover use",
    "recover cancel",
    "authenticate",
    "-a",
    "code",
    "uri",
    "qr",
    "rename",
    "remove",
    "export",
    "run",
    "backup-codes",
    "unlock",
    "resync",
    "policy check",
    "policy forget",
    "encrypt",
    "decrypt",
    "log",
];

/// The commands below others, each of which has a page of its own.
const NESTED: [&str; 6] = [
    "policy-check",
    "policy-forget",
    "policy-report",
    "recover-cancel",
    "recover-issue",
    "recover-use",
];

/// Makes a store whose apps have names that a shell would split, and the completions for a shell.
fn completions(shell: &str) -> (TempStore, String) {
    let store = TempStore::with_secret("Example Corp", SECRET);
    store.put("secrets/deploy", SECRET);
    let said = store.mfa(["completions", shell]).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""));
    let script = store.outside().join(format!("mfa.{shell}"));
    fs::write(&script, &said.stdout).unwrap();
    (store, script.to_str().unwrap().to_owned())
}

/// Prepares a shell in which `mfa` is the real one, with its store.
fn shell(store: &TempStore, shell: &str, args: &[&str]) -> Run {
    let folder = Path::new(crate::common::program()).parent().unwrap();
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.display());
    store.program(shell, args).env("PATH", path).env("MFA_STORE", store.path())
}

/// Completes the last of the words in bash.
fn in_bash(words: &[&str]) -> String {
    let (store, script) = completions("bash");
    let line = "source \"$1\"; shift
        COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))
        _mfa_apps mfa \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"
        printf '%s\\n' \"${COMPREPLY[@]}\"";
    let args = [&["-c", line, "bash", &script, "mfa"][..], words].concat();
    let Said { status, stdout, stderr } = shell(&store, "bash", &args).said();
    assert_eq!((status, &*stderr), (Some(0), ""), "{words:?}");
    stdout
}

#[test]
#[ignore = "needs bash"]
fn bash_completes_commands_options_and_the_names_of_apps() {
    let (store, script) = completions("bash");
    shell(&store, "bash", &["-n", &script]).gives(0, "", "");
    let offered = in_bash(&[""]);
    for command in commands() {
        assert!(offered.lines().any(|line| line == command), "{command}: {offered}");
    }
    assert!(in_bash(&["code", "--w"]).contains("--watch\n"));
    for command in of_an_app() {
        let words = |last| command.split(' ').chain([last]).collect::<Vec<_>>();
        let all = in_bash(&words(""));
        let has = |app| all.lines().any(|line| line == app);
        assert!(has("Example\\ Corp") && has("deploy"), "{command}: {all}");
        assert_eq!(in_bash(&words("dep")), "deploy\n", "{command}");
        assert_eq!(in_bash(&words("Ex")), "Example\\ Corp\n", "{command}");
    }
    for words in
        [&["create", ""][..], &["run", "deploy", "--", "dep"], &["clients", "remove", "dep"]]
    {
        assert!(!in_bash(words).contains("deploy\n"), "{words:?}");
    }
}

#[test]
#[ignore = "needs zsh"]
fn zsh_takes_its_script() {
    let (store, script) = completions("zsh");
    shell(&store, "zsh", &["-n", &script]).gives(0, "", "");
}

#[test]
#[ignore = "needs fish"]
fn fish_completes_the_names_of_apps() {
    let (store, script) = completions("fish");
    shell(&store, "fish", &["-n", &script]).gives(0, "", "");
    let line = format!("source '{script}'; complete -C 'mfa code dep'");
    let said = shell(&store, "fish", &["-c", &line]).env("HOME", store.outside()).said();
    assert!(said.stdout.lines().any(|line| line.starts_with("deploy")), "{said:?}");
}

#[test]
fn every_script_names_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let (store, _) = completions(shell);
        let script = store.mfa(["completions", shell]).said().stdout;
        for command in commands() {
            assert!(script.contains(command), "{shell}: {command}");
        }
        for command in of_an_app() {
            let lists = script
                .lines()
                .filter(|line| line.contains("list 2>/dev/null") || line.contains("*\" code \"*"));
            let last = command.rsplit(' ').next().unwrap();
            let named =
                |line: &str| line.contains(last) || command == "-a" && line.contains("-s a");
            assert!(lists.clone().any(named), "{shell}: {command}");
        }
    }
    let other = TempStore::new().mfa(["completions", "tcsh"]).said();
    assert_eq!((other.status, &*other.stdout), (Some(2), ""));
}

#[test]
fn no_script_offers_the_flag_of_a_command_behind_that_command() {
    let store = TempStore::new();
    for (shell, long) in [("bash", "--"), ("zsh", "--"), ("fish", "-l ")] {
        let script = store.mfa(["completions", shell]).said().stdout;
        for flag in ["authenticate", "create", "list"] {
            // `serve` has a `--listen`.
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
            let option = format!("{long}{flag}");
            let offered = script.lines().find(|line| line.split(&option).skip(1).any(ends));
            assert_eq!(offered, None, "{shell}");
        }
    }
}

#[test]
fn every_command_has_a_page_that_begins_as_one() {
    let store = TempStore::new();
    let pages = store.outside().join("man");
    fs::create_dir(&pages).unwrap();
    store.mfa(["man", pages.to_str().unwrap()]).gives(0, "", "");
    let mut found: Vec<_> = fs::read_dir(&pages)
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    let mut expected: Vec<_> = pages_of().map(|command| format!("mfa-{command}.1")).collect();
    expected.push("mfa.1".into());
    expected.sort();
    assert_eq!(found, expected);
    for page in &found {
        let text = fs::read_to_string(pages.join(page)).unwrap();
        let title = format!(".TH {} 1", page.trim_end_matches(".1"));
        let sections = [&title, ".SH NAME", ".SH SYNOPSIS", ".SH \"EXIT STATUS\""];
        let well = sections.iter().all(|section| text.contains(section));
        assert!(well, "{page}: {text}");
    }
    let page = store.mfa(["man"]).said();
    assert_eq!(page.stdout, fs::read_to_string(pages.join("mfa.1")).unwrap());
    let missing = store.outside().join("missing");
    let said = store.mfa(["man", missing.to_str().unwrap()]).said();
    assert_eq!((said.status, &*said.stdout), (Some(6), ""));
}

#[test]
#[ignore = "needs man"]
fn man_renders_every_page() {
    let store = TempStore::new();
    let pages = store.outside().to_str().unwrap().to_owned();
    store.mfa(["man", &pages]).gives(0, "", "");
    for command in pages_of() {
        let page = format!("{pages}/mfa-{command}.1");
        let said = store.program("man", ["--warnings", "-E", "UTF-8", "-l", &page]).said();
        assert_eq!((said.status, &*said.stderr), (Some(0), ""), "{command}");
        assert!(
            said.stdout.contains("SYNOPSIS") && said.stdout.contains(command),
            "{}",
            said.stdout
        );
    }
}
