use axum::Router;
use axum::http::StatusCode;
use mfa::audit::Caller;
use mfa::client::ClientId;
use mfa::domain::{AppName, Asked, Handle, Question};
use mfa::push::{Answered, Ask};
use mfa::serve::router;
use mfa::store::Folder;
use tower::ServiceExt;

use crate::common::push::{answer, enrol_device};
use crate::web::{GATE, NOW, Web, asked, code, service};

const ROUNDS: usize = 100;
const CALLERS: usize = 50;

/// Returns a challenge of the gate that a device has approved.
fn approved(web: &Web) -> String {
    let app: AppName = "deploy".parse().unwrap();
    enrol_device(&web.store, &app, &code(), NOW);
    let drawn = Question::drawn(|_| Ok::<_, std::io::Error>(())).unwrap();
    let question = Question { caller: Some(ClientId(GATE).to_string().parse().unwrap()), ..drawn };
    let ask = Ask { app: &app, question: &question, caller: &Caller::default() };
    assert_eq!(mfa::push::ask(&web.store, ask, || Ok(NOW)).unwrap(), Asked::Sent);
    assert_eq!(answer(&web.store, &app, true, NOW).unwrap(), Answered::Approved);
    Handle { app, bits: question.id.0 }.to_string()
}

/// Redeems one challenge by many callers at once, each at one of the instances in turn.
fn redeemed(instances: &[Router], id: &str) -> Vec<StatusCode> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let callers = instances.iter().cycle().take(CALLERS).map(|instance| {
        let request = asked(GATE, &format!("POST /v1/push/{id}/redeem"), "{}");
        runtime.spawn(instance.clone().oneshot(request))
    });
    let callers: Vec<_> = callers.collect();
    let answers = callers.into_iter().map(|caller| runtime.block_on(caller).unwrap().unwrap());
    answers.map(|answer| answer.status()).collect()
}

#[test]
#[ignore = "takes a minute"]
fn of_fifty_callers_at_once_one_redeems_on_one_instance_and_on_two() {
    let instance = |store: &Folder| router(service(store.clone()));
    for round in 0..ROUNDS {
        for count in [1, 2] {
            let web = Web::new();
            let instances: Vec<_> = (0..count).map(|_| instance(&web.store)).collect();
            let answers = redeemed(&instances, &approved(&web));
            let opened = answers.iter().filter(|status| **status == StatusCode::OK).count();
            assert_eq!(opened, 1, "round {round}: {answers:?}");
            let refused = [StatusCode::OK, StatusCode::GONE, StatusCode::SERVICE_UNAVAILABLE];
            assert!(answers.iter().all(|status| refused.contains(status)), "{answers:?}");
        }
    }
}
