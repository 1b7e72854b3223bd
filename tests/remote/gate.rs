//! Gates that ask a service in place of a store.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use crate::common::disk::set_mode;
use crate::common::{Run, TempStore};
use crate::stub::Stub;
use crate::tls::Server;

const TOKEN: &str = "mfa_000000ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

const CODE: [&str; 4] = ["authenticate", "Example Corp", "-o", "123 456"];

/// Makes a file with a token, and a store that no gate should look at.
fn with_token() -> (TempStore, PathBuf) {
    let store = TempStore::enrolled();
    let file = store.outside().join("token");
    fs::write(&file, format!("{TOKEN}\n")).unwrap();
    set_mode(&file, 0o600);
    (store, file)
}

/// Prepares a command that asks a server.
fn asking(store: &TempStore, args: &[&str], url: &str) -> Run {
    let file = store.outside().join("token");
    store.bare(args).args(["--server", url, "--token-file", file.to_str().unwrap()])
}

fn answer(status: u16, kind: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn problem(status: u16, body: &str) -> String {
    answer(status, "application/problem+json", body)
}

const ACCEPTED: &str = r#"{"accepted":true,"reason":"accepted","retry_after":null,"factor":"totp","backup_codes_left":3}"#;

fn accepting() -> Stub {
    Stub::answering(answer(200, "application/json", ACCEPTED))
}

#[test]
fn a_code_goes_out_with_its_token_and_nothing_else() {
    let (store, _) = with_token();
    let stub = accepting();
    let url = format!("http://{}/mfa/", stub.address);
    asking(&store, &CODE, &url).gives(0, "Welcome\n", "");
    let request = stub.request().to_ascii_lowercase();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().collect();
    assert_eq!(lines.remove(0), "post /mfa/v1/apps/example%20corp/verify http/1.1");
    lines.sort_unstable();
    let version = env!("CARGO_PKG_VERSION");
    let expected = [
        "accept: application/json, application/problem+json",
        &*format!("authorization: bearer {}", TOKEN.to_ascii_lowercase()),
        "content-length: 18",
        "content-type: application/json",
        "host: host",
        &*format!("user-agent: mfa/{version}"),
    ];
    let known = |line: &&str| !line.starts_with("accept-encoding");
    assert_eq!(lines.into_iter().filter(known).collect::<Vec<_>>(), expected);
    assert_eq!(body, r#"{"code":"123 456"}"#);
}

#[test]
fn each_answer_has_the_status_and_the_words_of_the_local_gate() {
    let (store, _) = with_token();
    let refused = "OTP verification failed\n";
    let unlock = "mfa unlock 'Example Corp', on the server";
    let disabled = format!(
        "error: disabled after too many failures, the code was not looked at\nhint: its owner can unlock it: {unlock}\n"
    );
    for (answer, status, stdout, stderr) in [
        (problem(403, r#"{"reason":"wrong","factor":"totp"}"#), 1, refused, ""),
        (problem(403, r#"{"reason":"reused","factor":"totp"}"#), 1, refused, ""),
        (
            problem(
                400,
                r#"{"reason":"bad_request","detail":"the code has 6 digits, this app's have 8"}"#,
            ),
            2,
            "",
            "error: the code has 6 digits, this app's have 8\n",
        ),
        (
            problem(429, r#"{"reason":"throttled","retry_after":60}"#),
            3,
            refused,
            "error: too many failures, the code was not looked at\nhint: try again in 60 s\n",
        ),
        (problem(423, r#"{"reason":"disabled"}"#), 3, refused, &disabled),
        (
            problem(404, r#"{"reason":"unknown_app"}"#),
            4,
            "",
            "error: the server has no app named 'Example Corp'\n",
        ),
        (
            problem(401, r#"{"reason":"token"}"#),
            5,
            "",
            "error: the server does not accept the token\n",
        ),
        (
            problem(403, r#"{"reason":"out_of_scope"}"#),
            5,
            "",
            "error: the token may not ask about the app 'Example Corp'\n",
        ),
        (
            problem(500, r#"{"reason":"store"}"#),
            5,
            "",
            "error: the server cannot trust or read its store\n",
        ),
        (
            problem(503, r#"{"reason":"busy"}"#),
            6,
            "",
            "error: the server cannot judge the code now: it answered 503\n",
        ),
        (
            problem(503, r#"{"reason":"clock"}"#),
            7,
            "",
            "error: the server has no usable clock or randomness\n",
        ),
        (
            "HTTP/1.1 308 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".into(),
            6,
            "",
            "error: the server answered 308, a redirect, which is not followed\n",
        ),
        (
            answer(200, "text/html", "<h1>Welcome</h1>"),
            6,
            "",
            "error: the server gave an answer with the status 200 that is not a gate's\n",
        ),
        (
            answer(200, "application/json", &ACCEPTED.replace("true", "false")),
            6,
            "",
            "error: the server gave an answer with the status 200 that is not a gate's\n",
        ),
        (
            answer(200, "application/json", &format!("{ACCEPTED}{}", " ".repeat(64 * 1024))),
            6,
            "",
            "error: the server gave an answer with the status 200 that is not a gate's\n",
        ),
        (
            "\x16\x03 garbage\r\n\r\n".into(),
            6,
            "",
            "error: cannot reach the server: what answers there does not speak HTTP\n",
        ),
    ] {
        let stub = Stub::answering(answer);
        asking(&store, &CODE, &format!("http://{}", stub.address)).gives(status, stdout, stderr);
        stub.request();
    }
}

#[test]
fn an_answer_that_ends_too_soon_is_none() {
    let (store, _) = with_token();
    let whole = answer(200, "application/json", ACCEPTED);
    for length in [0, 1, 20, whole.len() - 1] {
        let stub = Stub::answering(&whole.as_bytes()[..length]);
        let said = asking(&store, &CODE, &format!("http://{}", stub.address)).said();
        assert_eq!((said.status, &*said.stdout), (Some(6), ""), "{length}: {said:?}");
        assert!(said.stderr.starts_with("error: cannot reach the server: "), "{said:?}");
    }
    let nowhere = asking(&store, &CODE, "http://127.0.0.1:1").said();
    let error = "error: cannot reach the server: Connection refused";
    assert!(nowhere.status == Some(6) && nowhere.stderr.starts_with(error), "{nowhere:?}");
}

#[test]
fn json_is_that_of_the_local_gate() {
    let (store, _) = with_token();
    for (answer, status, stdout) in [
        (answer(200, "application/json", ACCEPTED), 0, ACCEPTED),
        (
            problem(403, r#"{"reason":"wrong","factor":"hotp"}"#),
            1,
            r#"{"accepted":false,"reason":"wrong","retry_after":null,"factor":"hotp","backup_codes_left":null}"#,
        ),
        (
            problem(429, r#"{"reason":"throttled","retry_after":60}"#),
            3,
            r#"{"accepted":false,"reason":"throttled","retry_after":60,"factor":null,"backup_codes_left":null}"#,
        ),
        (
            problem(404, r#"{"reason":"unknown_app"}"#),
            4,
            r#"{"accepted":false,"reason":"unknown_app","retry_after":null,"factor":null,"backup_codes_left":null}"#,
        ),
        (
            answer(502, "text/html", ""),
            6,
            r#"{"accepted":false,"reason":"record","retry_after":null,"factor":null,"backup_codes_left":null}"#,
        ),
    ] {
        let stub = Stub::answering(answer);
        let run = asking(&store, &CODE, &format!("http://{}", stub.address)).args(["--json"]);
        let said = run.said();
        assert_eq!((said.status, said.stdout), (Some(status), format!("{stdout}\n")));
    }
}

#[test]
fn run_runs_a_command_behind_a_server_and_only_then() {
    let (store, _) = with_token();
    for (answer, status, stdout) in [
        (answer(200, "application/json", ACCEPTED), 0, "done\n"),
        (problem(403, r#"{"reason":"wrong"}"#), 125, ""),
        (answer(200, "text/html", ACCEPTED), 125, ""),
    ] {
        let stub = Stub::answering(answer);
        let url = format!("http://{}", stub.address);
        let args = ["run", "Example Corp", "-o", "123456"];
        let said = asking(&store, &args, &url).args(["--", "echo", "done"]).said();
        assert_eq!((said.status, &*said.stdout), (Some(status), stdout), "{said:?}");
    }
}

/// Asserts that a server that takes its time is given up.
fn given_up(act: impl FnOnce(&mut std::net::TcpStream) + Send + 'static) {
    let (store, _) = with_token();
    let stub = Stub::doing(act);
    asking(&store, &CODE, &format!("http://{}", stub.address)).gives(
        6,
        "",
        "error: the server gave no answer within 10 s\n",
    );
}

#[test]
#[ignore = "long: ten seconds, run by .ci/run"]
fn a_server_that_says_nothing_is_given_up() {
    given_up(|_| sleep(Duration::from_secs(60)));
}

#[test]
#[ignore = "long: ten seconds, run by .ci/run"]
fn a_server_that_trickles_is_given_up() {
    given_up(|stream| {
        for byte in answer(200, "application/json", ACCEPTED).into_bytes() {
            sleep(Duration::from_millis(200));
            if stream.write_all(&[byte]).is_err() {
                return;
            }
        }
    });
}

#[test]
#[ignore = "needs openssl"]
fn a_server_whose_certificate_nobody_knows_is_told_nothing() {
    let (store, folder) = (with_token().0, TempDir::new().unwrap());
    let server = Server::start(&folder);
    let error = "error: cannot reach the server: invalid peer certificate: UnknownIssuer\n";
    asking(&store, &CODE, &format!("https://{}", server.address)).gives(6, "", error);
}
