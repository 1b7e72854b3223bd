use super::*;
use crate::audit::Caller;
use crate::domain::{
    Account, AppName, BackupCodes, Credential, Enrolment, Evidence, Issued, RECOVERED_WITHIN,
    RecoveryCode, Secret, Totp, UnixTime, Verdict, VerifiedWith,
};
use crate::store::{Existing, Memory, Store};
use crate::{Attempt, Authentication};

const NOW: UnixTime = UnixTime(59);
const OLD: &[u8] = b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const NEW: &[u8] = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn app() -> AppName {
    "deploy".parse().unwrap()
}

fn store() -> Memory {
    let store = Memory::default();
    let account = Account::new("Corp".parse().unwrap(), None, Totp::default(), None);
    let enrolment = Enrolment { secret: Secret::parse(OLD).unwrap(), account };
    store.enrol(&app(), &enrolment, Existing::Keep).unwrap();
    store
}

fn issued(store: &Memory, seed: u8, stolen: bool) -> RecoveryCode {
    let fill = |bytes: &mut [u8]| {
        bytes.fill(seed);
        Ok::<_, ()>(())
    };
    let (issued, code) = Issued::new(NOW, RECOVERED_WITHIN, fill).unwrap();
    let evidence = &Evidence {
        verified_with: VerifiedWith::Badge,
        reference: Some("TICKET-42".parse().unwrap()),
    };
    let caller = &Caller::default();
    issue(store, Issue { app: &app(), issued: &issued, evidence, stolen, caller }, || Ok(NOW))
        .unwrap();
    code
}

fn checked(store: &Memory, code: &RecoveryCode) -> Result<Checked, Verdict> {
    check(store, &app(), code, &Caller::default(), || Ok(NOW)).unwrap()
}

/// Uses the code for a new secret, whose first code is the one at 59 s.
fn used(store: &Memory, code: &RecoveryCode) -> bool {
    let Ok(Checked { issued, old }) = checked(store, code) else { return false };
    completed(store, &issued, &old)
}

fn completed(store: &Memory, issued: &Issued, old: &Enrolment) -> bool {
    let (secret, account) = (Secret::parse(NEW).unwrap(), old.account.renewed(NOW));
    let first = Credential::Code(Totp::default().code(&secret, NOW).parse().unwrap());
    let account = account.verify(&secret, &first, NOW).unwrap().account;
    let done = Complete {
        app: &app(),
        issued,
        new: &Enrolment { secret, account },
        caller: &Caller::default(),
    };
    complete(store, done, || Ok(NOW)).unwrap()
}

fn present(store: &Memory, secret: &[u8], at: u64) -> Authentication {
    let code = Totp::default().code(&Secret::parse(secret).unwrap(), UnixTime(at));
    let credential = &code.parse().unwrap();
    let caller = &Caller::default();
    let attempt =
        Attempt { app: &app(), credential, action: "authenticate", caller, remember: None };
    crate::authenticate(store, attempt, || Ok(UnixTime(at))).unwrap()
}

#[test]
fn a_code_is_used_once_and_the_old_factors_are_void() {
    let store = store();
    let code = issued(&store, 1, false);
    assert_eq!(present(&store, OLD, 59).verdict, Verdict::Accepted);
    assert!(used(&store, &code));
    assert!(!used(&store, &code));
    for (secret, at, verdict) in [
        (OLD, 59, Verdict::Wrong),
        (OLD, 89, Verdict::Wrong),
        (NEW, 59, Verdict::Reused),
        (NEW, 89, Verdict::Accepted),
    ] {
        assert_eq!(present(&store, secret, at).verdict, verdict, "{at}");
    }
}

#[test]
fn what_was_withdrawn_or_replaced_between_check_and_completion_replaces_nothing() {
    let store = store();
    let code = issued(&store, 1, false);
    let Checked { issued: first, old } = checked(&store, &code).unwrap();
    assert!(cancel(&store, &app(), &Caller::default(), || Ok(NOW)).unwrap());
    assert!(!cancel(&store, &app(), &Caller::default(), || Ok(NOW)).unwrap());
    assert!(!completed(&store, &first, &old));
    issued(&store, 2, false);
    assert!(!completed(&store, &first, &old));
    assert!(matches!(checked(&store, &code), Err(Verdict::Wrong)));
    assert_eq!(present(&store, OLD, 59).verdict, Verdict::Accepted);
}

