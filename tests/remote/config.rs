use std::fs;

use mfa::config::ConfigError;

use crate::{configured, load};

/// A configuration that is right.
const RIGHT: &str =
    "[sms]\nurl = 'https://sms.example/send'\nparams = { to = '{to}', text = '{text}' }\n";

/// Returns the whole error of a configuration, without the store's path.
pub fn error(text: &str) -> String {
    let store = configured(text);
    let Some(error) = load(&store).err() else { return "none".into() };
    assert!(matches!(error, ConfigError::Content { .. }), "{error}");
    let line = error.to_string().replace(store.path().to_str().unwrap(), "STORE");
    assert!(!line.contains('\n'), "{line}");
    line.replace("STORE/config.toml:", "")
}

/// Returns the right configuration with another line.
fn with(line: &str) -> String {
    format!("{RIGHT}{line}\n")
}

#[test]
fn what_is_left_out_has_its_usual_value() {
    let Ok(config) = load(&configured(RIGHT)) else { panic!("it is right") };
    let sms = config.sms.unwrap();
    assert_eq!((&*sms.text, sms.per_hour.get()), ("Your code is: {code}", 100));
    let more = with("text = '{issuer}: {code} {x y} {}'\nper_hour = 1_000");
    let Ok(config) = load(&configured(&more)) else { panic!("it is right") };
    let sms = config.sms.unwrap();
    assert_eq!((&*sms.text, sms.per_hour.get()), ("{issuer}: {code} {x y} {}", 1000));
}

#[test]
fn without_a_file_or_a_section_there_is_no_gateway() {
    let store = configured("");
    assert!(load(&store).is_ok_and(|config| config.sms.is_none()));
    fs::remove_file(store.at("config.toml")).unwrap();
    assert!(load(&store).is_ok_and(|config| config.sms.is_none()));
}

#[test]
fn what_is_not_toml_is_told_with_its_place_and_not_repeated() {
    for (text, expected) in [
        ("[sms]\nurl = hunter2\n", "2:7: string values must be quoted, expected literal string"),
        ("[sms\n", "1:5: unclosed table, expected ']'"),
        ("[sms]\nurl = 'a'\nurl = 'hunter2'\n", "3:1: duplicate key"),
        ("[sms]\n[sms]\n", "2:2: duplicate key"),
        ("[sms]\nurl = \"hunter2\n", "2:15: invalid basic string, expected '\"'"),
        (
            "[sms]\nurl = \"hunter2\\q\"\n",
            "2:16: missing escaped value, expected 'b', 'e', 'f', 'n', 'r', '\\', '\"', 'x', 'u', 'U'",
        ),
        ("= 1\n", "1:1: unquoted keys cannot be empty, expected letters, numbers, '-', '_'"),
        ("é = 'ü' x\n", "1:9: unexpected key or value, expected newline, '#'"),
        ("\u{0}\n", "1:2: key with no value, expected '='"),
    ] {
        let error = error(text);
        assert!(!error.contains("hunter2"), "{error}");
        assert_eq!(error, expected, "{text:?}");
    }
}

#[test]
fn a_key_that_is_unknown_missing_or_of_the_wrong_type_is_told_with_its_place() {
    for (text, expected) in [
        ("x = 1\n", "1:1: unknown key 'x'"),
        ("sms = 1\n", "1:7: 'sms' is not a table"),
        (&with("[smss]"), "4:2: unknown key 'smss'"),
        ("[sms]\n", "1:2: [sms] lacks 'url'"),
        (&with("urll = 'x'"), "4:1: unknown key 'urll' in [sms]"),
        (&with("account_sid = 'x'"), "4:1: unknown key 'account_sid' in [sms]"),
        (&with("method = 'put'"), "4:10: 'method' in [sms] is not 'get' or 'post'"),
        (&with("method = 1"), "4:10: 'method' in [sms] is not a text"),
        (&with("body = 'xml'"), "4:8: 'body' in [sms] is not 'query' or 'form' or 'json'"),
        (
            &with("method = 'get'\nbody = 'json'"),
            "5:8: a request with the method 'get' has the body 'query'",
        ),
        (&with("ok = 200"), "4:6: 'ok' in [sms] is not a list of statuses from 200 to 299"),
        (&with("ok = []"), "4:6: 'ok' in [sms] is not a list of statuses from 200 to 299"),
        (&with("ok = [200, 302]"), "4:6: 'ok' in [sms] is not a list of statuses from 200 to 299"),
        (&with("ok = [200, 'x']"), "4:6: 'ok' in [sms] is not a list of statuses from 200 to 299"),
        (
            &with("ok = [4294967496]"),
            "4:6: 'ok' in [sms] is not a list of statuses from 200 to 299",
        ),
        (&with("per_hour = 0"), "4:12: 'per_hour' in [sms] is not a number from 1 on"),
        (&with("per_hour = -1"), "4:12: 'per_hour' in [sms] is not a number from 1 on"),
        (&with("per_hour = 1.5"), "4:12: 'per_hour' in [sms] is not a number from 1 on"),
        (&with("per_hour = 99999999999"), "4:12: 'per_hour' in [sms] is not a number from 1 on"),
        (&with("per_hour = '5'"), "4:12: 'per_hour' in [sms] is not a number from 1 on"),
        (&with("text = 'hunter2'"), "4:8: the text lacks {code}"),
        (
            &with("text = '{code} {issuers}'"),
            "4:8: the text has a placeholder other than {code} and {issuer}",
        ),
        (&with("text = \"{code}\\n\""), "4:8: the text has a control character in it"),
        (&with("text = ['{code}']"), "4:8: 'text' in [sms] is not a text"),
        (&with("preset = 'nexmo'"), "4:10: 'preset' in [sms] is not 'twilio'"),
        (&with("headers = 'x'"), "4:11: 'headers' in [sms] is not a table"),
        (&with("headers = { 'a b' = 'x' }"), "4:13: this is no name of a header"),
        (
            &with("headers = { Host = 'x' }"),
            "4:13: this header is not for the configuration to set",
        ),
        (&with("headers = { x = \"a\\u0007\" }"), "4:17: the value has a control character in it"),
        (
            &with("headers = { x = 1 }"),
            "4:17: 'x' in [sms.headers] is not a text or { file = \"…\" }",
        ),
        (
            &with("headers = { x = '{txt}' }"),
            "4:17: the value has a placeholder other than {to} and {text}: what is to be sent as it stands goes into a file",
        ),
        (&with("headers = { x = { file = 1 } }"), "4:26: 'file' in [sms.headers.x] is not a text"),
        (
            &with("headers = { x = { file = '/a', mode = 1 } }"),
            "4:32: unknown key 'mode' in [sms.headers.x]",
        ),
        (&with("headers = { x = {} }"), "4:17: [sms.headers.x] lacks 'file'"),
        (&RIGHT.replace("{to}", "to"), "1:2: [sms] lacks {to} in 'params' or 'headers'"),
        (&RIGHT.replace("{text}", "text"), "1:2: [sms] lacks {text} in 'params' or 'headers'"),
        (
            &RIGHT.replace("'{to}'", "4711"),
            "3:17: 'to' in [sms.params] is not a text or { file = \"…\" }",
        ),
        (
            &RIGHT.replace("{ to = '{to}', text = '{text}' }", "['x']"),
            "3:10: 'params' in [sms] is not a table",
        ),
    ] {
        assert_eq!(error(text), expected, "{text:?}");
    }
}

