//! Accounts of every shape, written and read back.

use proptest::array::{uniform16, uniform32};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::{State, Tie, read, unrecorded, write, write_replacement};
use crate::domain::{
    Account, Begun, Bounded, Challenge, ChallengeId, Device, DeviceId, HandleDigest, Hashing,
    Invitation, Issued, MAX_SECRET_TEXT, MOST_DEVICES, Number, Pending, Progress, Push, Question,
    Recovery, Secret, Sent, Sms, Throttle, UnixTime,
};

fn times() -> impl Strategy<Value = UnixTime> + Clone {
    any::<u64>().prop_map(UnixTime)
}

fn texts<const MOST: usize>() -> impl Strategy<Value = Bounded<MOST>> {
    "[ -~é字]{1,40}".prop_map(|text| text.parse().unwrap())
}

fn throttles() -> impl Strategy<Value = Throttle> {
    (any::<u32>(), of(times()), of(times()), of(times())).prop_map(
        |(failures, failed_at, failing_since, throttled_at)| Throttle {
            failures,
            failed_at,
            failing_since,
            throttled_at,
        },
    )
}

prop_compose! {
    fn phones()(
        number in "\\+[1-9][0-9]{6,14}",
        unheard in of(times()),
        sent in of((times(), of((uniform16(any::<u8>()), times(), any::<u32>())))),
    ) -> Sms {
        let pending = |(nonce, expires, tries)| Pending { nonce, expires, tries };
        let sent = sent.map(|(at, code)| Sent { at, code: code.map(pending) });
        Sms { phone: number.parse().unwrap(), unheard, sent }
    }
}

prop_compose! {
    fn devices()(
        id in uniform16(any::<u8>()),
        name in texts(),
        passkey in texts(),
        created in times(),
        last_used in of(times()),
        subscription in of(texts()),
        session in of(uniform32(any::<u8>())),
    ) -> Device {
        let (id, session) = (DeviceId(id), session.map(HandleDigest));
        Device { id, name, passkey, created, last_used, subscription, session }
    }
}

fn progress() -> impl Strategy<Value = Progress> {
    (0..6, uniform16(any::<u8>()).prop_map(DeviceId)).prop_map(|(which, by)| match which {
        0 => Progress::Waiting,
        1 => Progress::Approved(by),
        2 => Progress::Denied(by),
        3 => Progress::Expired,
        4 => Progress::Cancelled,
        _ => Progress::Redeemed(by),
    })
}

prop_compose! {
    fn challenges()(
        id in uniform16(any::<u8>()),
        purpose in of(texts()),
        host in of(texts()),
        assertion in of(texts()),
        caller in of(texts()),
        number in 10..=99_u8,
        asked in times(),
        expires in times(),
        progress in progress(),
    ) -> Challenge {
        let (id, number) = (ChallengeId(id), Number::try_from(number).unwrap());
        let question = Question { id, purpose, host, caller, number };
        Challenge { question, asked, expires, progress, assertion }
    }
}

prop_compose! {
    fn invitations()(
        digest in uniform32(any::<u8>()).prop_map(HandleDigest),
        made in times(),
        begun in of((texts(), texts())),
    ) -> Invitation {
        let begun = begun.map(|(name, registration)| Begun { name, registration });
        Invitation { digest, made, begun }
    }
}

prop_compose! {
    fn pushes()(
        devices in vec(devices(), 0..=MOST_DEVICES),
        invitation in of(invitations()),
        unheard in of(times()),
        challenge in of(challenges()),
        denied in of(times()),
    ) -> Push {
        Push { devices, invitation, unheard, challenge, denied }
    }
}

prop_compose! {
    fn recoveries()(
        issued in of((times(), times(), uniform16(any::<u8>()), uniform32(any::<u8>()))),
        throttle in throttles(),
        suspended in any::<bool>(),
    ) -> Recovery {
        let issued = issued.map(|(at, expires, salt, digest)| {
            let hashing = Hashing { params: Some(argon2::Params::DEFAULT), salt };
            Issued { at, expires, hashing, digest, nonce: salt }
        });
        Recovery { issued, throttle, suspended }
    }
}

prop_compose! {
    fn accounts()(
        sms in of(phones()), push in pushes(), asked in throttles(), recovery in recoveries()
    ) -> Account {
        Account { sms, push, asked, recovery, ..plain() }
    }
}

