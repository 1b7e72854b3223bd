use mfa::serve::openapi;

use crate::web::{ALL, Web};

#[test]
fn the_description_has_every_route_of_the_design() {
    let api: serde_json::Value = serde_json::from_str(&openapi().to_json().unwrap()).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    routes.sort();
    let expected = [
        "DELETE /v1/apps/{app}",
        "GET /healthz",
        "GET /v1/apps/{app}",
        "GET /v1/openapi.json",
        "POST /v1/apps",
        "POST /v1/apps/{app}/backup-codes",
        "POST /v1/apps/{app}/sms",
        "POST /v1/apps/{app}/unlock",
        "POST /v1/apps/{app}/verify",
        "PUT /v1/apps/{app}/phone",
    ];
    assert_eq!(routes, expected);
}

#[test]
fn every_route_that_is_described_is_there_and_asks_for_a_token() {
    let web = Web::new();
    let told = web.ask(ALL, "GET /v1/openapi.json", "");
    assert_eq!(told.status, 200);
    for (path, methods) in told.json()["paths"].as_object().unwrap() {
        for (method, route) in methods.as_object().unwrap() {
            let method = method.to_uppercase();
            let request = format!("{method} {}", path.replace("{app}", "deploy"));
            let mut request = crate::web::asked(ALL, &request, "");
            request.headers_mut().remove("authorization");
            let answer = web.answer(request);
            let is_open = route.get("security").is_none();
            assert_eq!(answer.status, if is_open { 200 } else { 401 }, "{method} {path}");
            let statuses = route["responses"].as_object().unwrap();
            assert!(statuses.contains_key(&answer.status.to_string()), "{method} {path}");
        }
    }
}
