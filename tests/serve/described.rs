use std::collections::BTreeSet;

use mfa::serve::openapi;

use crate::web::{ALL, Web};

#[test]
fn the_description_has_every_route_of_the_design() {
    let api: serde_json::Value = serde_json::from_str(&openapi().to_json().unwrap()).unwrap();
    let (mut routes, mut ids) = (Vec::new(), BTreeSet::new());
    for (path, methods) in api["paths"].as_object().unwrap() {
        for (method, route) in methods.as_object().unwrap() {
            routes.push(format!("{} {path}", method.to_uppercase()));
            ids.insert(route["operationId"].as_str().unwrap());
        }
    }
    routes.sort();
    let expected = [
        "DELETE /api/device",
        "DELETE /v1/apps/{app}",
        "DELETE /v1/apps/{app}/devices/{device}",
        "DELETE /v1/push/{id}",
        "GET /api/device/pending",
        "GET /healthz",
        "GET /v1/apps/{app}",
        "GET /v1/openapi.json",
        "POST /api/auth/mfa/push/respond",
        "POST /api/device/begin",
        "POST /api/device/enrol",
        "POST /api/recover",
        "POST /v1/apps",
        "POST /v1/apps/{app}/backup-codes",
        "POST /v1/apps/{app}/devices",
        "POST /v1/apps/{app}/push",
        "POST /v1/apps/{app}/sms",
        "POST /v1/apps/{app}/unlock",
        "POST /v1/apps/{app}/verify",
        "POST /v1/push/{id}/redeem",
        "PUT /api/device/subscription",
        "PUT /v1/apps/{app}/phone",
    ];
    assert_eq!(routes, expected);
    assert_eq!(ids.len(), routes.len(), "OpenAPI 3.1: each operationId is unique: {ids:?}");
}

#[test]
fn every_route_that_is_described_is_there_and_asks_who_it_is() {
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
            // What a page may ask is refused to whoever is no page of ours.
            let expected = match (path.starts_with("/api"), route.get("security")) {
                _ if path == "/api/recover" => 415,
                (true, _) if method != "GET" => 403,
                (false, None) => 200,
                _ => 401,
            };
            assert_eq!(answer.status, expected, "{method} {path}");
            let statuses = route["responses"].as_object().unwrap();
            assert!(statuses.contains_key(&answer.status.to_string()), "{method} {path}");
        }
    }
}

#[test]
fn what_is_asked_and_answered_has_a_name_of_its_own() {
    // Of two of one name, the description would have one.
    let api = serde_json::to_value(openapi()).unwrap();
    let mut names = Vec::new();
    for route in api["paths"].as_object().unwrap().values().flat_map(|it| it.as_object().unwrap()) {
        let bodies = [&route.1["requestBody"], &route.1["responses"]];
        for body in bodies.map(ToString::to_string) {
            let references = body.split("#/components/schemas/").skip(1);
            names.extend(references.map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    // What refuses is the same for all, and a code is accepted as an approval is.
    names.retain(|name| name != "Problem");
    names.sort();
    let count = names.len();
    names.dedup();
    assert_eq!(count - names.len(), 1, "{names:?}");
}
