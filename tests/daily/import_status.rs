//! The status of an import: 0 where everything came in, 1 where something did not, 2 where there was no entry.

use std::fs;

use image::{ImageFormat, Rgb};

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::common::disk::set_mode;
use crate::uri;

const NONE: &str = "0 imported, 0 skipped, 0 refused\n";

/// Files to import.
struct Files(TempStore);

impl Files {
    /// Makes files with and without an entry, and both parts of an export.
    fn new() -> Self {
        let files = Self(TempStore::new());
        files.put("good", uri("Corp:me", SECRET));
        files.put("foreign", uri("Corp:me", SECRET).replace("totp", "motp"));
        files.put("junk", "junk");
        files.put("empty", r#"{"version":1,"header":{},"db":{"version":3,"entries":[]}}"#);
        files.put("damaged", "otpauth-migration://offline?data=%ff");
        for app in 10..22 {
            files.0.put(&format!("secrets/app {app}"), SECRET.replace("22", &app.to_string()));
        }
        let part = files.path("part.png");
        let export = ["export", "--format", "migration", "--output", &part];
        assert_eq!(files.0.mfa(export).said().status, Some(0));
        files
    }

    fn path(&self, name: &str) -> String {
        self.0.outside().join(name).to_str().unwrap().into()
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Imports files into a store of their own, first as a dry run and then for real.
    #[track_caller]
    fn give(&self, names: &str, status: i32, stdout: &str, stderr: &str) {
        let store = TempStore::new();
        let files = names.split(' ').map(|name| self.path(name));
        let said = store.mfa(["import", "--dry-run"]).args(files.clone()).said();
        assert_eq!(said.status, Some(status), "{names}, to try");
        let said = store.mfa(["import"]).args(files).said();
        let folder = format!("{}/", self.0.outside().display());
        let told = (said.status, said.stdout, said.stderr.replace(&folder, ""));
        assert_eq!(told, (Some(status), stdout.into(), stderr.into()), "{names}");
    }
}

#[test]
fn what_is_no_entry_is_status_2_alone_and_1_beside_one() {
    let files = Files::new();
    let one = "Imported Corp\n1 imported, 0 skipped, 0 refused\n";
    let junk = "error: cannot import 'junk': not a format that mfa can import\n\
                hint: mfa import --help lists what can be imported\n";
    let nothing = "error: cannot import 'empty': there is nothing to import in it\n";
    let damaged =
        "Refused line 1: the migration URI is damaged\n0 imported, 0 skipped, 1 refused\n";
    let foreign = "Skipped Corp:me: codes of the kind 'motp' are not supported\n0 imported, 1 skipped, 0 refused\n";
    files.give("good", 0, one, "");
    files.give("junk", 2, NONE, junk);
    files.give("junk good", 1, one, junk);
    files.give("empty", 2, NONE, nothing);
    files.give("empty good", 1, one, nothing);
    files.give("damaged", 1, damaged, "");
    files.give("foreign", 1, foreign, "");
    files.give("foreign junk", 1, foreign, junk);
}

#[test]
fn an_export_with_a_part_missing_has_not_all_come_in() {
    let files = Files::new();
    let missing = "note: part 2 of an export in 2 parts is missing\n";
    let lines: Vec<_> = (10..20).map(|app| format!("Imported app {app}\n")).collect();
    let first = lines.concat();
    let all =
        first.clone() + "Imported app 20\nImported app 21\n12 imported, 0 skipped, 0 refused\n";
    files.give("part-1.png", 1, &(first + "10 imported, 0 skipped, 0 refused\n"), missing);
    files.give("part-1.png part-2.png", 0, &all, "");
}

#[test]
fn a_code_that_is_seen_and_cannot_be_read_has_not_come_in() {
    let files = Files::new();
    let two = image::open("tests/data/import/two_codes.png").unwrap().into_rgb8();
    let (width, height) = two.dimensions();
    let mut damaged = two.clone();
    // The middle of the right code is damaged; its corners, by which a code is seen, stay.
    for (x, y, pixel) in damaged.enumerate_pixels_mut() {
        let (x, y) = (x * 100 / width, y * 100 / height);
        if (65..85).contains(&x) && (30..70).contains(&y) {
            *pixel = Rgb([255, 255, 255]);
        }
    }
    damaged.save_with_format(files.path("beside"), ImageFormat::Png).unwrap();
    let right = image::imageops::crop_imm(&damaged, width / 2, 0, width / 2, height).to_image();
    right.save_with_format(files.path("alone"), ImageFormat::Png).unwrap();
    let beside = "Imported Example Corp\nRefused QR code 2: it is damaged, or too small or too blurred to be read\n1 imported, 0 skipped, 1 refused\n";
    let alone = "error: cannot import 'alone': QR code 1: it is damaged, or too small or too blurred to be read\n";
    files.give("beside", 1, beside, "");
    files.give("alone", 2, NONE, alone);
}

#[test]
fn a_store_that_fails_gives_its_own_status_and_what_did_not_come_in_is_told() {
    let files = Files::new();
    let said = |store: &TempStore, why: &str, status: i32, stderr: &str| {
        let refused = format!("Refused Corp: {why}\n0 imported, 0 skipped, 1 refused\n");
        let import = ["import", &files.path("good")];
        store.after("ulimit -f 0", import).gives(status, &refused, stderr);
    };
    let full = "cannot write STORE/secrets/Corp: File too large (os error 27)";
    said(&TempStore::new(), full, 6, "");
    let open = TempStore::with_secret("Other", SECRET);
    open.put("state/Other.json", "");
    set_mode(open.at("state"), 0o777);
    let unsafe_state =
        "error: STORE/state can be written by other users\nhint: run chmod go-w STORE/state\n";
    said(&open, "the store failed", 5, unsafe_state);
}
