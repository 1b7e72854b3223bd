use super::*;
use crate::Attempt;
use crate::audit::Caller;
use crate::domain::{
    Account, AppName, Approval, Asked, Begun, Bounded, ChallengeId, Credential, DeviceId,
    Enrolment, Handle, Number, Question, Secret, Totp, UnixTime, Verdict,
};
use crate::store::{Existing, Memory, Store};

const NOW: UnixTime = UnixTime(59);
const PHONE: DeviceId = DeviceId([1; 16]);

fn app() -> AppName {
    "deploy".parse().unwrap()
}

fn handle(bits: u8) -> Handle {
    Handle { app: app(), bits: [bits; 16] }
}

fn text<const MOST: usize>(text: &str) -> Bounded<MOST> {
    text.parse().unwrap()
}

/// Returns a store with an app, whose code is 287082 at 59 s.
fn store() -> Memory {
    let store = Memory::default();
    let secret = Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
    let account = Account::new("Corp".parse().unwrap(), None, Totp::default(), None);
    store.enrol(&app(), &Enrolment { secret, account }, Existing::Keep).unwrap();
    store
}

fn begun() -> Begun {
    Begun { name: text("phone"), registration: text("{}") }
}

fn begin_at(store: &Memory, link: u8, code: &str, now: u64) -> Beginning {
    let credential: &Credential = &code.parse().unwrap();
    let (link, begun, caller) = (&handle(link), &begun(), &Caller::default());
    begin(store, Begin { link, credential, begun, caller }, || Ok(UnixTime(now))).unwrap()
}

fn enrol_by(store: &Memory, link: u8, device: DeviceId, verified: bool) -> Added {
    let passkey = |found: &Begun| (verified && *found == begun()).then(|| text("passkey"));
    let (link, session, caller) = (&handle(link), &handle(device.0[0]), &Caller::default());
    let new = Enrol { link, device, session, verify: &passkey, caller };
    enrol(store, &new, || Ok(NOW)).unwrap()
}

/// Returns a store with an app that has a device.
fn with_device() -> Memory {
    let store = store();
    invite(&store, &handle(9), &Caller::default(), || Ok(NOW)).unwrap();
    assert!(matches!(begin_at(&store, 9, "287082", 59), Beginning::Judged(_)));
    assert_eq!(enrol_by(&store, 9, PHONE, true), Added::Done(text("phone")));
    store
}

fn question() -> Question {
    let number = Number::try_from(42).unwrap();
    Question { id: ChallengeId([7; 16]), purpose: None, host: None, caller: None, number }
}

fn asked() -> Memory {
    let store = with_device();
    let (app, question, caller) = (&app(), &question(), &Caller::default());
    assert_eq!(ask(&store, Ask { app, question, caller }, || Ok(NOW)).unwrap(), Asked::Sent);
    store
}

fn events(store: &Memory) -> Vec<String> {
    let told = |event: &crate::audit::Event| format!("{} {}", event.action, event.outcome);
    store.events().iter().map(told).collect()
}

#[test]
fn a_device_is_enrolled_by_a_link_and_a_code_and_the_link_is_used_up() {
    let store = with_device();
    let push = store.get(&app()).unwrap().account.push;
    let device = push.in_session(&handle(1).digest()).unwrap();
    assert_eq!((device.id, device.passkey.as_str()), (PHONE, "passkey"));
    assert_eq!((push.unheard, &push.invitation), (Some(NOW), &None));
    assert_eq!(enrol_by(&store, 9, DeviceId([2; 16]), true), Added::Expired);
    assert_eq!(events(&store), ["device-link done", "device-add accepted", "device-add done"]);
    assert_eq!(store.events()[2].about, Some("01".repeat(16)));
}

#[test]
fn a_link_that_is_not_good_leaves_the_code_as_it_was() {
    let store = store();
    invite(&store, &handle(9), &Caller::default(), || Ok(NOW)).unwrap();
    assert!(matches!(begin_at(&store, 8, "287082", 59), Beginning::Expired));
    assert!(matches!(begin_at(&store, 9, "287082", 58), Beginning::Expired), "clock set back");
    assert!(matches!(begin_at(&store, 9, "287082", 659), Beginning::Expired), "too late");
    let Beginning::Judged(judged) = begin_at(&store, 9, "287082", 59) else { panic!() };
    assert_eq!(judged.verdict, Verdict::Accepted);
    let Beginning::Judged(again) = begin_at(&store, 9, "287082", 60) else { panic!() };
    assert_eq!(again.verdict, Verdict::Reused);
}

#[test]
fn without_a_right_code_or_a_verified_passkey_there_is_no_device() {
    let store = store();
    invite(&store, &handle(9), &Caller::default(), || Ok(NOW)).unwrap();
    let Beginning::Judged(judged) = begin_at(&store, 9, "000000", 59) else { panic!() };
    assert_eq!(judged.verdict, Verdict::Wrong);
    assert_eq!(enrol_by(&store, 9, PHONE, true), Added::Expired);
    let Beginning::Judged(_) = begin_at(&store, 9, "287082", 59) else { panic!() };
    assert_eq!(enrol_by(&store, 9, PHONE, false), Added::NotVerified);
    assert_eq!(store.get(&app()).unwrap().account.push.devices, []);
    assert_eq!(enrol_by(&store, 9, PHONE, true), Added::Done(text("phone")));
}

