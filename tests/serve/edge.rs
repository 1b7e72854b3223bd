use axum::body::Body;
use axum::http::{Request, header};

use crate::web::{ALL, GATE, LOGGED, Web, asked, code, token};

#[test]
fn a_request_for_another_host_is_misdirected() {
    let web = Web::new();
    let with = |host: &str| {
        let mut request = asked(ALL, "GET /healthz", "");
        request.headers_mut().insert(header::HOST, host.parse().unwrap());
        web.answer(request)
    };
    for host in ["localhost:8080", "LOCALHOST", "127.0.0.1:8080", "[::1]:8080"] {
        assert_eq!(with(host).status, 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:8080", ""] {
        with(host).is_problem(421, "host");
    }
    let mut twice = asked(ALL, "GET /healthz", "");
    twice.headers_mut().append(header::HOST, "localhost".parse().unwrap());
    web.answer(twice).is_problem(421, "host");
    web.answer(Request::builder().uri("/healthz").body(Body::empty()).unwrap())
        .is_problem(421, "host");
}

#[test]
fn a_route_or_a_method_that_is_not_there_is_a_problem_too() {
    let web = Web::new();
    web.ask(ALL, "GET /page", "").is_problem(404, "no_route");
    web.ask(ALL, "GET /v1/apps/deploy/verify/", "").is_problem(404, "no_route");
    web.ask(ALL, "PUT /v1/apps/deploy", "").is_problem(405, "method");
    for app in ["%2e%2e", "..", "a%2Fb", "%00", "%ff"] {
        let answer = web.ask(ALL, &format!("GET /v1/apps/{app}"), "");
        assert!(matches!(answer.status, 400 | 404), "{app}: {answer:?}");
    }
}

#[test]
fn the_services_log_has_a_line_for_each_request_and_no_code_or_token_in_it() {
    let web = Web::new();
    web.verify(GATE, "deploy", &code());
    web.ask(GATE, &format!("GET /elsewhere/{}?token={}", code(), token(GATE)), "");
    crate::common::service::until(|| LOGGED.lock().unwrap().join("").contains("no_route"));
    let lines = LOGGED.lock().unwrap().join("\n");
    let line = lines.lines().find(|line| line.contains("/verify") && line.contains("200")).unwrap();
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["route"], "/v1/apps/{app}/verify");
    assert_eq!((&line["app"], &line["method"]), (&"deploy".into(), &"POST".into()));
    for secret in [code(), token(GATE), token(ALL)] {
        assert!(!lines.contains(&secret), "{lines}");
    }
}
