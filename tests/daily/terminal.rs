use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::common::TempStore;
use crate::common::codes::{SECRET, right, wrong};
use crate::common::tmux::Terminal;

/// Returns the seconds left that a watched table shows for its only app.
fn left(screen: &str) -> Option<u32> {
    let row = screen.lines().nth(1)?.trim().strip_suffix(" s")?;
    row.rsplit(' ').next()?.parse().ok()
}

#[test]
#[ignore = "needs tmux"]
fn codes_are_watched_until_a_key_or_ctrl_c_and_the_screen_is_what_it_was() {
    for key in ["q", "Space", "C-c"] {
        let store = TempStore::with_secret("A", SECRET);
        let terminal = Terminal::start(&store, "echo before; mfa code --watch");
        let first = left(&terminal.shows("any key ends")).unwrap();
        assert_eq!(terminal.alternate_and_cursor(), "1 0");
        let screen = terminal.wait(|screen| left(screen).is_some_and(|left| left != first));
        // The next second may be missed, and the count begins again at the end of the period.
        assert!(left(&screen) < Some(first) || first < 4, "{screen}");
        assert!(screen.starts_with(" APP  ACCOUNT  CODE"), "{screen}");
        terminal.presses(key);
        assert_eq!(terminal.shows("status"), "before\nstatus 0", "{key}");
        assert_eq!(terminal.alternate_and_cursor(), "0 1", "{key}");
    }
}

#[test]
#[ignore = "needs tmux"]
fn a_signal_ends_watching_and_the_screen_is_what_it_was() {
    let store = TempStore::with_secret("A", SECRET);
    let (program, path) = (crate::common::program(), store.path());
    let watch = format!("exec '{program}' --store '{}' code --watch", path.display());
    let terminal =
        Terminal::start(&store, &format!("echo before; sh -c \"echo \\$\\$ >pid; {watch}\""));
    terminal.shows("any key ends");
    let pid = fs::read_to_string(store.outside().join("pid")).unwrap();
    kill_process(Pid::from_raw(pid.trim().parse().unwrap()).unwrap(), Signal::TERM).unwrap();
    let screen = terminal.shows("status 143");
    assert!(screen.starts_with("before\n") && !screen.contains("any key"), "{screen}");
    assert_eq!(terminal.alternate_and_cursor(), "0 1");
}

#[test]
#[ignore = "needs tmux"]
fn watching_ends_with_the_terminal() {
    let store = TempStore::with_secret("A", SECRET);
    let (program, path) = (crate::common::program(), store.path());
    let watch = format!("exec '{program}' --store '{}' code --watch", path.display());
    let terminal = Terminal::start(&store, &format!("sh -c \"echo \\$\\$ >pid; {watch}\""));
    terminal.shows("any key ends");
    let pid = fs::read_to_string(store.outside().join("pid")).unwrap();
    drop(terminal);
    let process = Path::new("/proc").join(pid.trim());
    let ended = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        // Whoever adopts it may not have waited for it yet.
        fs::read_to_string(process.join("stat")).is_ok_and(|stat| stat.contains(") Z "))
            || !process.exists()
    });
    assert!(ended, "it runs on without a terminal");
}

#[test]
#[ignore = "needs tmux"]
fn after_watching_the_terminal_echoes_what_is_typed() {
    let store = TempStore::with_secret("A", SECRET);
    let terminal = Terminal::start(&store, "mfa code --watch; cat");
    terminal.shows("any key ends");
    terminal.presses("q");
    terminal.wait(|screen| !screen.contains("any key"));
    terminal.types("hello");
    terminal.shows("hello\nhello");
    terminal.presses("C-c");
}

#[test]
#[ignore = "needs tmux"]
fn a_code_is_copied_through_the_terminal_even_where_stdout_is_a_pipe() {
    let store = TempStore::with_secret("A", SECRET);
    // The pipe and stderr may reach the screen in either order, so one of them is delayed.
    let piped = "mfa code A --copy --at 59 | (sleep 0.5; cat)";
    let terminal = Terminal::start(&store, &format!("{piped}; mfa code --copy --at 59"));
    assert_eq!(
        terminal.shows("status"),
        "1 s left\n287082\n APP  ACCOUNT  CODE    LEFT\n A    -        287082  1 s\nstatus 0"
    );
    assert_eq!(terminal.clipboard(), "287082");
}

#[test]
#[ignore = "needs tmux"]
fn secrets_are_not_exported_to_a_terminal_unless_agreed() {
    let store = TempStore::with_secret("A", SECRET);
    let terminal =
        Terminal::start(&store, "mfa export; mfa export --format aegis; mfa export --yes");
    let refused = "error: this would show secrets on the terminal\nhint: --output FILE writes them to a file; --yes shows them\n";
    let uri = format!("otpauth://totp/A:A?secret={SECRET}&issuer=A\n");
    assert_eq!(terminal.shows("status"), format!("{refused}{refused}{uri}status 0"));
}

#[test]
#[ignore = "needs tmux"]
fn a_terminal_shows_a_migration_as_qr_codes() {
    let store = TempStore::with_secret("A", SECRET);
    let terminal = Terminal::sized(&store, "mfa export --format migration --yes", ["80", "50"]);
    let screen = terminal.shows("status 0");
    assert!(screen.contains('▀') && !screen.contains("otpauth"), "{screen}");
}

