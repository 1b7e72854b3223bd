use crate::common::TempStore;
use crate::common::service::enrolled;

fn check(store: &TempStore, config: &str) -> crate::common::Said {
    store.put("config.toml", config);
    store.mfa(["serve", "--check"]).said()
}

#[test]
fn a_check_says_what_would_be_served() {
    let store = enrolled();
    store.mfa(["serve", "--check"]).gives(
        0,
        "Store: STORE, 1 app, 1 client
Origin: http://localhost:8080
Listens on: http://127.0.0.1:8080
Metrics: none
Trusted proxies: none
SMS: none
Web push: none
Notifications: none
",
        "",
    );
    let config = r#"
origin = "https://mfa.example.org"
listen = "127.0.0.1:8181"
metrics = "127.0.0.1:9090"
trusted_proxies = ["127.0.0.0/8", "::1/128"]

[sms]
url = "https://sms.example.org/send"
params = { to = "{to}", text = "{text}" }

[push]
key = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
contact = "mailto:admin@example.org"

[notify]
url = "https://ntfy.example.org/topic"
"#;
    let told = "Store: STORE, 1 app, 1 client
Origin: https://mfa.example.org
Listens on: http://127.0.0.1:8181
Metrics: 127.0.0.1:9090
Trusted proxies: 127.0.0.0/8, ::1/128
SMS: by the gateway of the configuration
Web push: with the key of the configuration
Notifications: by the service of the configuration
";
    let said = check(&store, config);
    assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(0), told, ""));
}

#[test]
fn a_configuration_that_is_wrong_is_one_line_with_its_place() {
    let store = enrolled();
    for (config, place) in [
        ("orgin = \"https://a.example\"", "1:1: unknown key 'orgin'"),
        ("origin = 1", "1:10: 'origin' is not a text"),
        (
            "origin = \"https://203.0.113.7\"",
            "1:10: 'origin': an IP address is no origin: a browser keeps no passkey for it",
        ),
        (
            "origin = \"http://a.example\"",
            "1:10: 'origin': an origin without TLS is on this machine: http://localhost:PORT",
        ),
        ("\nlisten = \"8080\"", "2:10: 'listen': invalid socket address syntax"),
        ("trusted_proxies = \"::1\"", "1:19: 'trusted_proxies' is not a list of networks"),
        ("trusted_proxies = [\"localhost\"]", "1:20: 'trusted_proxies': invalid IP address syntax"),
        ("metrics = true", "1:11: 'metrics' is not a text"),
    ] {
        let said = check(&store, config);
        let expected = format!("error: STORE/config.toml:{place}\n");
        assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(2), "", &*expected));
    }
}

#[test]
fn without_a_store_nothing_is_served() {
    let store = TempStore::new();
    let said = store.mfa(["serve", "--check"]).said();
    assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{said:?}");
}