fn plain() -> Account {
    unrecorded(&"a".parse().unwrap())
}

fn tie() -> Tie {
    Tie::of_secret(&Secret::parse(b"AAAAAAAAAAAAAAAA").unwrap())
}

fn back(state: &str) -> Result<Account, String> {
    read(state.as_bytes(), &tie()).map(|state| state.account)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sent_and_asked_reads_back_and_makes_a_record_that_older_programs_call_newer(
        account in accounts()
    ) {
        let Account { sms, push, asked, recovery, .. } = account.clone();
        let each = [
            Account { sms, ..plain() },
            Account { push, ..plain() },
            Account { asked, ..plain() },
            Account { recovery, ..plain() },
        ];
        for account in each.into_iter().chain([account]) {
            let state = write(&account);
            let version = if account == plain() { 1 } else { 2 };
            prop_assert!(state.starts_with(&format!(r#"{{"version":{version},"#)), "{}", state);
            prop_assert_eq!(back(&state), Ok(account));
        }
    }

    #[test]
    fn a_damaged_record_is_refused_or_read_without_panic_and_never_repeated(
        account in accounts(), at in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut state = write(&account).into_bytes();
        let place = at.index(state.len());
        state[place] = byte;
        if let Err(why) = read(&state, &tie()) {
            let told = ["no valid state at line ", "version ", "there is no version 0"];
            prop_assert!(told.iter().any(|told| why.starts_with(told)), "{}", why);
            prop_assert!(why.len() < 60, "{}", why);
        }
    }
}

#[test]
fn what_an_account_keeps_of_a_phone_and_of_devices_is_written_where_it_says_something() {
    let sms = Sms::new("+15550100199".parse().unwrap(), UnixTime(1));
    let sms = Some(Sms { unheard: None, ..sms });
    let (tail, version) = (r#","failures":0,"failed_at":null"#, r#"{"version":2,"#);
    let with_phone = write(&Account { sms, ..plain() });
    assert_eq!(
        with_phone,
        write(&plain())
            .replace(r#"{"version":1,"#, version)
            .replace(tail, &format!(r#"{tail},"sms":{{"phone":"+15550100199"}}"#))
    );
    for (from, to) in [
        ("+15550100199", "CANARY"),
        (r#""phone""#, r#""number":1,"phone""#),
        (r#""phone":"+15550100199""#, ""),
    ] {
        let why = back(&with_phone.replace(from, to)).unwrap_err();
        assert!(why.starts_with("no valid state at line 1 column "), "{why}");
    }
}

/// Returns the longest text that there is room for.
fn longest<const MOST: usize>() -> Bounded<MOST> {
    "\"".repeat(MOST / 2).parse().unwrap()
}

#[test]
fn the_longest_devices_fit_into_a_record_even_while_it_is_replaced() {
    let device = Device {
        id: DeviceId([255; 16]),
        name: longest(),
        passkey: longest(),
        created: UnixTime(u64::MAX),
        last_used: Some(UnixTime(u64::MAX)),
        subscription: Some(longest()),
        session: Some(HandleDigest([255; 32])),
    };
    let number = Number::try_from(99).unwrap();
    let id = ChallengeId([255; 16]);
    let (purpose, host, caller) = (Some(longest()), Some(longest()), Some(longest()));
    let question = Question { id, purpose, host, caller, number };
    let end = UnixTime(u64::MAX);
    let progress = Progress::Redeemed(device.id);
    let assertion = Some(longest());
    let challenge = Some(Challenge { question, asked: end, expires: end, progress, assertion });
    let begun = Some(Begun { name: longest(), registration: longest() });
    let invitation = Some(Invitation { digest: HandleDigest([255; 32]), made: end, begun });
    let devices = vec![device; MOST_DEVICES];
    let push = Push { devices, invitation, unheard: Some(end), challenge, denied: Some(end) };
    let state = State::of_plain(Account { push, ..plain() });
    let text = write_replacement(&state, tie(), &state);
    // Labels, backup codes and the MAC of a key take less than the rest.
    let room = MAX_SECRET_TEXT - 16 * 1024;
    assert!(text.len() < room, "{} of {room}", text.len());
}
