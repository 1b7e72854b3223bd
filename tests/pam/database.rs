//! A machine without secrets: a service is asked whose store is a database.

use std::fs;

use crate::common::codes::{SECRET, right};
use crate::common::disk::set_mode;
use crate::common::postgres::{key_file, with_database};
use crate::common::service::Server;
use crate::common::{Run, TempStore};
use crate::recipe_behind;
use crate::stack::{Stack, let_in, refused, unavailable};

#[test]
#[ignore = "needs root, pamtester, the programs of PostgreSQL and the module"]
fn a_service_on_a_database_lets_in_once_and_nobody_once_it_is_down() {
    with_database(|database| {
        let beside = TempStore::new();
        let (key, token) = (key_file(beside.outside()), beside.outside().join("token"));
        let mfa = |args: &[&str]| -> Run {
            beside.bare(["--store", &*database.url, "--key-file"]).args([&key]).args(args)
        };
        let create =
            ["create", "-n", "me", "-i", "I", "--app", "nobody", "--secret-stdin", "--json"];
        assert_eq!(mfa(&create).fed(SECRET).said().status, Some(0));
        fs::write(&token, mfa(&["clients", "add", "web1", "--all-apps"]).said().stdout).unwrap();
        set_mode(&token, 0o600);
        let server = Server::started(|listen| mfa(&["serve", "--listen", listen]));
        let lines = recipe_behind("its token lies in `/etc/mfa.token`")
            .replace("https://mfa.example.org", &format!("http://{}", server.address))
            .replace("/etc/mfa.token", token.to_str().unwrap());
        let stack = Stack::new(&beside, &lines);
        let code = right();
        assert_eq!(stack.types("nobody", &[&code]), let_in("Code: "));
        let no = "Code: the code is wrong, expired or already used\n".repeat(3);
        let typed = [&*code; 3];
        assert_eq!(stack.types("nobody", &typed), refused("Authentication failure", &no));
        // The database knows it, whoever asks.
        let said = mfa(&["authenticate", "nobody", "-o", &code]).said();
        assert_eq!((said.status, &*said.stdout), (Some(1), "OTP verification failed\n"));
        server.kill();
        assert_eq!(stack.types("nobody", &typed), unavailable("Code: "));
    });
}
