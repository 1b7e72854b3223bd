//! The static binary in an empty system.

use std::ffi::OsStr;
use std::fs;

use crate::archive::unpacked;
use crate::common::codes::{SECRET, right};
use crate::common::service::token;
use crate::common::{Run, TempStore, disk};

/// A root folder with the binary of the archive, and nothing else.
struct Empty(TempStore);

impl Empty {
    fn new() -> Self {
        let empty = Self(TempStore::new());
        fs::create_dir(empty.0.outside().join("root")).unwrap();
        fs::copy(unpacked(&empty.0).join("mfa"), empty.0.outside().join("root/mfa")).unwrap();
        empty
    }

    fn put(&self, file: &str, contents: &str) {
        let path = self.0.outside().join("root").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        disk::set_mode(&path, 0o600);
    }

    fn run(&self, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Run {
        let root = self.0.outside().join("root");
        self.0.program("/usr/sbin/chroot", [root.as_os_str(), OsStr::new("/mfa")]).args(args)
    }

    fn mfa(&self, args: impl IntoIterator<Item: AsRef<OsStr>>) -> Run {
        self.run(["--store", "/store"]).args(args)
    }
}

#[test]
#[ignore = "needs root and packaging/build"]
fn the_static_binary_needs_a_store_and_nothing_else() {
    let empty = Empty::new();
    let create = ["create", "-n", "me", "-i", "Example", "--secret-stdin"];
    let made =
        "Configuring MFA for Account: me, Issuer: Example\nQR code: /store/img/Example.png\n";
    empty.mfa(create).fed(SECRET).gives(0, made, "");
    let code = right();
    let authenticate = ["authenticate", "Example", "-o", "-"];
    empty.mfa(authenticate).fed(&*code).gives(0, "Welcome\n", "");
    empty.mfa(authenticate).fed(&*code).gives(1, "OTP verification failed\n", "");
    empty.mfa(["list"]).gives(0, "App Name: Example\n--------\n", "");
    let codes = empty.mfa(["backup-codes", "Example"]).said();
    assert_eq!((codes.status, codes.stdout.lines().count()), (Some(0), 10), "{codes:?}");
    let served = "Store: /store, 1 app, 0 clients\nOrigin: http://localhost:8080\nListens on: http://127.0.0.1:8080\n\
        Metrics: none\nTrusted proxies: none\nSMS: none\nWeb push: none\nNotifications: none\n";
    empty.mfa(["serve", "--check"]).gives(0, served, "");
}

#[test]
#[ignore = "needs root and packaging/build"]
fn the_static_binary_takes_its_randomness_from_the_kernel_and_no_file() {
    let empty = Empty::new();
    for device in ["dev/random", "dev/urandom"] {
        empty.put(device, &"\0".repeat(1000));
    }
    let said = empty.mfa(["create", "-n", "me", "-i", "Example", "--no-image"]).said();
    assert_eq!(said.status, Some(0), "{said:?}");
    let secret = fs::read_to_string(empty.0.outside().join("root/store/secrets/Example")).unwrap();
    assert!(!secret.starts_with("AAAA"), "{secret}");
}

/// A library that ends the process which loads it.
const TRAP: &str = "__attribute__((constructor)) static void trap(void) {
    __asm__ volatile(\"syscall\" : : \"a\"(231), \"D\"(99));
}";

#[test]
#[ignore = "needs root, gcc and packaging/build"]
fn the_static_binary_looks_up_names_without_libraries_of_the_system() {
    let empty = Empty::new();
    empty.put("trap.c", TRAP);
    empty.put("etc/nsswitch.conf", "hosts: trap\npasswd: trap\n");
    empty.put("etc/hosts", "127.0.0.1 gate.example.org\n");
    empty.put("token", &token());
    let root = empty.0.outside().join("root");
    fs::create_dir_all(root.join("lib/x86_64-linux-gnu")).unwrap();
    let build =
        ["-shared", "-fPIC", "-nostdlib", "-o", "lib/x86_64-linux-gnu/libnss_trap.so.2", "trap.c"];
    empty.0.program("gcc", build).inside(&root).gives(0, "", "");
    // Of a home that no variable names.
    let nowhere = "error: there is no data folder\nhint: name the store with --store DIR\n";
    empty.run(["list"]).gives(2, "", nowhere);
    let ask = [
        "authenticate",
        "x",
        "-o",
        "-",
        "--server",
        "https://gate.example.org:1",
        "--token-file",
        "/token",
    ];
    empty.run(ask).fed("123456").gives(
        6,
        "",
        "error: cannot reach the server: Connection refused (os error 111)\n",
    );
}
