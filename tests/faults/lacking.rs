//! File systems that lack a call: FUSE, 9p and NFS.

use std::collections::BTreeSet;
use std::fs;

use crate::common::codes::{SECRET, right};
use crate::common::fuse::Fuse;
use crate::common::{Run, TempStore};
use crate::{files, used};

/// Runs `mfa` under strace, with calls that fail.
fn lacking(store: &TempStore, lacks: &[&str], args: &[&str]) -> Run {
    let path = store.path();
    let mfa = ["--", crate::common::program(), "--store", path.to_str().unwrap()];
    let inject: Vec<String> = lacks.iter().map(|lack| format!("inject={lack}")).collect();
    let inject: Vec<&str> = inject.iter().flat_map(|inject| ["-e", inject]).collect();
    store.program("strace", [&["-o", "/dev/null"], &inject[..], &mfa, args].concat())
}

/// Does everything that a store is for, and asserts what each command says.
fn session(store: &TempStore, mfa: impl Fn(&[&str]) -> Run) {
    let create = ["create", "-n", "me", "-i", "C", "--secret-stdin"];
    let enrolled = "Configuring MFA for Account: me, Issuer: C\nQR code: STORE/img/C.png\n";
    mfa(&create).fed(SECRET).gives(0, enrolled, "");
    let exists = "error: the app 'C' exists already\nhint: --app NAME makes another one, --force replaces this one\n";
    mfa(&create).fed(SECRET).gives(1, "", exists);
    mfa(&[&create[..], &["--force"]].concat()).fed(SECRET).gives(0, enrolled, "");
    mfa(&["list"]).gives(0, "App Name: C\n--------\n", "");
    let code = right();
    mfa(&["authenticate", "C", "-o", &code]).gives(0, "Welcome\n", "");
    mfa(&["authenticate", "C", "-o", &code]).gives(1, "OTP verification failed\n", "");

    let made = mfa(&["backup-codes", "C", "--count", "1", "--json"]).said().json();
    let backup = made["backup_codes"][0].as_str().unwrap();
    assert_eq!(mfa(&["authenticate", "C", "-o", backup]).said().status, Some(0));
    mfa(&["rename", "C", "D"]).gives(0, "Renamed C to D\n", "");
    mfa(&["authenticate", "D", "-o", &code]).gives(1, "OTP verification failed\n", "");
    mfa(&["unlock", "D"]).gives(0, "Cleared 1 failure\n", "");

    let exported = mfa(&["export", "D"]).said().stdout;
    let file = store.outside().join("exported");
    fs::write(&file, exported.replace("GEZD", "MFZW")).unwrap();
    let said = mfa(&["import", file.to_str().unwrap()]).said();
    assert_eq!(
        (said.status, &*said.stdout),
        (Some(0), "Imported C\n1 imported, 0 skipped, 0 refused\n")
    );
    mfa(&["list"]).gives(0, "App Name: C\nApp Name: D\n--------\n", "");
    mfa(&["remove", "C", "--yes"]).gives(0, "Removed C\n", "");
    let doctor = mfa(&["doctor", "--fix"]).said().stdout;
    assert!(doctor.contains("Apps: 1\n") && !doctor.contains("STORE is on"), "{doctor}");
    let left = ["secrets/D", "state/D.json"].map(str::to_owned);
    assert_eq!(files(store), BTreeSet::from(left));
}

#[test]
#[ignore = "needs strace"]
fn a_whole_session_goes_well_where_renames_know_no_conditions() {
    let store = TempStore::new();
    session(&store, |args| lacking(&store, &["renameat2:error=EINVAL"], args));
}

#[test]
#[ignore = "needs bindfs and root"]
fn a_whole_session_goes_well_in_user_space() {
    let store = TempStore::new();
    let _fuse = Fuse::mount(&store.path());
    session(&store, |args| store.mfa(args));
}

#[test]
#[ignore = "needs strace"]
fn where_nothing_can_be_renamed_without_replacing_it_is_said_and_nothing_is_left() {
    let store = used();
    let uri = store.outside().join("uri");
    fs::write(&uri, "otpauth://totp/E?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n").unwrap();
    let before = store.snapshot();
    let why = "cannot write STORE/secrets: the file system cannot rename without the risk of replacing a file";
    let lacks = ["renameat2:error=EINVAL", "linkat:error=EPERM"];
    let mfa = |args: &[&str]| lacking(&store, &lacks, args);
    mfa(&["create", "-n", "me", "-i", "E"]).gives(6, "", &format!("error: {why}\n"));
    mfa(&["rename", "C", "D"]).gives(6, "", &format!("error: {why}\n"));
    assert_eq!(store.snapshot(), before);
    let said = mfa(&["import", uri.to_str().unwrap()]).said();
    assert!(said.status == Some(6) && said.stdout.contains(why), "{said:?}");
    assert_eq!(store.snapshot(), before);
}
