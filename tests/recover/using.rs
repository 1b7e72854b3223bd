use crate::common::codes::{now, right};
use crate::common::recovery::{CODE, issue_known};
use crate::common::{Said, TempStore, race};
use crate::{NEW, SECRET, authenticate, code_of, issued, lines};
use mfa::domain::UnixTime;
use mfa::store::Folder;

const USE: [&str; 4] = ["recover", "use", "C", "--secret-stdin"];

fn with(said: &[Said], status: i32) -> usize {
    said.iter().filter(|said| said.status == Some(status)).count()
}

#[test]
fn the_owner_has_a_new_secret_and_backup_codes_and_the_old_ones_open_nothing() {
    let store = TempStore::enrolled();
    let old = store.mfa(["backup-codes", "C", "--count", "1"]).said().stdout;
    let used = right();
    assert_eq!(authenticate(&store, &used).status, Some(0));
    let code = issued(&store, &[]);
    let fed = lines(&code);
    let first = fed.lines().last().unwrap();
    let said = store.mfa(USE).fed(&*fed).said();
    assert_eq!((said.status, said.stdout.lines().count()), (Some(0), 11), "{said:?}");
    assert!(!store.at("img/C.png").exists());
    for void in [&*used, &code_of(SECRET, 30), old.trim_end(), first] {
        assert_eq!(authenticate(&store, void).status, Some(1), "{void}");
    }
    let backup = said.stdout.lines().nth(1).unwrap();
    let opened = authenticate(&store, backup);
    assert_eq!(opened.status, Some(0), "{opened:?}");
    assert!(!opened.stderr.contains("recovery code"), "{opened:?}");
    assert_eq!(authenticate(&store, &code_of(NEW, 30)).status, Some(0));
    let again = store.mfa(USE).fed(lines(&code)).said();
    let wrong = "error: the recovery code is wrong\nhint: it works once; whoever issued it can issue another one\n";
    assert_eq!((again.status, &*again.stderr), (Some(1), wrong));
}

#[test]
fn of_32_processes_with_one_code_exactly_one_uses_it() {
    let store = TempStore::enrolled();
    let code = issued(&store, &[]);
    let said = race((0..32).map(|_| store.mfa(USE).fed(lines(&code))));
    assert_eq!(with(&said, 0), 1, "{said:?}");
    assert!(said.iter().all(|said| matches!(said.status, Some(0 | 1 | 3 | 6))), "{said:?}");
}

#[test]
fn it_is_good_neither_before_its_issue_nor_after_its_day() {
    for (at, status) in [(now().0 + 3600, 1), (now().0 - 86_401, 1), (now().0 - 86_000, 0)] {
        let store = TempStore::enrolled();
        issue_known(&Folder::new(store.path()), &"C".parse().unwrap(), UnixTime(at));
        let said = store.mfa(USE).fed(lines(CODE)).said();
        assert_eq!(said.status, Some(status), "{said:?}");
        let old = authenticate(&store, &right()).status;
        assert_eq!(old, Some(1 - status), "{at}");
    }
}

#[test]
fn a_wrong_first_code_or_a_cut_input_changes_nothing_and_the_code_stays_good() {
    let store = TempStore::enrolled();
    let code = issued(&store, &[]);
    let state = store.read("state/C.json");
    for (fed, status) in [
        (format!("{code}\n{NEW}\n000000\n"), 1),
        (format!("{code}\n{NEW}\n"), 2),
        (format!("{code}\nnot base32 1\n123456\n"), 2),
        (format!("{code}\n"), 2),
        (String::new(), 2),
        ("1111-1111-1111\n".into(), 2),
    ] {
        let said = store.mfa(USE).fed(fed.clone()).said();
        assert_eq!(
            (said.status, &*said.stdout == "OTP verification failed\n"),
            (Some(status), status == 1),
            "{fed}: {said:?}"
        );
    }
    assert_eq!(store.read("state/C.json"), state);
    assert_eq!(store.mfa(USE).fed(lines(&code)).said().status, Some(0));
}

#[test]
fn guesses_wait_and_do_not_make_the_phone_wait() {
    let store = TempStore::enrolled();
    let code = issued(&store, &[]);
    let guess = || store.mfa(USE).fed(lines("0000-0000-0000-0000")).said().status;
    assert_eq!([(); 5].map(|()| guess()), [1, 1, 1, 1, 3].map(Some));
    assert_eq!(store.mfa(USE).fed(lines(&code)).said().status, Some(3));
    assert_eq!(authenticate(&store, &right()).status, Some(0));
    assert_eq!(store.mfa(["recover", "use", "nobody", "-o", "-"]).fed(code).said().status, Some(4));
}

#[test]
fn codes_that_nobody_saw_void_nothing() {
    let store = TempStore::enrolled();
    let code = issued(&store, &[]);
    let nowhere = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let said = store.mfa(USE).fed(lines(&code)).stdout(nowhere).said();
    assert_eq!(said.status, Some(6), "{said:?}");
    assert_eq!(authenticate(&store, &right()).status, Some(0));
    assert_eq!(store.mfa(USE).fed(lines(&code)).said().status, Some(0));
}

#[test]
fn a_sealed_store_stays_sealed() {
    let store = TempStore::enrolled();
    let key = store.outside().join("key");
    let key = key.to_str().unwrap();
    assert_eq!(store.bare(["keygen", key]).said().status, Some(0));
    assert_eq!(store.mfa(["encrypt", "--key-file", key]).said().status, Some(0));
    let code = issued(&store, &["--key-file", key]);
    let sealed = store.mfa(USE).args(["--key-file", key]).fed(lines(&code)).said();
    assert_eq!(sealed.status, Some(0), "{sealed:?}");
    assert!(!store.read("secrets/C").contains(NEW));
    let code = code_of(NEW, 30);
    let opened = store.mfa(["authenticate", "C", "-o", &code, "--key-file", key]).said();
    assert_eq!(opened.status, Some(0), "{opened:?}");
}

#[test]
fn the_secret_of_before_and_a_code_as_an_argument_are_refused_and_not_repeated() {
    let store = TempStore::enrolled();
    let code = issued(&store, &["--stolen"]);
    let old = format!("{code}\n{SECRET}\n{}\n", right());
    let told = "error: that is the secret of before, which the recovery is to replace\n";
    store.mfa(USE).fed(old).gives(2, "", told);
    let said = store.mfa(["recover", "use", "C", "-o", &code]).said();
    assert!(said.status == Some(2) && !said.stderr.contains(&code), "{said:?}");
}
