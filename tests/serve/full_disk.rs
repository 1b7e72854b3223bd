//! A service whose store is on a disk of its own, which is full for a while.

use std::fs;
use std::path::PathBuf;

use mfa::domain::{Totp, UnixTime};
use mfa::push::Answered;
use mfa::store::Folder;

use crate::common::codes::{SECRET, now, right, secret, wrong};
use crate::common::push::{answer, enrol_device};
use crate::common::service::{Server, enrolled};
use crate::common::{TempStore, program};

/// What the service says of everything that it cannot record.
const UNRECORDED: &str =
    r#"{"type":"about:blank","title":"Service Unavailable","status":503,"reason":"record"}"#;

/// Moves the store to a disk that nobody but the program after it sees.
const MOVED: &str = r#"
cp -a "$0" "$0.moved" && mount -t tmpfs -o size=64k,mode=700 none "$0" && cp -a "$0.moved/." "$0" && exec "$@"
"#;

fn on_a_small_disk(store: &TempStore) -> Server {
    let path = store.path().display().to_string();
    let moved = ["-m", "sh", "-c", MOVED, &path, program(), "--store", &path];
    Server::started(|listen| store.program("unshare", moved).args(["serve", "--listen", listen]))
}

/// Fills the disk of a service, and returns the file that does so.
fn fill(store: &TempStore, server: &Server) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", server.id()));
    let filler = root.join(store.at("filler").strip_prefix("/").unwrap());
    assert!(fs::write(&filler, vec![0; 1 << 20]).is_err());
    filler
}

#[test]
#[ignore = "needs root"]
fn on_a_full_disk_all_codes_get_the_same_answer_and_nothing_opens_afterwards_that_should_not() {
    let store = enrolled();
    let server = on_a_small_disk(&store);
    let issued = server.ask("POST /v1/apps/C/backup-codes", r#"{"count":1}"#).1;
    let issued: serde_json::Value = serde_json::from_str(&issued).unwrap();
    let backup = issued["backup_codes"][0].as_str().unwrap();
    let (used, next) = (right(), Totp::default().code(&secret(SECRET), UnixTime(now().0 + 30)));
    assert_eq!(server.verify("C", &used).0, 200);

    let filler = fill(&store, &server);
    let unrecorded = (503, UNRECORDED.to_owned());
    for code in [&*wrong(), &*used, &*next, backup, "AAAA-AAAA-AAAA"] {
        assert_eq!(server.verify("C", code), unrecorded, "{code}");
    }
    for (request, body) in [
        ("POST /v1/apps", r#"{"issuer":"New","account":"me","backup_codes":0}"#),
        ("POST /v1/apps/C/backup-codes", r#"{"count":1}"#),
        ("PUT /v1/apps/C/phone", r#"{"phone":"+15550100199"}"#),
    ] {
        assert_eq!(server.ask(request, body), unrecorded, "{request}");
    }

    fs::remove_file(filler).unwrap();
    assert_eq!(server.ask("GET /v1/apps/New", "").0, 404);
    let shown: serde_json::Value =
        serde_json::from_str(&server.ask("GET /v1/apps/C", "").1).unwrap();
    assert_eq!((&shown["failures"], &shown["phone"]), (&0.into(), &serde_json::Value::Null));
    let statuses = [&*used, &*next, &*next, backup, backup].map(|code| server.verify("C", code).0);
    assert_eq!(statuses, [403, 200, 403, 200, 403]);
}

#[test]
#[ignore = "needs root"]
fn on_a_full_disk_nothing_is_approved_or_redeemed_and_what_was_approved_opens_once_afterwards() {
    let (store, app) = (enrolled(), "C".parse().unwrap());
    enrol_device(&Folder::new(store.path()), &app, &right(), now());
    let server = on_a_small_disk(&store);
    let root = PathBuf::from(format!("/proc/{}/root", server.id()));
    let folder = Folder::new(root.join(store.path().strip_prefix("/").unwrap()));
    let asked: serde_json::Value =
        serde_json::from_str(&server.ask("POST /v1/apps/C/push", "{}").1).unwrap();
    let redeem = format!("POST /v1/push/{}/redeem", asked["id"].as_str().unwrap());

    let filler = fill(&store, &server);
    assert!(answer(&folder, &app, true, now()).is_err());
    fs::remove_file(filler).unwrap();
    assert_eq!(server.ask(&redeem, "{}").0, 409);
    assert_eq!(answer(&folder, &app, true, now()).unwrap(), Answered::Approved);

    let filler = fill(&store, &server);
    let unrecorded = (503, UNRECORDED.to_owned());
    assert_eq!(server.ask(&redeem, "{}"), unrecorded);
    fs::remove_file(filler).unwrap();
    assert_eq!([(); 2].map(|()| server.ask(&redeem, "{}").0), [200, 410]);
}
