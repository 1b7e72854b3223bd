use mfa::domain::{Totp, parse_provisioning_uri};

use super::{Served, block};
use crate::common::codes::{now, right};
use crate::common::disk::{mode, set_mode};
use crate::common::gateway::Gateway;
use crate::pages::SERVICE;
use crate::recipe;

const UNIT: &str = include_str!("../../../packaging/mfa.service");

/// A service of a user of its own, who is removed after the test.
struct Installed(Served);

impl Installed {
    /// Installs the service as the documentation says, with this gateway.
    fn new(gateway: &Gateway) -> Self {
        let installed = Self(Served::new());
        let served = &installed.0;
        served.sh(block("useradd"));
        std::fs::write(served.at("sms.secret"), "hunter2").unwrap();
        set_mode(served.at("sms.secret"), 0o600);
        served.sh(&format!("chown {}: /etc/mfa-sms.secret", served.user));
        let gateway = gateway.config();
        let gateway = gateway.split('\'').nth(1).unwrap().trim_end_matches('/');
        let config = served.adapted(block("origin =")).replace("http://127.0.0.1:13013", gateway);
        std::fs::write(served.at("config.toml"), config).unwrap();
        installed
    }

    /// Starts what the unit starts, as its user.
    fn start(&mut self) {
        let line = UNIT.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/")).unwrap();
        let user = &self.0.user;
        let line = format!("setpriv --reuid {user} --regid {user} --init-groups {line}");
        self.0.start(&line);
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        let _ = self.0.script(&format!("userdel --force {}", self.0.user)).said();
    }
}

/// Returns the code of the app that the session has enrolled.
fn code(served: &Served) -> String {
    code_of(served, "enrolled.json")
}

/// Returns the code of the secret in an answer.
fn code_of(served: &Served, file: &str) -> String {
    let answer = std::fs::read_to_string(served.at(file)).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let provisioned = parse_provisioning_uri(answer["uri"].as_str().unwrap()).unwrap();
    Totp::default().code(&provisioned.secret, now())
}

#[test]
#[ignore = "needs root, curl and jq"]
fn a_session_with_curl_goes_as_it_is_written() {
    let gateway = Gateway::start();
    let mut installed = Installed::new(&gateway);
    installed.0.sh(block("install -m 600"));
    assert_eq!(mode(installed.0.store.path()), 0o700);
    installed.0.session("$ runuser", "");
    installed.0.sh(block("umask 077"));
    installed.start();
    let served = &installed.0;
    served.session("$ ask \"$url/v1/apps\" ", "");
    assert!(std::fs::read(served.at("qr.png")).unwrap().starts_with(b"\x89PNG"));
    served.session("$ read -r code", &code(served));
    served.session("$ ask -X PUT", "");
    served.session("$ read -r sent", &gateway.wait());
    served.session("$ ask \"$url/v1/apps/deploy/backup-codes\"", "");
    served.session("$ curl -sS -H @gate.header", "");
    served.session("$ runuser -u mfa -- mfa --store /var/lib/mfa recover", "");
    served.session("$ jq -n --rawfile", "");
    served.session("$ read -r first", &code_of(served, "recovered.json"));
    served.session("$ for try", "");
    served.session("$ ask -X DELETE", "");
    served.session("$ curl -sS http://127.0.0.1:9100/metrics", "");
    let removed = served.last_event();
    assert_eq!((&removed["action"], &removed["client"]), (&"remove".into(), &"admin".into()));
}

#[test]
#[ignore = "needs curl and jq"]
fn the_first_request_is_answered() {
    let served = Served::with_gate();
    let request = recipe(SERVICE, "sed 's/^/Authorization");
    let accepted = r#"{"accepted":true,"reason":"accepted","retry_after":null,"factor":"totp","backup_codes_left":0}"#;
    served.script(&format!("code={}\n{request}", right())).gives(0, accepted, "");
}
