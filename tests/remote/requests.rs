use std::fs;

use crate::common::disk::set_mode;
use crate::stub::Stub;
use crate::{configured, gateway, load, number};

const DONE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// A text with what is easily encoded wrongly.
const TEXT: &str = "Ünï & Co.: 1+1=2% \"né\" 🦀";

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

/// Sends a text through the gateway that the configuration describes, and returns the request.
fn sent(config: &str, text: &str) -> String {
    let stub = Stub::answering(DONE);
    gateway(&config.replace("HOST", &stub.address)).send(&number(), text).unwrap();
    stub.request()
}

fn get(target: &str, headers: &str) -> String {
    let agent = concat!("mfa/", env!("CARGO_PKG_VERSION"));
    format!(
        "GET {target} HTTP/1.1\r\nuser-agent: {agent}\r\naccept: */*\r\nhost: HOST\r\n{headers}\r\n"
    )
}

fn post(target: &str, headers: &str, body: &str) -> String {
    let length = format!("HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
    get(target, headers).replace("GET", "POST").replace("HTTP/1.1\r\n", &length) + body
}

#[test]
fn by_get_the_parameters_are_in_the_url_and_every_byte_of_them_is_encoded() {
    let config = "[sms]\nurl = 'http://HOST/cgi-bin/sendsms'\nmethod = 'get'\n[sms.params]\n'user name' = 'a&b'\nto = '{to}'\ntext = '{text}'\n";
    let target = "/cgi-bin/sendsms?user%20name=a%26b&to=%2B15550100199&text=%C3%9Cn%C3%AF%20%26%20Co.%3A%201%2B1%3D2%25%20%22n%C3%A9%22%20%F0%9F%A6%80";
    assert_eq!(sent(config, TEXT), get(target, ""));
}

#[test]
fn a_url_may_have_parameters_of_its_own() {
    let config = "[sms]\nurl = 'http://HOST/send?v=2'\nmethod = 'GET'\nparams = { n = '{to}', t = '{text}' }\n";
    let target = "/send?v=2&n=%2B15550100199&t=x";
    assert_eq!(sent(config, "x"), get(target, ""));
    let config = config.replace("'GET'", "'POST'\nbody = 'query'");
    assert_eq!(sent(&config, "x"), post(target, "", ""));
}

#[test]
fn by_post_the_parameters_are_a_form_unless_the_configuration_says_otherwise() {
    let config = "[sms]\nurl = 'http://HOST/send'\nparams = { to = '{to}', text = '{text}' }\nheaders = { X-Token = 'k3y', x-about = '{text} for {to}' }\n";
    let headers = format!("{FORM}x-token: k3y\r\nx-about: 1+1 é for +15550100199\r\n");
    let body = "to=%2B15550100199&text=1%2B1%20%C3%A9";
    assert_eq!(sent(config, "1+1 é"), post("/send", &headers, body));
}

#[test]
fn json_is_an_object_of_texts_whose_kind_may_be_named() {
    let config = "[sms]\nurl = 'http://HOST/'\nbody = 'JSON'\nparams = { to = '{to}', message = '{text}', \"a\\\"b\" = '' }\n";
    let body = r#"{"a\"b":"","message":"Ünï & Co.: 1+1=2% \"né\" 🦀","to":"+15550100199"}"#;
    assert_eq!(sent(config, TEXT), post("/", "content-type: application/json\r\n", body));
    let config = format!("{config}headers = {{ Content-Type = 'application/vnd.api+json' }}\n");
    let kind = "content-type: application/vnd.api+json\r\n";
    assert_eq!(sent(&config, TEXT), post("/", kind, body));
}

#[test]
fn control_characters_never_leave() {
    let config = "[sms]\nurl = 'http://HOST/'\nmethod = 'get'\nparams = { to = '{to}', t = '{text}' }\nheaders = { x-text = '{text}' }\n";
    let target = "/?to=%2B15550100199&t=a%20%20b%20%20c";
    assert_eq!(sent(config, "a\r\nb\0\u{85}c"), get(target, "x-text: a  b  c\r\n"));
}

#[test]
fn the_preset_for_twilio_asks_as_twilio_wants_it() {
    let stub = Stub::answering(
        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n{\"status\":\"sent\"}",
    );
    let path = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json";
    let config = |from: &str, host: &str| {
        format!(
            "[sms]\npreset = 'Twilio'\naccount_sid = 'AC0123456789abcdef0123456789abcdef'\nauth_token = 't0ken'\nfrom = '{from}'\nurl = 'http://{host}{path}'\n"
        )
    };
    let headers = format!(
        "{FORM}authorization: Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0MGtlbg==\r\n"
    );
    gateway(&config("+15550100100", &stub.address))
        .send(&number(), "Your code is: 123456")
        .unwrap();
    let body = "To=%2B15550100199&From=%2B15550100100&Body=Your%20code%20is%3A%20123456";
    assert_eq!(stub.request(), post(path, &headers, body));
    let service = "MG0123456789abcdef0123456789abcdef";
    let body = format!("To=%2B15550100199&MessagingServiceSid={service}&Body=x");
    assert_eq!(sent(&config(service, "HOST"), "x"), post(path, &headers, &body));
}

#[test]
fn a_secret_in_a_file_is_sent_as_it_stands_without_the_line_end_after_it() {
    let store = configured("");
    let outside = store.outside().join("token");
    fs::write(&outside, "s3cret {text}\r\n").unwrap();
    set_mode(&outside, 0o600);
    store.put("inside", "p4ss\n");
    let stub = Stub::answering(DONE);
    let config = format!(
        "[sms]\nurl = 'http://{}/'\n[sms.params]\nto = '{{to}}'\ntext = '{{text}}'\npassword = {{ file = 'inside' }}\n[sms.headers]\nx-token = {{ file = '{}' }}\n",
        stub.address,
        outside.display()
    );
    store.put("config.toml", config);
    let Ok(read) = load(&store) else { panic!("it is right") };
    read.sms.unwrap().gateway.send(&number(), "x").unwrap();
    let headers = format!("{FORM}x-token: s3cret {{text}}\r\n");
    assert_eq!(stub.request(), post("/", &headers, "to=%2B15550100199&text=x&password=p4ss"));
}
