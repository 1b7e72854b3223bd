use mfa::domain::Progress;

use super::device::{answer, enrol_device, waiting};
use super::*;

const PROMPT: &str = "? Type it on your device and press Enter here, or type a code: ";

/// Makes a store in which alice has a device, with a code that is still unused.
fn with_device() -> Scene {
    let scene = Scene::new();
    let account = Totp::default();
    let before = account.code(&Secret::parse(SECRET).unwrap(), UnixTime(0));
    enrol_device(&scene.store(), &alice(), &before, UnixTime(0));
    scene
}

/// Logs in while the device answers so before Enter is pressed.
fn pushed(scene: &Scene, approved: bool) -> Said {
    scene.answers(&["push", "quiet"], |_| {
        let _ = answer(&scene.store(), &alice(), approved, NOW).unwrap();
        Some(String::new())
    })
}

#[test]
fn an_approval_on_a_device_lets_in_and_the_number_was_shown() {
    let scene = with_device();
    let (end, said) = pushed(&scene, true);
    assert_eq!(end, End::Accepted);
    let [number, prompt] = &*said else { panic!("{said:?}") };
    assert!(number.starts_with("Number: ") && prompt == PROMPT, "{said:?}");
    assert_eq!(scene.log().0, ["done", "accepted", "done", "done", "approved", "accepted"]);
}

#[test]
fn a_denial_ends_it() {
    let scene = with_device();
    assert_eq!(pushed(&scene, false).0, End::NotApproved("denied on a device"));
}

#[test]
fn the_device_shows_the_machine_and_the_address_but_no_name_of_it() {
    for (rhost, host) in [("192.0.2.7", "web (192.0.2.7)"), ("helpdesk.example.com", "web")] {
        let mut scene = with_device();
        scene.login.rhost = Some(rhost.into());
        let mut asked = None;
        scene.answers(&["push"], |_| {
            asked = asked.take().or_else(|| waiting(&scene.store(), &alice()));
            None
        });
        let question = asked.unwrap().question;
        assert_eq!(question.host.unwrap().as_str(), host);
        assert_eq!(question.purpose.unwrap().as_str(), "sshd for alice");
    }
}

#[test]
fn a_code_that_is_typed_in_place_of_it_lets_in_and_ends_the_challenge() {
    let scene = with_device();
    let (end, said) = scene.types(&["push", "quiet"], &[WRONG, RIGHT]);
    assert_eq!((end, &said[1..]), (End::Accepted, &*super::said(&[PROMPT, NO, "? Code: "])));
    let challenge = scene.store().get(&alice()).unwrap().account.push.challenge;
    assert!(challenge.is_none_or(|asked| asked.progress != Progress::Waiting));
}

#[test]
fn nobody_who_goes_away_leaves_a_challenge_open() {
    let scene = with_device();
    assert_eq!(scene.types(&["push"], &[]).0, End::Unheard);
    assert!(waiting(&scene.store(), &alice()).is_none());
}

#[test]
fn where_there_is_no_device_a_code_is_asked_for() {
    let scene = Scene::new();
    assert_eq!(scene.types(&["push"], &[RIGHT]), (End::Accepted, said(&["? Code: "])));
}