#[test]
fn a_url_that_leaks_or_leads_nowhere_is_refused_and_not_repeated() {
    for (url, expected) in [
        ("", "2:7: this is no URL"),
        ("sms.example/send", "2:7: this is no URL"),
        ("/send", "2:7: a URL begins with https:// and a host"),
        ("https:///send", "2:7: this is no URL"),
        ("ftp://sms.example/", "2:7: a URL begins with https:// and a host"),
        (
            "http://sms.example/",
            "2:7: http is for this machine alone (localhost, 127.0.0.1, [::1]): use https",
        ),
        (
            "http://127.0.0.1.example/",
            "2:7: http is for this machine alone (localhost, 127.0.0.1, [::1]): use https",
        ),
        (
            "http://192.168.1.1/",
            "2:7: http is for this machine alone (localhost, 127.0.0.1, [::1]): use https",
        ),
        (
            "https://me:hunter2@sms.example/",
            "2:7: a URL with a user or a password in it: they belong into 'headers' or 'params'",
        ),
        ("https://sms.example/#hunter2", "2:7: a URL with a fragment, which is never sent"),
        (
            "https://sms.example/a b",
            "2:7: a URL has no spaces, and characters other than ASCII's percent-encoded",
        ),
        (
            "https://sms.example/é",
            "2:7: a URL has no spaces, and characters other than ASCII's percent-encoded",
        ),
        ("https://sms.example:99999/", "2:7: a URL with a port that is none"),
        (
            "https://sms.example/{to}",
            "2:7: a URL with a placeholder: those belong into 'params' or 'headers'",
        ),
    ] {
        assert_eq!(error(&RIGHT.replace("https://sms.example/send", url)), expected, "{url}");
    }
    for url in [
        "http://localhost:13013/x",
        "http://LOCALHOST/",
        "http://127.9.9.9/",
        "http://[::1]:80/",
        "https://[2001:db8::1]/",
    ] {
        assert_eq!(error(&RIGHT.replace("https://sms.example/send", url)), "none", "{url}");
    }
}

#[test]
fn the_preset_for_twilio_needs_an_account_a_token_and_a_sender_and_nothing_else() {
    let right = "[sms]\npreset = 'twilio'\naccount_sid = 'AC0123456789abcdef0123456789abcdef'\nauth_token = 'hunter2'\nfrom = 'Example'\n";
    assert_eq!(error(right), "none");
    for (from, to, expected) in [
        ("account_sid", "#", "1:2: [sms] lacks 'account_sid'"),
        ("auth_token", "#", "1:2: [sms] lacks 'auth_token'"),
        ("from =", "#", "1:2: [sms] lacks 'from'"),
        ("AC01", "AC0", "3:15: an account of Twilio is AC and 32 hexadecimal digits"),
        ("'hunter2'", "''", "4:14: the value is empty"),
        ("'hunter2'", "4711", "4:14: 'auth_token' in [sms] is not a text or { file = \"…\" }"),
        ("'hunter2'", "{ file = 4711 }", "4:23: 'file' in [sms.auth_token] is not a text"),
        ("'Example'", "''", "5:8: the sender is empty or has a control character in it"),
        ("from", "method = 'get'\nfrom", "5:1: unknown key 'method' in [sms]"),
        ("from", "params = {}\nfrom", "5:1: unknown key 'params' in [sms]"),
        (
            "from",
            "url = 'http://api.example/'\nfrom",
            "5:7: http is for this machine alone (localhost, 127.0.0.1, [::1]): use https",
        ),
    ] {
        assert_eq!(error(&right.replace(from, to)), expected, "{to}");
    }
}
