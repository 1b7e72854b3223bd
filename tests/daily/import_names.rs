use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::uri;

/// Secrets of five accounts.
const SECRETS: [&str; 5] = [
    SECRET,
    "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH",
    "BBBBCCCCDDDDEEEEFFFFGGGGHHHHIIII",
    "CCCCDDDDEEEEFFFFGGGGHHHHIIIIJJJJ",
    "DDDDEEEEFFFFGGGGHHHHIIIIJJJJKKKK",
];

/// Returns the URIs of five accounts of one issuer, one a line.
fn five() -> String {
    let uris = SECRETS.iter().zip("abcde".chars());
    let uris = uris.map(|(secret, name)| uri(&format!("Google:{name}@gmail.com"), secret) + "\n");
    uris.collect()
}

#[test]
fn after_one_account_of_several_was_removed_an_import_brings_in_that_one_alone() {
    let store = TempStore::new();
    assert_eq!(store.mfa(["import", "-"]).fed(five()).said().status, Some(0));
    let before = store.mfa(["code", "--json", "--at", "59"]).said().json();
    for (removed, renamed) in [("Google 3", " (there is an app 'Google' already)"), ("Google", "")]
    {
        assert_eq!(store.mfa(["remove", removed, "--yes"]).said().status, Some(0));
        let report = ["Google", "Google 2", "Google 3", "Google 4", "Google 5"].map(|app| {
            if app == removed {
                format!("Imported {app}{renamed}\n")
            } else {
                format!("Skipped {app}: exists already\n")
            }
        });
        let report = report.concat() + "1 imported, 4 skipped, 0 refused\n";
        store.mfa(["import", "-"]).fed(five()).gives(1, &report, "");
        assert_eq!(store.mfa(["code", "--json", "--at", "59"]).said().json(), before);
    }
}

#[test]
fn one_entry_is_named_as_the_caller_says_and_never_takes_the_place_of_another() {
    let store = TempStore::new();
    let one = |secret| uri("Google:a@gmail.com", secret);
    let import = || store.mfa(["import", "-", "--app", "mail"]);
    import().args(["--dry-run"]).fed(one(SECRET)).gives(
        0,
        "Would import mail\n1 to be imported, 0 skipped, 0 refused\n",
        "",
    );
    import().fed(one(SECRET)).gives(0, "Imported mail\n1 imported, 0 skipped, 0 refused\n", "");
    let same = "Skipped mail: exists already\n0 imported, 1 skipped, 0 refused\n";
    import().fed(one(SECRET)).gives(1, same, "");
    let other = "Refused mail: exists already, with another secret or other parameters\n\
                 0 imported, 0 skipped, 1 refused\n";
    import().fed(one(SECRETS[1])).gives(1, other, "");
    store.mfa(["list"]).gives(0, "App Name: mail\n--------\n", "");
}

#[test]
fn several_entries_take_no_one_name_and_none_of_them_comes_in() {
    let store = TempStore::new();
    store.mfa(["import", "-", "--app", "mail"]).fed(five()).gives(
        2,
        "",
        "error: --app names one entry, and there are 5\n\
         hint: without it each is named after its issuer\n",
    );
    assert!(!store.path().exists());
}

#[test]
fn an_issuer_that_cannot_be_a_name_is_told_with_the_name_that_was_made_of_it() {
    let store = TempStore::new();
    let long = "x".repeat(130);
    let labels = ["-rf:me", "-rf:you", "a/b:me", "e%CC%81:me", &format!("{long}:me"), "plain:me"];
    let uris = labels.iter().zip(SECRETS.iter().cycle());
    let uris: String = uris.map(|(label, secret)| uri(label, secret) + "\n").collect();
    let report = format!(
        "Imported rf ('-rf' cannot be a name)\n\
         Imported rf 2 ('-rf' cannot be a name; there is an app 'rf' already)\n\
         Imported a-b ('a/b' cannot be a name)\n\
         Imported \u{e9} ('e\u{301}' cannot be a name)\n\
         Imported {} ('{}' cannot be a name)\n\
         Imported plain\n\
         6 imported, 0 skipped, 0 refused\n",
        &long[..128],
        &long[..100]
    );
    store.mfa(["import", "-"]).fed(uris).gives(0, &report, "");
}

/// A vendor's table of two tokens that have the same secret, as files for tests do.
const TOKENS: &str = "\
upn,serial number,secret key,time interval,manufacturer,model
me@example.com,60234567,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,30,Example Inc,C200
me@example.com,60234568,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ,30,Example Inc,C200
";

#[test]
fn a_token_is_known_by_its_serial_number_whatever_it_was_renamed_to() {
    let store = TempStore::new();
    let both = "Imported 60234567\nImported 60234568\n2 imported, 0 skipped, 0 refused\n";
    store.mfa(["import", "-"]).fed(TOKENS).gives(0, both, "");
    assert_eq!(store.state("60234567")["serial"], "60234567");
    assert_eq!(store.mfa(["rename", "60234567", "Door"]).said().status, Some(0));
    let again = "Skipped Door: exists already\nSkipped 60234568: exists already\n0 imported, 2 skipped, 0 refused\n";
    store.mfa(["import", "-"]).fed(TOKENS).gives(1, again, "");
    // Programmed anew, it is another one.
    let anew = TOKENS.replace("60234567,G", "60234567,A");
    let said = store.mfa(["import", "-"]).fed(anew).said().stdout;
    assert!(said.starts_with("Imported 60234567\nSkipped 60234568"), "{said}");
}
