use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::common::tmux::Terminal;
use crate::{is_sealed, keygen, with_key};

#[test]
fn without_a_terminal_nobody_is_asked_for_a_passphrase() {
    let store = TempStore::with_secret("C", SECRET);
    let asked = "error: the store's key is behind a passphrase\nhint: on a terminal it is asked for; a gate needs a key file instead\n";
    store.unattended(["encrypt", "--passphrase"]).gives(5, "", asked);
    assert!(!store.at("key").exists() && !is_sealed(&store, "C"));
    store.put("key", "mfa-wrapped-key:1:p:x\n");
    store.unattended(["code", "C"]).gives(5, "", asked);
    // A gate does not ask at all.
    assert_eq!(store.unattended(["authenticate", "C", "-o", "000000"]).said().status, Some(1));
    keygen(&store, "a");
    with_key(&store, "a", &["encrypt"]).gives(0, "Sealed C\n", "");
    let both = with_key(&store, "a", &["encrypt", "--passphrase"]).said();
    assert_eq!(both.status, Some(2), "{both:?}");
}

const PASSPHRASE: &str = "correct horse battery";

/// Runs a line of shell and answers each prompt of this name in turn.
fn asked(store: &TempStore, line: &str, answers: &[(&str, &str)]) -> String {
    let terminal = Terminal::start(store, line);
    for (prompt, answer) in answers {
        terminal.shows(prompt);
        terminal.types(answer);
    }
    terminal.shows("status")
}

#[test]
#[ignore = "needs tmux"]
fn a_passphrase_seals_what_people_keep_and_opens_it_once_a_command() {
    let store = TempStore::with_secret("C", SECRET);
    let twice = [("New passphrase:", PASSPHRASE), ("The same again:", PASSPHRASE)];
    let screen = asked(&store, "mfa encrypt --passphrase", &twice);
    // Then the one that opens it, as for every command.
    assert!(!screen.contains(PASSPHRASE), "it is not shown: {screen}");
    assert!(is_sealed(&store, "C") && store.read("key").starts_with("mfa-wrapped-key:1:k"));

    let once = [("Passphrase:", PASSPHRASE)];
    let screen = asked(&fresh(&store), "mfa code C --at 59", &once);
    assert!(screen.contains("\n287082\n1 s left\nstatus 0"), "{screen}");
    let screen = asked(&fresh(&store), "mfa code C", &[("Passphrase:", "wrong")]);
    assert!(screen.ends_with("error: the passphrase is wrong\nstatus 5"), "{screen}");
    let gate = store.unattended(["authenticate", "C", "-o", &right()]).said();
    assert_eq!((gate.status, &*gate.stdout), (Some(5), ""), "{gate:?}");

    let screen = asked(&fresh(&store), "mfa decrypt", &once);
    assert!(screen.ends_with("Decrypted C\nstatus 0"), "{screen}");
}

/// Copies a store into a folder of its own, since a terminal has one.
fn fresh(store: &TempStore) -> TempStore {
    let copy = TempStore::new();
    let copied =
        std::process::Command::new("cp").arg("-a").arg(store.path()).arg(copy.path()).status();
    assert!(copied.unwrap().success());
    copy
}

#[test]
#[ignore = "needs tmux"]
fn passphrases_that_differ_or_are_empty_seal_nothing() {
    for (answers, error) in [
        (vec![("New passphrase:", "a"), ("The same again:", "b")], "error: the passphrases differ"),
        (vec![("New passphrase:", "")], "error: the passphrase is empty"),
    ] {
        let store = TempStore::with_secret("C", SECRET);
        let screen = asked(&store, "mfa encrypt --passphrase", &answers);
        assert!(screen.ends_with(&format!("{error}\nstatus 2")), "{screen}");
        assert!(!store.at("key").exists() && !is_sealed(&store, "C"));
    }
}