#[test]
fn there_is_room_for_five_devices() {
    let store = with_device();
    for id in 2..=6 {
        invite(&store, &handle(9), &Caller::default(), || Ok(NOW)).unwrap();
        store
            .change(&app(), &mut |enrolment| {
                let push = enrolment.account.push.begun(&handle(9).digest(), begun(), NOW).unwrap();
                Account { push, ..enrolment.account.clone() }.into()
            })
            .unwrap();
        let expected = if id == 6 { Added::TooMany } else { Added::Done(text("phone")) };
        assert_eq!(enrol_by(&store, 9, DeviceId([id; 16]), true), expected);
    }
}

/// What is said, and what becomes of it.
struct Row(bool, Option<u8>, bool, Option<bool>, Answered);

#[test]
fn only_the_number_with_the_passkey_approves_and_a_wrong_one_denies() {
    use Answered::{Approved, Denied, NoSession, NotVerified, WrongNumber};
    for (Row(approved, number, session, passkey, expected), then) in [
        (Row(true, Some(42), true, Some(true), Approved), Verdict::Accepted),
        (Row(true, Some(42), false, Some(true), Approved), Verdict::Accepted),
        (Row(true, Some(42), true, None, NotVerified), Verdict::Waiting),
        (Row(true, Some(42), true, Some(false), NotVerified), Verdict::Waiting),
        (Row(true, Some(42), false, None, NotVerified), Verdict::Waiting),
        (Row(true, None, true, Some(true), NotVerified), Verdict::Waiting),
        (Row(true, None, true, None, NotVerified), Verdict::Waiting),
        (Row(true, Some(41), true, Some(true), WrongNumber), Verdict::Denied),
        (Row(true, Some(41), true, None, WrongNumber), Verdict::Denied),
        (Row(true, Some(41), false, Some(true), WrongNumber), Verdict::Denied),
        (Row(true, Some(41), false, Some(false), NotVerified), Verdict::Waiting),
        (Row(true, Some(41), false, None, NotVerified), Verdict::Waiting),
        (Row(false, None, true, None, Denied), Verdict::Denied),
        (Row(false, Some(42), true, Some(true), Denied), Verdict::Denied),
        (Row(false, None, false, Some(true), Denied), Verdict::Denied),
        (Row(false, None, false, Some(false), NoSession), Verdict::Waiting),
        (Row(false, None, false, None, NoSession), Verdict::Waiting),
    ] {
        let store = asked();
        let name = format!("{approved} {number:?} {session} {passkey:?}");
        assert_eq!(say(&store, approved, number, session, passkey), expected, "{name}");
        assert_eq!(redeem(&store, 60), then, "{name}");
    }
}

fn say(
    store: &Memory,
    approved: bool,
    number: Option<u8>,
    session: bool,
    passkey: Option<bool>,
) -> Answered {
    let verify: Option<Verify<'_>> = match passkey {
        None => None,
        Some(true) => Some(&|_, _| Some("counted".parse().unwrap())),
        Some(false) => Some(&|_, _| None),
    };
    let response = Response {
        app: &app(),
        challenge: question().id,
        device: PHONE,
        approved,
        number: number.map(|number| Number::try_from(number).unwrap()),
        authority: Authority { session, passkey: verify },
        caller: &Caller::default(),
    };
    respond(store, &response, || Ok(NOW)).unwrap()
}

fn redeem(store: &Memory, now: u64) -> Verdict {
    let approval = Approval { id: question().id, caller: None };
    let (app, credential) = (&app(), &Credential::Approval(approval));
    let caller = &Caller::default();
    let attempt = Attempt { app, credential, action: "login", caller, remember: None };
    crate::authenticate(store, attempt, || Ok(UnixTime(now))).unwrap().verdict
}

#[test]
fn what_has_ended_takes_no_answer() {
    let store = asked();
    let cancel = |id| {
        let approval = Approval { id: ChallengeId([id; 16]), caller: None };
        cancel(&store, &app(), &approval, &Caller::default(), || Ok(NOW)).unwrap()
    };
    assert!(!cancel(8) && cancel(7));
    let approve = || say(&store, true, Some(42), true, Some(true));
    assert_eq!(approve(), Answered::Ended(Verdict::Cancelled));
    let answered = asked();
    assert_eq!(say(&answered, true, Some(42), true, Some(true)), Answered::Approved);
    let again = say(&answered, false, None, true, None);
    assert_eq!((again.reason(), again), ("answered", Answered::Ended(Verdict::Reused)));
    assert_eq!(redeem(&answered, 60), Verdict::Accepted);
    assert_eq!(redeem(&answered, 60), Verdict::Reused);
}

#[test]
fn an_answer_leaves_the_passkey_as_it_was_verified_and_a_line_in_the_log() {
    let store = asked();
    assert_eq!(say(&store, true, Some(42), true, Some(true)), Answered::Approved);
    let device = store.get(&app()).unwrap().account.push.devices[0].clone();
    assert_eq!((device.passkey.as_str(), device.last_used), ("counted", Some(NOW)));
    assert_eq!(events(&store)[3..], ["push done", "push-response approved"]);
    let unanswered = asked();
    assert_eq!(say(&unanswered, true, Some(42), true, None), Answered::NotVerified);
    assert_eq!(events(&unanswered).len(), 4);
}

#[test]
fn a_removed_device_answers_nothing_and_can_be_woken_no_more() {
    let store = asked();
    let endpoint = text("{}");
    assert!(subscribe(&store, &app(), PHONE, Some(&endpoint)).unwrap());
    let remove = || remove(&store, &app(), PHONE, &Caller::default(), || Ok(NOW)).unwrap();
    assert!(remove() && !remove());
    assert_eq!(say(&store, true, Some(42), true, Some(true)), Answered::Unknown);
    assert!(!subscribe(&store, &app(), PHONE, Some(&endpoint)).unwrap());
}
