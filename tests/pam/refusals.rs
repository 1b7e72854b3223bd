use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::time::{Duration, Instant};

use crate::common::codes::{right, wrong};
use crate::common::disk::set_mode;
use crate::common::{Said, TempStore};
use crate::stack::{Stack, enrolled, refused, unavailable};

const NO: &str = "the code is wrong, expired or already used\n";
const EXHAUSTED: &str = "Have exhausted maximum number of retries for service";

/// What is said where a line cannot be followed.
fn not_set_up() -> Said {
    refused("Error in service module", "the second factor is not set up correctly\n")
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn guessers_wait_and_are_disabled_in_the_end() {
    let store = enrolled("nobody");
    let stack = Stack::of(&store, "tries=5");
    let wrong = wrong();
    let said = stack.types("nobody", &[&*wrong; 5]);
    // Half a second has passed since the wait began, and perhaps a full one on the clock.
    let said = Said { stderr: said.stderr.replace("in 29 s", "in 30 s"), ..said };
    let wait =
        "too many failures, the code was not looked at: try again in 30 s, or use a backup code\n";
    let four = format!("Code: {NO}").repeat(4);
    assert_eq!(said, refused("Authentication failure", &format!("{four}Code: {wait}")));
    let mut state = store.state("nobody");
    state["failures"] = 100.into();
    store.put("state/nobody.json", state.to_string());
    let said = stack.types("nobody", &[&right()]);
    let disabled = "Code: disabled after too many failures: an administrator can unlock it\n";
    assert_eq!(said, refused(EXHAUSTED, disabled));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn whose_factors_were_reported_stolen_is_not_let_in_by_them() {
    let store = enrolled("nobody");
    let issue = ["recover", "issue", "nobody", "--verified-with", "badge", "--stolen", "--json"];
    assert_eq!(store.mfa(issue).said().status, Some(0));
    let stolen = refused(EXHAUSTED, "Code: the factors were reported stolen, and open nothing\n");
    assert_eq!(Stack::of(&store, "").types("nobody", &[&right()]), stolen);
}

#[test]
#[ignore = "needs root, pamtester and the module"]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is shown")]
fn how_long_a_refusal_takes_does_not_tell_who_is_enrolled() {
    let store = enrolled("nobody");
    let stack = Stack::of(&store, "tries=2");
    // The same for whoever is enrolled, is not, and is nobody at all.
    for user in ["nobody", "daemon", "no-such-account"] {
        let began = Instant::now();
        assert_eq!(stack.types(user, &["12345678", &wrong()]).status, Some(1));
        let took = began.elapsed();
        assert!(took >= Duration::from_secs(1), "{user}: {took:?}");
    }
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn whoever_is_not_enrolled_or_nobody_at_all_reads_what_somebody_reads_who_is_wrong() {
    let (store, unknown) =
        (enrolled("nobody"), "User not known to the underlying authentication module");
    let texts = format!("Code: {NO}Code: {NO}Code: {NO}");
    let wrong = wrong();
    for user in ["daemon", "no-such-account", "65534", "NOBODY", "../nobody", "nobody@example.com"]
    {
        let said = Stack::of(&store, "").types(user, &[&*wrong; 3]);
        assert_eq!(said, refused(unknown, &texts), "{user}");
        let right = right();
        let said = Stack::of(&store, "nullok tries=1").types(user, &[&right]);
        // Only daemon has an account, and libpam lets nobody in by PAM_IGNORE alone.
        let code = if user == "daemon" { "Permission denied" } else { unknown };
        assert!(said.stderr.ends_with(&format!("pamtester: {code}\n")), "{user}: {said:?}");
    }
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn with_nullok_the_other_lines_decide_on_whoever_is_not_enrolled() {
    let store = enrolled("nobody");
    let stack =
        Stack::new(&store, "auth required pam_mfa.so nullok\nauth required pam_permit.so\n");
    assert_eq!(stack.types("daemon", &[]).status, Some(0));
    assert_eq!(stack.types("nobody", &[]).status, Some(1));
    fs::rename(store.path(), store.outside().join("away")).unwrap();
    assert_eq!(stack.types("daemon", &[]), unavailable(""));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_store_without_any_app_may_be_one_that_is_not_mounted_and_passes_nobody_on() {
    let store = TempStore::new();
    DirBuilder::new().recursive(true).mode(0o700).create(store.at("secrets")).unwrap();
    for args in ["", "nullok", "enrol"] {
        let lines = format!("auth required pam_mfa.so {args}\nauth required pam_permit.so\n");
        let stack = Stack::new(&store, &lines);
        for user in ["nobody", "no-such-account"] {
            assert_eq!(stack.types(user, &[&right()]), unavailable(""), "{args} {user}");
        }
    }
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_store_that_is_missing_unsafe_or_damaged_or_whose_log_cannot_be_written_lets_nobody_in() {
    let missing = TempStore::new();
    assert_eq!(Stack::of(&missing, "").types("nobody", &[&right()]), unavailable(""));
    let open = enrolled("nobody");
    set_mode(open.at("secrets"), 0o777);
    assert_eq!(Stack::of(&open, "").types("nobody", &[&right()]), unavailable(""));
    let damaged = enrolled("nobody");
    damaged.put("state/nobody.json", "{");
    assert_eq!(Stack::of(&damaged, "").types("nobody", &[&right()]), unavailable(""));
    let unlogged = enrolled("nobody");
    set_mode(unlogged.at("audit.jsonl"), 0o666);
    assert_eq!(Stack::of(&unlogged, "").types("nobody", &[&right()]), unavailable("Code: "));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_limit_on_the_length_of_files_refuses_and_does_not_kill_the_host() {
    let store = enrolled("nobody");
    let stack = Stack::of(&store, "");
    let line = format!("ulimit -f 0; exec pamtester {} nobody authenticate", stack.name);
    let said = store.program("sh", ["-c", &line]).fed(right() + "\n").said();
    assert_eq!(said, unavailable("Code: "));
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_full_disk_lets_nobody_in_and_no_code_is_used_up() {
    let store = enrolled("nobody");
    let disk = store.outside().join("disk");
    fs::create_dir(&disk).unwrap();
    let (disk, from) = (disk.display(), store.path());
    let stack = Stack::of(&store, &format!("store={disk}/store"));
    // A disk of its own, in a mount that ends with the process.
    let line = format!(
        "mount -t tmpfs -o size=64k,mode=0700 none {disk} && cp -a {} {disk}/ && \
         {{ cat /dev/zero >{disk}/full 2>/dev/null; pamtester {1} nobody authenticate; rm {disk}/full; \
         pamtester {1} nobody authenticate; }}",
        from.display(),
        stack.name
    );
    let said = store.program("unshare", ["--mount", "sh", "-c", &line]);
    let said = said.fed(format!("{0}\n{0}\n", right())).said();
    let expected = unavailable("Code: ").stderr + "Code: ";
    assert_eq!((said.status, said.stderr), (Some(0), expected), "{}", said.stdout);
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn whoever_cannot_be_judged_since_others_hold_the_app_is_not_let_in() {
    let store = enrolled("nobody");
    let secret = store.at("secrets/nobody").display().to_string();
    let mut holder = store.program("flock", ["--no-fork", &secret, "sleep", "30"]).start();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let code = right();
    assert_eq!(Stack::of(&store, "").types("nobody", &[&code]), unavailable("Code: "));
    holder.kill();
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_line_that_is_wrong_refuses_everybody_unasked() {
    let store = enrolled("nobody");
    for args in ["debug", "nullok enrol", "tries=9", "first_pass=use", "server=https://localhost"] {
        let said = Stack::of(&store, args).types("nobody", &[&right()]);
        assert_eq!(said, not_set_up(), "{args}");
    }
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn a_server_that_is_out_of_reach_lets_nobody_in() {
    let store = enrolled("nobody");
    store.put("token", mfa_token());
    let token = store.at("token").display().to_string();
    let stack = Stack::of(&store, &format!("server=http://127.0.0.1:1 token_file={token}"));
    assert_eq!(stack.types("nobody", &[&right()]), unavailable("Code: "));
}

/// Returns what looks like a client's token.
fn mfa_token() -> String {
    use mfa::client::{ClientId, Token};
    Token::new(ClientId(1), &[7; 32]).expose().to_string()
}

#[test]
#[ignore = "needs root, pamtester and the module"]
fn nobody_who_does_not_answer_is_let_in() {
    let store = enrolled("nobody");
    // pamtester ends its own line where the input ends.
    let said = Stack::of(&store, "").login("nobody").fed("").said();
    assert_eq!(said, refused("Conversation error", "Code: \n"));
}