#[test]
fn stolen_factors_open_nothing_and_the_new_ones_do() {
    let store = store();
    let code = issued(&store, 1, true);
    assert_eq!(present(&store, OLD, 59).verdict, Verdict::Disabled);
    cancel(&store, &app(), &Caller::default(), || Ok(NOW)).unwrap();
    assert_eq!(present(&store, OLD, 89).verdict, Verdict::Disabled);
    let code = issued_again(&store, &code);
    assert!(used(&store, &code));
    assert_eq!(present(&store, NEW, 89).verdict, Verdict::Accepted);
}

fn issued_again(store: &Memory, before: &RecoveryCode) -> RecoveryCode {
    let code = issued(store, 3, false);
    assert_ne!(code.expose(), before.expose());
    code
}

#[test]
fn the_secret_of_before_is_no_new_one() {
    let store = store();
    let code = issued(&store, 1, false);
    let Checked { issued, old } = checked(&store, &code).unwrap();
    let new = &Enrolment { account: old.account.renewed(NOW), ..old };
    let done = Complete { app: &app(), issued: &issued, new, caller: &Caller::default() };
    assert!(!complete(&store, done, || Ok(NOW)).unwrap());
}

#[test]
fn each_time_a_secret_is_shown_it_is_another_one_and_the_log_says_so() {
    let store = store();
    let code = issued(&store, 1, false);
    let shown = |nonce| {
        let caller = &Caller::default();
        let Checked { issued, old } =
            show(&store, &app(), &code, [nonce; 16], caller, || Ok(NOW)).unwrap().unwrap();
        (code.secret(&old.secret, &issued.nonce).expose_base32(), issued, old)
    };
    let (first, seen, old) = shown(2);
    let (second, issued, _) = shown(3);
    assert_ne!(first, second);
    assert_eq!(checked(&store, &code).unwrap().issued, issued);
    assert!(!completed(&store, &seen, &old), "what was shown before is void");
    let told = store.events().iter().filter(|event| event.outcome == "shown").count();
    assert_eq!(told, 2);
}

#[test]
fn everything_of_before_is_void() {
    let store = store();
    let code = issued(&store, 1, false);
    let (backup, _) = BackupCodes::issue(2, |bytes| {
        bytes.fill(9);
        Ok::<_, ()>(())
    })
    .unwrap();
    crate::store::update(&store, &app(), |enrolment| {
        let account = enrolment.account.with_phone("+15550100199".parse().ok(), NOW);
        let id = Some(crate::domain::EnrolmentId([1; 16]));
        ((), Account { backup: backup.clone(), enrolment: id, ..account })
    })
    .unwrap();
    assert!(used(&store, &code));
    let Account { backup, sms, enrolment, push, recovery, .. } = store.get(&app()).unwrap().account;
    assert_eq!((backup.digests.len(), sms, enrolment), (0, None, None));
    assert!(push.devices.is_empty() && recovery.issued.is_none());
}

#[test]
fn who_is_let_in_hears_of_a_code_until_it_is_used() {
    let store = store();
    assert_eq!(present(&store, OLD, 59).recovery, None);
    let code = issued(&store, 1, false);
    for at in [89, 119] {
        assert_eq!(present(&store, OLD, at).recovery, Some(NOW), "{at}");
    }
    assert!(used(&store, &code));
    assert_eq!(present(&store, NEW, 149).recovery, None);
}

#[test]
fn the_log_says_who_was_seen_with_what_and_never_a_code() {
    let store = store();
    let code = issued(&store, 1, true);
    let wrong: RecoveryCode = "0000-0000-0000-0000".parse().unwrap();
    assert!(matches!(checked(&store, &wrong), Err(Verdict::Wrong)));
    assert!(used(&store, &code));
    let lines: Vec<_> = store.events().iter().map(crate::audit::Event::to_line).collect();
    let [issue, refused, done] = &lines[..] else { panic!("{lines:?}") };
    let seen = r#""verified_with":"badge","reference":"TICKET-42","expires":"1970-01-02T00:00:59Z","stolen":true"#;
    assert!(issue.contains(seen) && issue.contains(r#""action":"recover-issue""#), "{issue}");
    assert!(refused.contains(r#""outcome":"wrong""#) && done.contains(r#""outcome":"done""#));
    assert!(!lines.concat().contains(code.expose().as_str()));
}
