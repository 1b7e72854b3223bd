use std::fs;
use std::net::TcpStream;

use super::{Served, block, gate};
use crate::common::codes::{right, wrong};
use crate::common::{Run, Started};
use crate::ssh::{free_port, until};

const NGINX: &str = include_str!("../../../packaging/nginx.conf");
const CADDY: &str = include_str!("../../../packaging/Caddyfile");

/// The certificate of a name, made for the test.
const CERTIFICATE: &str = "openssl req -x509 -newkey rsa:2048 -noenc -keyout key -out cert -days 2 \
    -subj /CN=mfa.example.org -addext subjectAltName=DNS:mfa.example.org";

/// What stands in the way: a redirect to the proxy, and pages that a gate must not take for an acceptance.
const IN_THE_WAY: &str = r#"
location / { return 308 http://127.0.0.1:PLAIN$request_uri; }
location /empty/ { return 200; }
location /page/ { return 200 "<html>Please log in</html>"; }
location /no/ { default_type application/json; return 200 '{"accepted":false}'; }
location /gone/ { default_type application/json; return 404 '{"accepted":true}'; }
"#;

/// nginx in front of a service: by TLS, by plain HTTP, and by what stands in the way.
struct Proxied {
    served: Served,
    tls: u16,
    plain: u16,
    other: u16,
    nginx: Option<Started>,
}

impl Proxied {
    fn start() -> Self {
        let served = Served::with_gate();
        served.sh(CERTIFICATE);
        let [tls, plain, other] = [(); 3].map(|()| free_port());
        let mut proxied = Self { served, tls, plain, other, nginx: None };
        let served = &proxied.served;
        fs::write(served.at("nginx.conf"), proxied.config()).unwrap();
        let nginx = served.script("exec nginx -p . -e error.log -c nginx.conf").start();
        proxied.nginx = Some(nginx);
        let listens = |port: &u16| TcpStream::connect(("127.0.0.1", *port)).is_ok();
        until(|| [tls, plain, other].iter().all(listens));
        proxied
    }

    /// Returns the documentation's server, as it is and without TLS, and what stands in the way.
    fn config(&self) -> String {
        let Self { tls, plain, other, .. } = self;
        let server = self.served.adapted(block("server {"));
        let with = server
            .replace("443 ssl", &format!("127.0.0.1:{tls} ssl"))
            .replace("/etc/letsencrypt/live/mfa.example.org/fullchain.pem", "cert")
            .replace("/etc/letsencrypt/live/mfa.example.org/privkey.pem", "key");
        let without = server.lines().filter(|line| !line.contains("ssl_certificate"));
        let without = without.collect::<Vec<_>>().join("\n");
        let without = without.replace("443 ssl", &format!("127.0.0.1:{plain}"));
        let in_the_way = IN_THE_WAY.replace("PLAIN", &plain.to_string());
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = temporary.map(|kind| format!("{kind}_temp_path temporary;")).concat();
        format!(
            "daemon off; master_process off; pid nginx.pid; events {{}}
http {{ access_log off; {temporary}
{with}
{without}
server {{ listen 127.0.0.1:{other}; {in_the_way} }} }}"
        )
    }

    /// Prepares the documentation's check of a code at this address, with more options for curl.
    fn check(&self, url: &str, options: &str, code: &str) -> Run {
        let curl = format!("curl() {{ command curl {options} \"$@\"; }}");
        let script = format!("{curl}\n{}\nurl={url}\nverify deploy {code}", gate());
        self.served.script(&script)
    }

    /// Prepares the documentation's check by TLS.
    fn check_by_tls(&self, options: &str, code: &str) -> Run {
        let Self { tls, .. } = self;
        let resolve = format!("--cacert cert --resolve mfa.example.org:{tls}:127.0.0.1 {options}");
        self.check(&format!("https://mfa.example.org:{tls}"), &resolve, code)
    }

    /// Prepares the documentation's gate elsewhere, which asks this address.
    fn asks(&self, url: &str, code: &str) -> Run {
        let line = block("printf '%s' \"$code\"").replace("http://127.0.0.1:8080", url);
        self.served
            .script(&format!("code={code}\n{}", line.replace("./deploy.sh", "echo deployed")))
    }
}

impl Drop for Proxied {
    fn drop(&mut self) {
        if let Some(mut nginx) = self.nginx.take() {
            nginx.kill();
            nginx.finish();
        }
    }
}

#[test]
fn the_documentations_proxies_are_those_that_are_packaged() {
    assert!(NGINX.ends_with(block("server {")));
    assert!(CADDY.ends_with(block("mfa.example.org {")));
    for packaged in [NGINX, CADDY] {
        for key in ["origin", "trusted_proxies"] {
            let line = block("origin =").lines().find(|line| line.starts_with(key)).unwrap();
            assert!(packaged.contains(&format!("#   {line}\n")), "{line}");
        }
    }
}

#[test]
#[ignore = "needs nginx, openssl, curl and jq"]
fn by_tls_a_code_opens_once_and_the_log_has_the_address_that_the_proxy_saw() {
    let proxied = Proxied::start();
    let forged = "--interface 127.0.0.2 -H 'X-Forwarded-For: 203.0.113.9'";
    let code = right();
    for (code, status, outcome) in
        [(wrong(), 1, "wrong"), (code.clone(), 0, "accepted"), (code, 1, "reused")]
    {
        proxied.check_by_tls(forged, &code).gives(status, "", "");
        let event = proxied.served.last_event();
        let told = (&event["outcome"], &event["client"], &event["address"]);
        assert_eq!(told, (&outcome.into(), &"gate".into(), &"127.0.0.2".into()));
    }
}

#[test]
#[ignore = "needs nginx, openssl, curl and jq"]
fn the_proxy_refuses_a_body_that_is_too_large() {
    let proxied = Proxied::start();
    let said = proxied.check_by_tls("-H 'Expect:'", &"0".repeat(70_000)).said();
    assert_ne!(said.status, Some(0), "{said:?}");
    let log = fs::read_to_string(proxied.served.at("error.log")).unwrap();
    assert!(log.contains("client intended to send too large body"), "{log}");
}

#[test]
#[ignore = "needs nginx, openssl, curl and jq"]
fn neither_a_redirect_nor_another_answer_is_taken_for_an_acceptance() {
    let proxied = Proxied::start();
    let (code, other) = (right(), format!("http://127.0.0.1:{}", proxied.other));
    for path in ["", "/empty", "/page", "/no", "/gone"] {
        let url = format!("{other}{path}");
        let said = proxied.check(&url, "", &code).said();
        assert!(said.status.is_some_and(|status| status != 0), "{url}: {said:?}");
        let said = proxied.asks(&url, &code).said();
        assert_eq!((said.status, &*said.stdout), (Some(6), ""), "{url}: {said:?}");
    }
    let redirect = "error: the server answered 308, a redirect, which is not followed\n";
    proxied.asks(&other, &code).gives(6, "", redirect);
    // What the documentation warns of.
    let naive = format!("curl -fsS -o /dev/null --json '{{}}' {other}/v1/apps/deploy/verify");
    proxied.served.sh(&naive);
    let plain = format!("http://127.0.0.1:{}", proxied.plain);
    proxied.asks(&plain, &code).gives(0, "Welcome\ndeployed\n", "");
}

#[test]
#[ignore = "needs nginx, openssl, curl and jq"]
fn a_certificate_that_nobody_vouches_for_is_not_believed() {
    let proxied = Proxied::start();
    let said = proxied.asks(&format!("https://localhost:{}", proxied.tls), &right()).said();
    assert_eq!((said.status, &*said.stdout), (Some(6), ""), "{said:?}");
    assert!(said.stderr.starts_with("error: cannot reach the server: "), "{said:?}");
}