#[test]
#[ignore = "needs tmux"]
fn a_removal_is_asked_for_and_only_yes_is_yes() {
    for (answer, status, removed) in
        [("n", 1, false), ("", 1, false), ("yes", 0, true), ("Y", 0, true)]
    {
        let store = TempStore::enrolled();
        let terminal = Terminal::start(&store, "mfa remove C");
        terminal.shows("Remove 'C' for good? The phone's codes will open nothing any more. [y/N]");
        terminal.types(answer);
        let screen = terminal.shows("status");
        let told = if removed { "Removed C\n" } else { "error: nothing was removed\n" };
        assert!(screen.ends_with(&format!("{told}status {status}")), "{screen}");
        assert_eq!(store.at("secrets/C").exists(), !removed);
    }
}

#[test]
#[ignore = "needs tmux"]
fn an_enrolment_is_confirmed_at_the_terminal_in_three_tries() {
    let line = "mfa create -n me -i C --secret-stdin --confirm --no-image >answer";
    let store = TempStore::new();
    let terminal = Terminal::start(&store, line);
    terminal.shows("Secret:");
    terminal.types(SECRET);
    let prompt = "then type the phone's code:";
    terminal.shows(prompt);
    assert!(terminal.screen().contains('█'), "the QR code, though stdout is a file");
    // A typing error costs a try and no more.
    for (tries, typed) in [(1, "12345"), (2, &wrong())] {
        terminal.types(typed);
        terminal.wait(|screen| screen.matches(prompt).count() > tries);
    }
    assert!(!store.path().exists(), "nothing is kept before it is confirmed");
    terminal.types(&right());
    terminal.shows("status 0");
    assert_eq!(store.read("secrets/C"), SECRET);
    let screen = terminal.screen();
    assert!(!screen.contains(SECRET), "it is not echoed: {screen}");
}

#[test]
#[ignore = "needs tmux"]
fn a_password_is_asked_for_unseen_and_twice_for_a_new_vault() {
    let store = TempStore::with_secret("A", SECRET);
    let terminal = Terminal::start(&store, "mfa export --format aegis-encrypted --output x");
    terminal.shows("Password of the new vault:");
    terminal.types("one");
    terminal.shows("The same again:");
    terminal.types("two");
    let screen = terminal.shows("status");
    assert!(screen.ends_with("error: the passwords differ\nstatus 2"), "{screen}");
    assert!(!screen.contains("one") && !screen.contains("two"), "{screen}");
    let other = TempStore::with_secret("A", SECRET);
    let line = "mfa export --format aegis-encrypted --output x; mfa import x";
    let terminal = Terminal::start(&other, line);
    for prompt in ["Password of the new vault:", "The same again:", "Password of x:"] {
        terminal.shows(prompt);
        terminal.types("correct horse");
    }
    let screen = terminal.shows("status");
    assert!(
        screen.ends_with("Skipped A: exists already\n0 imported, 1 skipped, 0 refused\nstatus 1"),
        "{screen}"
    );
}

#[test]
#[ignore = "needs tmux"]
fn in_a_narrow_terminal_codes_stay_whole_and_a_long_list_is_one_of_paragraphs() {
    let store = TempStore::with_secret("A", SECRET);
    store.put(&format!("secrets/{}", "long name ".repeat(7).trim()), SECRET);
    let terminal = Terminal::sized(&store, "mfa code --at 59; mfa list --long", ["60", "32"]);
    let paragraph = |app: &str, issuer: &str| {
        format!(
            " APP        {app}\n ISSUER     {issuer}\n ACCOUNT    -\n KIND       totp\n ALGORITHM  SHA1
 DIGITS     6\n PERIOD     30\n COUNTER    -\n PHONE      -\n CREATED    -\n LAST USED  -\n"
        )
    };
    let long = "long name long name long name long name long\n            name long name long name";
    let table = " APP                                   ACCOUNT  CODE    LEFT
 A                                     -        287082  1 s
 long name long name long name long    -        287082  1 s
 name long name long name long name
";
    let expected = format!("{table}{}\n{}status 0", paragraph("A", "A"), paragraph(long, long));
    assert_eq!(terminal.shows("status"), expected);
}

#[test]
#[ignore = "needs tmux"]
fn a_help_breaks_its_lines_between_words_where_the_terminal_is_narrow() {
    let store = TempStore::new();
    let terminal = Terminal::sized(&store, "mfa man --help", ["40", "40"]);
    let expected = "\
Print the man page, or write one for
each command into a folder

Usage: mfa man [OPTIONS] [DIR]

Arguments:
  [DIR]  Folder for mfa.1, mfa-list.1,
         …; pages that are there are
         replaced

Options:
  -h, --help  Print help

For all commands:
      --store <DIR>
          Folder of the store [default:
          `MFA_STORE`, else `mfa` in
          your data folder]
      --key-file <FILE>
          File with the key of sealed
          secrets [default:
          `MFA_KEY_FILE`, else systemd's
          credential `mfa.key`]
      --allow-plain
          With a key, believe secrets
          that are not sealed too, while
          a store is moved over
status 0";
    assert_eq!(terminal.shows("status"), expected);
}

#[test]
#[ignore = "needs tmux"]
fn watched_codes_that_the_terminal_has_no_room_for_are_counted() {
    let store = TempStore::new();
    for n in 0..9 {
        store.put(&format!("secrets/app {n}"), SECRET);
    }
    let terminal = Terminal::sized(&store, "mfa code --watch", ["60", "8"]);
    let screen = terminal.shows("any key ends; not shown: 4 lines");
    assert!(screen.starts_with(" APP    ACCOUNT  CODE    LEFT\n app 0  -"), "{screen}");
    terminal.presses("q");
}
