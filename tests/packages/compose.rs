//! The example of containers, without containers.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use crate::archive::unpacked;
use crate::common::codes::{SECRET, right};
use crate::common::{TempStore, disk};

#[test]
#[ignore = "needs root, Debian's postgresql and packaging/build"]
fn the_servers_are_a_pair_that_loses_no_used_code() {
    let store = TempStore::new();
    let archive = unpacked(&store);
    disk::set_mode(store.outside(), 0o755);
    let folder = store.outside().join("servers");
    fs::create_dir(&folder).unwrap();
    store.program("chown", ["postgres:"]).args([&folder]).gives(0, "", "");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/packages/servers.sh");
    fs::copy(script, store.outside().join("servers.sh")).unwrap();
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let run = store.program("/usr/sbin/runuser", ["-u", "postgres", "--", "bash"]);
    let run = run.args([store.outside().join("servers.sh"), folder]).args([port.to_string()]);
    let run = run.args([archive.join("packaging/compose"), archive.join("mfa")]);
    let told = "Configuring MFA for Account: me, Issuer: Example\nWelcome\nOTP verification failed\nstatus 1\n";
    run.env("SECRET", SECRET).env("CODE", right()).gives(0, told, "");
}
