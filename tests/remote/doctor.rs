use crate::common::TempStore;
use crate::common::disk::{mode, set_mode};

/// Returns the status of doctor, and the problem of the configuration that it tells.
fn problem(store: &TempStore, args: &[&str]) -> (Option<i32>, String) {
    let said = store.mfa(["doctor"]).args(args).said();
    let lines = said.stdout.split_inclusive('\n');
    let of_config = lines.skip_while(|line| !line.contains("config.toml")).take(2);
    let no_clock = of_config.filter(|line| !line.contains("clock") && !line.contains("Nothing"));
    (said.status, no_clock.collect())
}

#[test]
fn doctor_tells_what_is_wrong_in_the_configuration() {
    let store = TempStore::enrolled();
    store.put("config.toml", "[sms]\nurl = 'http://sms.example/'\n");
    let problem_is = "Problem: STORE/config.toml:2:7: http is for this machine alone (localhost, 127.0.0.1, [::1]): use https\n";
    for args in [&[][..], &["--fix"]] {
        assert_eq!(problem(&store, args), (Some(5), problem_is.into()));
    }
}

#[test]
fn doctor_tells_what_is_wrong_with_what_wakes_phones() {
    let store = TempStore::enrolled();
    store.put("config.toml", "[push]\nkey = { file = 'vapid' }\ncontact = 'mailto:a@b'\n");
    store.put("vapid", "hunter2\n");
    let key =
        "Problem: STORE/config.toml:2:7: a VAPID key is 32 bytes in base64url, without padding\n";
    assert_eq!(problem(&store, &[]), (Some(5), key.into()));
    set_mode(store.at("vapid"), 0o644);
    let told = "STORE/config.toml:2:16: STORE/vapid is open to other users\n";
    let mend = "  mend it: chmod 600 STORE/vapid\n";
    assert_eq!(problem(&store, &[]), (Some(5), format!("Problem: {told}{mend}")));
    store.put("config.toml", "[notify]\nurl = 'http://ntfy.example/'\n");
    let url = "Problem: STORE/config.toml:2:7: http is for this machine alone (localhost, 127.0.0.1, [::1]): use https\n";
    assert_eq!(problem(&store, &[]), (Some(5), url.into()));
}

#[test]
fn doctor_closes_the_file_of_a_secret() {
    let store = TempStore::enrolled();
    store.put(
        "config.toml",
        "[sms]\nurl = 'https://sms.example/'\nparams = { a = '{to}{text}', b = { file = 'b' } }\n",
    );
    store.put("b", "hunter2\n");
    assert_eq!(problem(&store, &[]).1, "");
    set_mode(store.at("b"), 0o644);
    let told = "STORE/config.toml:3:43: STORE/b is open to other users\n";
    let mend = "  mend it: chmod 600 STORE/b\n";
    assert_eq!(problem(&store, &[]), (Some(5), format!("Problem: {told}{mend}")));
    assert_eq!(problem(&store, &["--fix"]).1, format!("Mended: {told}"));
    assert_eq!(mode(store.at("b")), 0o600);
}

#[test]
fn a_file_that_is_not_believed_is_told_once_and_not_read() {
    let store = TempStore::enrolled();
    store.put("config.toml", "[sms");
    set_mode(store.at("config.toml"), 0o604);
    let said = store.mfa(["doctor"]).said().stdout;
    assert_eq!(said.matches("Problem: STORE/config.toml").count(), 1, "{said}");
    let mended = store.mfa(["doctor", "--fix"]).said().stdout;
    let problem = "Problem: STORE/config.toml:1:5: unclosed table, expected ']'\n";
    assert!(mended.contains(problem), "{mended}");
}
