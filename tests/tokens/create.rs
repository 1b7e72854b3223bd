use std::fs::File;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::{attempt, code};

const HOTP: [&str; 6] = ["create", "-n", "me", "-i", "C", "--hotp"];

#[test]
fn a_new_token_is_shown_what_to_program_it_with() {
    let store = TempStore::new();
    let said = store.mfa(HOTP).args(["--counter", "16", "--digits", "8"]).said();
    let secret = store.read("secrets/C");
    let bytes = base32::decode(base32::Alphabet::Rfc4648 { padding: false }, &secret).unwrap();
    let number = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    let hex = number.concat();
    let expected = format!(
        "Configuring MFA for Account: me, Issuer: C\nQR code: STORE/img/C.png\n\
         Program the token with this secret:\n  base32: {secret}\n  hex: {hex}\n\
         A YubiKey asks for the base32: ykman otp hotp --digits 8 --counter 16 2\n"
    );
    assert_eq!((said.status, said.stdout, said.stderr), (Some(0), expected, String::new()));
    let state = store.state("C");
    assert_eq!((&state["counter"], &state["last_step"]), (&16.into(), &15.into()));
}

#[test]
fn a_hardware_token_by_the_clock_has_no_qr_code_and_learns_its_drift() {
    let store = TempStore::new();
    let said = store.mfa(["create", "-n", "me", "-i", "C", "--hardware", "--json"]).said();
    let answer = said.json();
    assert_eq!(answer["secret"], store.read("secrets/C"));
    assert!(answer["image"].is_null() && !store.at("img/C.png").exists());
    assert_eq!(store.state("C")["drift"], 0);
}

#[test]
fn a_secret_that_is_known_is_not_shown() {
    let store = TempStore::new();
    let said = store.mfa(HOTP).args(["--secret-stdin", "--no-image"]).fed(SECRET).said();
    assert_eq!(said.stdout, "Configuring MFA for Account: me, Issuer: C\n");
    let json = store.mfa(HOTP).args(["--secret-stdin", "--json", "--force"]).fed(SECRET).said();
    assert!(!json.stdout.contains(SECRET), "{json:?}");
}

#[test]
fn a_secret_that_nobody_could_read_enrols_nothing() {
    let store = TempStore::new();
    let full = || File::options().write(true).open("/dev/full").unwrap();
    for args in [&HOTP[..], &["create", "-n", "me", "-i", "C", "--hardware", "--json"]] {
        assert_eq!(store.mfa(args).stdout(full()).said().status, Some(6));
        assert!(!store.at("secrets/C").exists());
    }
}

#[test]
fn the_first_code_of_a_token_confirms_it_and_is_used() {
    let store = TempStore::new();
    let confirm = |code: &str| {
        store.mfa(HOTP).args(["--secret-stdin", "--confirm"]).fed(format!("{SECRET}\n{code}\n"))
    };
    assert_eq!(confirm(&code(10)).said().status, Some(1));
    assert!(!store.at("secrets/C").exists());
    assert_eq!(confirm(&code(2)).said().status, Some(0));
    assert_eq!(attempt(&store, &code(2)), (Some(1), "reused".into()));
    assert_eq!(attempt(&store, &code(3)).0, Some(0));
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let store = TempStore::new();
    for options in [
        &["--counter", "1"][..],
        &["--hotp", "--period", "60"],
        &["--hotp", "--counter", "-1"],
        &["--hotp", "--counter", "18446744073709551616"],
        &["--hardware", "--logo", "x.png"],
        &["--hotp", "--confirm", "--json"],
    ] {
        let said = store.mfa(["create", "-n", "me", "-i", "C"]).args(options).said();
        assert_eq!((said.status, &*said.stdout), (Some(2), ""), "{options:?} {said:?}");
    }
    assert!(!store.path().exists());
}
