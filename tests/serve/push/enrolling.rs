use serde_json::json;

use super::passkey::{PRESENT, Passkey};
use crate::web::{GATE, MANAGER, Web, code};

#[test]
fn a_link_without_a_current_code_enrols_nothing() {
    let web = Web::new();
    let token = web.link();
    let credential = Passkey::new(1).create(&json!({ "challenge": "AAAA" }));
    web.enrol(&token, &credential).is_problem(410, "expired");
    let missing = json!({ "token": token, "name": "x" });
    web.page("POST /api/device/begin", "", &missing).is_problem(400, "bad_request");
    web.begin(&token, "000000").is_problem(403, "wrong");
    web.enrol(&token, &credential).is_problem(410, "expired");
}

#[test]
fn a_link_is_good_once_and_only_the_last_one() {
    let web = Web::new();
    let (old, token) = (web.link(), web.link());
    web.begin(&old, &code()).is_problem(410, "expired");
    let begun = web.begin(&token, &code());
    assert_eq!(begun.status, 200, "{begun:?}");
    web.begin(&token, &code()).is_problem(403, "reused");
    let credential = Passkey::new(1).create(&begun.json()["publicKey"]);
    assert_eq!(web.enrol(&token, &credential).status, 201);
    web.enrol(&token, &credential).is_problem(410, "expired");
    web.begin(&token, &code()).is_problem(410, "expired");
}

#[test]
fn nothing_of_an_app_is_told_to_whoever_has_no_link() {
    let web = Web::new();
    for token in ["", "x", "ZGVwbG95.AAAAAAAAAAAAAAAAAAAAAA", "bm9uZQ.AAAAAAAAAAAAAAAAAAAAAA"] {
        web.begin(token, &code()).is_problem(410, "expired");
    }
    // Nor is the code used up, or counted.
    assert_eq!(web.verify(GATE, "deploy", &code()).status, 200);
}

#[test]
fn guesses_behind_a_link_are_throttled_like_any_others() {
    let web = Web::new();
    let token = web.link();
    let answers: Vec<_> = (0..10).map(|_| web.begin(&token, "000000").status).collect();
    assert!(answers.contains(&429), "{answers:?}");
}

#[test]
fn a_passkey_is_refused_unless_it_is_made_here_for_this_by_a_verified_user() {
    let other = || Passkey { origin: "https://evil.example", ..Passkey::new(1) };
    let forged: [(&str, Passkey); 3] = [
        ("another origin", other()),
        ("another site", Passkey { site: "evil.example", ..Passkey::new(1) }),
        ("no verification", Passkey { flags: PRESENT, ..Passkey::new(1) }),
    ];
    for (name, passkey) in forged {
        let web = Web::new();
        let token = web.link();
        let options = web.begin(&token, &code()).json()["publicKey"].clone();
        let refused = web.enrol(&token, &passkey.create(&options));
        assert_eq!(
            (refused.status, &refused.json()["reason"]),
            (403, &"credential".into()),
            "{name}"
        );
        let challenge = json!({ "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" });
        web.enrol(&token, &Passkey::new(1).create(&challenge)).is_problem(403, "credential");
        assert_eq!(web.enrol(&token, &Passkey::new(1).create(&options)).status, 201, "{name}");
    }
}

#[test]
fn only_who_may_manage_makes_links() {
    let web = Web::new();
    web.ask(GATE, "POST /v1/apps/deploy/devices", "").is_problem(403, "out_of_scope");
    assert_eq!(web.ask(MANAGER, "POST /v1/apps/deploy/devices", "").status, 201);
}
