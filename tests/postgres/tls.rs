use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::Place;
use crate::common::codes::{SECRET, right};
use crate::common::postgres::{Database, Pair, user};

/// What makes two authorities, a server's certificate of one of them and a client's.
const CERTIFICATES: &str = r#"
new="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
for ca in ca other; do openssl req -x509 $new -keyout $ca.key -out $ca.pem -subj /CN=$ca; done
signed() {
    openssl req $new -keyout $1.key -out $1.csr -subj /CN=$1
    printf "$2" >$1.ext
    openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile $1.ext -out $1.pem
}
signed server subjectAltName=DNS:localhost
signed certified basicConstraints=CA:FALSE
chmod 600 *.key
"#;

/// A server with TLS, a store on it, and the files to reach it by.
pub struct World {
    pub pair: Pair,
    files: TempDir,
}

impl World {
    fn start() -> Self {
        Self::on(Pair::start())
    }

    pub fn on(pair: Pair) -> Self {
        let files = TempDir::new().unwrap();
        let script = format!("cd '{}'; exec 2>/dev/null{CERTIFICATES}", files.path().display());
        assert!(Command::new("sh").args(["-ec", &script]).status().unwrap().success());
        let mut lines = Vec::new();
        for (name, setting) in [
            ("server.pem", "ssl_cert_file"),
            ("server.key", "ssl_key_file"),
            ("ca.pem", "ssl_ca_file"),
        ] {
            let to = pair.primary.data().join(name);
            fs::copy(files.path().join(name), &to).unwrap();
            if let Some((user, group)) = user() {
                chown(&to, Some(user), Some(group)).unwrap();
            }
            lines.push(format!("{setting} = '{name}'"));
        }
        lines.push("ssl = 'on'".into());
        for line in lines {
            pair.primary.set(&line);
        }
        Database::made(&pair.primary, "mfa");
        for role in ["certified", "worded", "plain"] {
            let made = format!("CREATE ROLE {role} LOGIN PASSWORD 'CANARY:word' IN ROLE mfa_admin");
            pair.primary.sql("mfa", &made);
        }
        Self { pair, files }
    }

    fn file(&self, name: &str) -> String {
        self.files.path().join(name).to_str().unwrap().to_owned()
    }

    fn put(&self, name: &str, text: &str, mode: u32) -> String {
        let path = self.file(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(Path::new(&path), fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// Returns the place of a caller with a certificate.
    pub fn certified(&self) -> Place {
        let [ours, key] = ["certified.pem", "certified.key"].map(|name| self.file(name));
        self.place("certified", "localhost", &format!("&sslcert={ours}&sslkey={key}"))
    }

    /// Returns the place that a role at a host reaches, with the authority of the server and more.
    fn place(&self, role: &str, host: &str, more: &str) -> Place {
        let (port, roots) = (self.pair.primary.port, self.file("ca.pem"));
        Place::at(&format!("postgres://{role}@{host}:{port}/mfa?sslrootcert={roots}{more}"))
    }
}

#[test]
#[ignore = "needs the programs of PostgreSQL, and OpenSSL"]
fn servers_and_callers_are_known_by_certificates_or_a_password_in_a_file() {
    let world = World::start();
    let place = world.certified();
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin", "--json"];
    let said = place.mfa(&create).fed(SECRET).said();
    assert_eq!(said.status, Some(0), "{said:?}");
    place.mfa(&["-a", "C", "-o", &right()]).gives(0, "Welcome\n", "");

    let listed = "App Name: C\n--------\n";
    let line = r"localhost:*:mfa:worded:CANARY\:word";
    let pass = world.put("pass", &format!("# of the gates\n{line}\n"), 0o600);
    world
        .place("worded", "localhost", &format!("&passfile={pass}"))
        .mfa(&["list"])
        .gives(0, listed, "");
    let named = world.place("worded", "localhost", "");
    named.mfa(&["list"]).env("PGPASSFILE", &pass).gives(0, listed, "");
    let port = world.pair.primary.port;
    let plain = world.put("plain", "127.0.0.1:*:*:plain:CANARY\\:word", 0o600);
    let plain = format!("postgres://plain@127.0.0.1:{port}/mfa?sslmode=disable&passfile={plain}");
    Place::at(&plain).mfa(&["list"]).gives(0, listed, "");

    let fails = |place: &Place, status, why: &str| {
        place.mfa(&["list"]).gives(
            status,
            "",
            &format!(
                "error: {}{why}\n",
                if status == 6 { format!("cannot reach {}: ", place.url) } else { String::new() }
            ),
        );
    };
    let wrong = world.put("wrong", "*:*:*:*:CANARY", 0o600);
    let place = world.place("worded", "localhost", &format!("&passfile={wrong}"));
    fails(&place, 6, "password authentication failed for user \"worded\"");
    fails(&world.place("worded", "localhost", ""), 6, "invalid configuration: password missing");
    let open = world.put("open", line, 0o644);
    let place = world.place("worded", "localhost", &format!("&passfile={open}"));
    fails(&place, 5, &format!("{open} is open to other users\nhint: run chmod 600 {open}"));

    let place = world.place("worded", "127.0.0.1", "");
    fails(&place, 5, &format!("{} has a certificate for another name", place.url));
    let unknown =
        "has a certificate that nobody vouches for whom we know: sslrootcert=FILE names who does";
    let place = Place::at(&format!("postgres://worded@localhost:{port}/mfa"));
    fails(&place, 5, &format!("{} {unknown}", place.url));
    let other = world.file("other.pem");
    let place = Place::at(&format!("postgres://worded@localhost:{port}/mfa?sslrootcert={other}"));
    fails(&place, 5, &format!("{} {unknown}", place.url));
    let broken = world.put("broken.pem", "no certificate", 0o644);
    let place = Place::at(&format!("postgres://worded@localhost:{port}/mfa?sslrootcert={broken}"));
    fails(&place, 5, &format!("{broken} is damaged: there is no certificate in PEM in it"));

    world.pair.primary.set("ssl = 'off'");
    let place = world.place("worded", "localhost", &format!("&passfile={pass}"));
    let said = place.mfa(&["list"]).said();
    assert_eq!(said.status, Some(6), "{said:?}");
    assert!(said.stderr.contains("does not support TLS"), "{said:?}");
}
