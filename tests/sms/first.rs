use crate::common::tmux::Terminal;
use crate::{sent, with_gateway, with_phone};

#[test]
fn a_gate_sends_a_code_first_and_then_reads_it() {
    for args in [
        &["-a", "C", "--sms", "-o", "-"][..],
        &["run", "C", "--sms", "-o", "-", "--", "echo", "Welcome"],
    ] {
        let (store, gateway) = with_phone();
        let started = store.mfa(args).fed("").start();
        let code = gateway.wait();
        let said = started.answered(format!("{code}\n"));
        assert_eq!((said.status, &*said.stdout), (Some(0), "Welcome\n"), "{said:?}");
    }
}

#[test]
#[ignore = "needs tmux"]
fn a_gate_sends_a_code_first_and_then_asks_for_it_on_the_terminal() {
    let (store, gateway) = with_phone();
    let terminal = Terminal::start(&store, "mfa authenticate C --sms");
    let code = gateway.wait();
    terminal.shows("Code:");
    terminal.types(&code);
    let screen = terminal.shows("status 0");
    assert!(screen.contains("Welcome"), "{screen}");
}

#[test]
fn a_code_that_cannot_be_typed_is_not_sent() {
    let (store, gateway) = with_phone();
    let late = "error: --sms sends a code that nobody has yet\nhint: it is asked for on the terminal, or read with -o -\n";
    store.unattended(["authenticate", "C", "--sms"]).gives(2, "", late);
    store.mfa(["authenticate", "C", "--sms", "-o", "123456"]).gives(2, "", late);
    store.mfa(["run", "C", "--sms", "-o", "123456", "--", "true"]).gives(125, "", late);
    assert_eq!(gateway.texts(), [""; 0]);
}

#[test]
fn a_gate_that_may_not_send_says_so_and_reads_nothing() {
    let (store, gateway) = with_phone();
    sent(&store, &gateway);
    let said = store.mfa(["-a", "C", "--sms", "-o", "-", "--json"]).said();
    let wait = said.json()["retry_after"].clone();
    let answer = serde_json::json!({"accepted": false, "reason": "throttled",
        "retry_after": wait, "factor": null, "backup_codes_left": null});
    assert_eq!((said.status, said.json()), (Some(3), answer));
    let said = store.mfa(["run", "C", "--sms", "-o", "-", "--", "true"]).said();
    assert_eq!((said.status, gateway.texts().len()), (Some(125), 1));
    let (store, _) = with_gateway();
    let said = store.mfa(["-a", "C", "--sms", "-o", "-", "--json"]).said();
    assert_eq!((said.status, said.json()["reason"].clone()), (Some(4), "no_phone".into()));
    assert_eq!(store.mfa(["-a", "C", "--sms", "-o", "-"]).said().stdout, "");
}
