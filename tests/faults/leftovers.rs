use crate::common::TempStore;
use crate::{NEW, files, of_app};

#[test]
fn what_a_killed_replacement_left_is_swept_by_the_next_list() {
    for (image_waits, kept) in [(true, "secret state image"), (false, "secret state")] {
        let store = TempStore::enrolled();
        store.put("secrets/.C.tmp", NEW);
        store.put("state/.C.json.tmp", "{");
        if image_waits {
            store.put("img/.C.png.tmp", "");
        }
        store.mfa(["list"]).gives(0, "App Name: C\n--------\n", "");
        assert_eq!(files(&store), of_app("C", kept));
    }
}

#[test]
fn what_a_killed_enrolment_left_is_swept_by_the_next_list() {
    let store = TempStore::enrolled();
    store.put("secrets/.D.tmp", NEW);
    store.put("state/D.json", store.read("state/C.json"));
    store.put("state/.D.json.tmp", "{");
    store.put("img/D.png", "");
    store.mfa(["list"]).gives(0, "App Name: C\n--------\n", "");
    assert_eq!(files(&store), of_app("C", "secret state image"));
}

#[test]
fn what_a_killed_verification_left_is_swept_by_the_next() {
    let store = TempStore::enrolled();
    store.put("state/.C.json.tmp", "{");
    store.mfa(["-a", "C", "-o", "000000"]).gives(1, "OTP verification failed\n", "");
    assert_eq!(files(&store), of_app("C", "secret state image"));
    store.put("state/.C.json.tmp", "{");
    store.mfa(["rename", "C", "D"]).gives(0, "Renamed C to D\n", "");
    assert_eq!(files(&store), of_app("D", "secret state image"));
}

#[test]
fn a_rename_that_cannot_be_written_leaves_the_store_as_it_was() {
    let store = TempStore::enrolled();
    let before = store.snapshot();
    let failed = "error: cannot write STORE/state/D.json: File too large (os error 27)\n";
    store.after("ulimit -f 0", ["rename", "C", "D"]).gives(6, "", failed);
    assert_eq!(store.snapshot(), before);
}
