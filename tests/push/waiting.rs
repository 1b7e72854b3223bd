use mfa::domain::{Account, Challenge, Progress, Push, UnixTime};
use mfa::push::Answered;
use mfa::store::update;

use crate::common::codes::now;
use crate::common::push::answer;
use crate::{app, asked, folder, with_device};

/// What the owner hears with the first approval on a new device.
const NEW: &str = "warning: a device was added";

#[test]
fn the_command_runs_once_the_device_approves_and_shows_the_number_meanwhile() {
    let store = with_device();
    let run = ["run", "C", "--push", "--purpose", "release 12", "--", "echo", "hello"];
    let running = store.mfa(run).start();
    let question = asked(&store).question;
    assert_eq!(question.purpose.unwrap().as_str(), "release 12");
    assert_eq!(answer(&folder(&store), &app(), true, now()).unwrap(), Answered::Approved);
    let said = running.finish();
    assert_eq!((said.status, &*said.stdout), (Some(0), "hello\n"), "{said:?}");
    let number = format!("Number: {}\n", u8::from(question.number));
    assert!(said.stderr.starts_with(&number) && said.stderr.contains(NEW), "{said:?}");
}

#[test]
fn json_says_that_it_was_a_device() {
    let store = with_device();
    let running = store.mfa(["authenticate", "C", "--push", "--json"]).start();
    asked(&store);
    assert_eq!(answer(&folder(&store), &app(), true, now()).unwrap(), Answered::Approved);
    let said = running.finish();
    assert_eq!((said.status, &said.json()["factor"]), (Some(0), &"push".into()), "{said:?}");
}

#[test]
fn a_denial_is_status_1_and_the_next_challenge_waits() {
    let store = with_device();
    let running = store.mfa(["authenticate", "C", "--push"]).start();
    asked(&store);
    assert_eq!(answer(&folder(&store), &app(), false, now()).unwrap(), Answered::Denied);
    let said = running.finish();
    assert_eq!(said.status, Some(1), "{said:?}");
    assert!(said.stderr.ends_with("error: denied on a device\n"), "{said:?}");
    let again = store.mfa(["authenticate", "C", "--push", "--json"]).said();
    let waits = again.json()["retry_after"].as_u64().unwrap();
    assert!(again.status == Some(3) && (3500..=3600).contains(&waits), "{again:?}");
}

#[test]
fn a_challenge_that_nobody_answers_is_status_1() {
    let store = with_device();
    let running = store.mfa(["authenticate", "C", "--push", "--json"]).start();
    asked(&store);
    update(&folder(&store), &app(), |enrolment| {
        (
            (),
            with_challenge(&enrolment.account, |asked| Challenge {
                expires: UnixTime(now().0 - 1),
                ..asked
            }),
        )
    })
    .unwrap();
    let said = running.finish();
    assert_eq!((said.status, &said.json()["reason"]), (Some(1), &"expired".into()), "{said:?}");
}

fn with_challenge(account: &Account, change: impl Fn(Challenge) -> Challenge) -> Account {
    let challenge = account.push.challenge.clone().map(change);
    Account { push: Push { challenge, ..account.push.clone() }, ..account.clone() }
}

#[test]
fn a_signal_cancels_and_ends_it() {
    for signal in ["INT", "TERM", "HUP", "QUIT"] {
        let store = with_device();
        let running = store.mfa(["run", "C", "--push", "--", "echo", "hello"]).start();
        asked(&store);
        let pid = running.id().to_string();
        store.program("kill", [&format!("-{signal}"), &pid]).gives(0, "", "");
        let said = running.finish();
        assert_eq!((said.status, &*said.stdout), (None, ""), "{signal}: {said:?}");
        let account = mfa::store::Store::get(&folder(&store), &app()).unwrap().account;
        let progress = account.push.challenge.map(|challenge| challenge.progress);
        assert_eq!(progress, Some(Progress::Cancelled), "{signal}");
    }
}

#[test]
fn an_approval_after_a_signal_lets_nobody_in() {
    let store = with_device();
    let running = store.mfa(["run", "C", "--push", "--", "echo", "hello"]).start();
    asked(&store);
    let pid = running.id().to_string();
    // What it would see at its next look is an approval as well as the signal.
    for signal in ["-STOP", "-INT"] {
        store.program("kill", [signal, &pid]).gives(0, "", "");
    }
    assert_eq!(answer(&folder(&store), &app(), true, now()).unwrap(), Answered::Approved);
    store.program("kill", ["-CONT", &pid]).gives(0, "", "");
    let said = running.finish();
    assert_eq!((said.status, &*said.stdout), (None, ""), "{said:?}");
}
