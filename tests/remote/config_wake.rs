//! The sections `[push]` and `[notify]`.

use std::fs;

use mfa::domain::{AppName, UnixTime};
use mfa::send::{VapidKey, Wake, wake};

use crate::common::disk::set_mode;
use crate::config::error;
use crate::{configured, load};

/// A section that is right.
const PUSH: &str = "[push]\nkey = 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'\ncontact = 'mailto:admin@example.org'\n";

/// One that needs no more than an address.
const NOTIFY: &str = "[notify]\nurl = 'https://ntfy.example/topic'\n";

fn push_with(line: &str) -> String {
    format!("{PUSH}{line}\n")
}

#[test]
fn push_needs_a_key_and_a_contact_and_may_list_services() {
    for right in [
        PUSH,
        &push_with("services = []"),
        &push_with("services = ['push.example.org', 'push.example.org:8443', '127.0.0.1:8080']"),
        &PUSH.replace("mailto:admin@example.org", "https://example.org/contact"),
    ] {
        assert_eq!(error(right), "none", "{right}");
    }
    let services = "'services' in [push] is not a list of hosts";
    let host = "'services': a push service is HOST or HOST:PORT";
    let address = "'services': a push service is named by its host, not by an IP address, unless it is this machine's";
    let key = "2:7: a VAPID key is 32 bytes in base64url, without padding";
    let contact = "3:11: a contact is mailto:NAME@HOST or https://HOST, without spaces";
    for (text, expected) in [
        ("push = 1\n", "1:8: 'push' is not a table"),
        ("[push]\n", "1:2: [push] lacks 'key'"),
        (&PUSH.replace("contact", "#"), "1:2: [push] lacks 'contact'"),
        (&push_with("service = []"), "4:1: unknown key 'service' in [push]"),
        (&PUSH.replace("oRw'", "oRw='"), key),
        (&PUSH.replace("-oRw'", "'"), key),
        (&PUSH.replace("yfWP", "____").replace("iYE-n46HLnH0KqZOF1fJJU3M", &"_".repeat(24)), key),
        (&PUSH.replace("'yf", "4711 #"), "2:7: 'key' in [push] is not a text or { file = \"…\" }"),
        (&PUSH.replace("mailto:", ""), contact),
        (&PUSH.replace("admin@", "the admin@"), contact),
        (&PUSH.replace("mailto:admin@", "http://"), contact),
        (
            &PUSH.replace("'mailto:admin@example.org'", "1"),
            "3:11: 'contact' in [push] is not a text",
        ),
        (&push_with("services = 'push.example.org'"), &format!("4:12: {services}")),
        (&push_with("services = ['a.example', 1]"), &format!("4:26: {services}")),
        (&push_with("services = ['a.example', '*.b.example']"), &format!("4:26: {host}")),
        (&push_with("services = ['https://a.example']"), &format!("4:13: {host}")),
        (&push_with("services = ['192.168.0.1']"), &format!("4:13: {address}")),
        (&push_with("services = ['169.254.169.254:80']"), &format!("4:13: {address}")),
    ] {
        let error = error(text);
        assert!(!error.contains("HLnH0"), "{error}");
        assert_eq!(error, *expected, "{text}");
    }
}

#[test]
fn the_key_may_be_in_a_private_file_which_is_not_repeated_either() {
    let store = configured("[push]\nkey = { file = 'vapid' }\ncontact = 'mailto:a@b'\n");
    let wrong = |store| load(store).err().map(|error| error.to_string()).unwrap_or_default();
    store.put("vapid", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw\n");
    let key: VapidKey = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw".parse().unwrap();
    let push = load(&store).unwrap_or_else(|error| panic!("{error}")).push.unwrap();
    assert_eq!(push.public_key(), key.public_key());
    store.put("vapid", "hunter2\n");
    let path = store.path().display().to_string();
    let line =
        format!("{path}/config.toml:2:7: a VAPID key is 32 bytes in base64url, without padding");
    assert_eq!(wrong(&store), line);
    set_mode(store.at("vapid"), 0o644);
    assert_eq!(wrong(&store), format!("{path}/config.toml:2:16"));
    fs::remove_file(store.at("vapid")).unwrap();
    assert_eq!(wrong(&store), format!("{path}/config.toml:2:16"));
}

#[test]
fn a_notification_needs_an_address_alone_and_its_places_are_its_own() {
    assert_eq!(error(NOTIFY), "none");
    let with = |line: &str| format!("{NOTIFY}{line}\n");
    let all = "params = { a = '{app} {purpose} {origin} {device} {x y}', b = { file = '/b' } }";
    assert!(error(&with(&all.replace(", b = { file = '/b' }", ""))) == "none");
    let places = "the value has a placeholder other than {app}, {purpose}, {origin} and {device}: what is to be sent as it stands goes into a file";
    for (text, expected) in [
        ("notify = 1\n", "1:10: 'notify' is not a table"),
        ("[notify]\n", "1:2: [notify] lacks 'url'"),
        (&with("urll = 'x'"), "3:1: unknown key 'urll' in [notify]"),
        (&with("text = 'x'"), "3:1: unknown key 'text' in [notify]"),
        (&with("preset = 'twilio'"), "3:1: unknown key 'preset' in [notify]"),
        (&with("per_hour = 1"), "3:1: unknown key 'per_hour' in [notify]"),
        (&with("body = 'text'"), "3:8: 'body' in [notify] is not 'query' or 'form' or 'json'"),
        (&with("ok = [404]"), "3:6: 'ok' in [notify] is not a list of statuses from 200 to 299"),
        (&with("params = { x = '{number}' }"), &format!("3:16: {places}")),
        (&with("params = { x = '{to}' }"), &format!("3:16: {places}")),
        (&with("headers = { x = '{text}' }"), &format!("3:17: {places}")),
        (
            &NOTIFY.replace("https", "http"),
            "2:7: http is for this machine alone (localhost, 127.0.0.1, [::1]): use https",
        ),
    ] {
        assert_eq!(error(text), *expected, "{text}");
    }
}

#[test]
fn without_the_sections_nobody_is_woken() {
    let config = load(&configured("")).unwrap_or_else(|error| panic!("{error}"));
    let app: AppName = "deploy".parse().unwrap();
    let reason = Wake { app: &app, purpose: None, origin: "" };
    let outcomes = wake(&[], config.push.as_ref(), config.notify.as_ref(), &reason, UnixTime(0));
    assert_eq!(outcomes, []);
}
