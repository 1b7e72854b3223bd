use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use serde_json::Value;

use crate::common::{Said, TempStore};
use crate::{codes, with_codes};

/// Returns the limits on memory to try, in KiB: from less than the program itself needs to more
/// than it requests.
fn limits() -> impl Iterator<Item = String> {
    (2000..92_000).step_by(3000).map(|limit| format!("ulimit -v {limit}"))
}

/// Reports whether a run ended for lack of memory: it never started, the allocator gave up, or it
/// says so.
fn had_too_little(said: &Said) -> bool {
    match said.status {
        Some(6) => said.stderr.contains("a digest cannot be computed"),
        Some(0 | 1) => false,
        _ => true,
    }
}

fn digests(store: &TempStore) -> Value {
    store.state("C")["backup"]["digests"].clone()
}

#[test]
fn as_many_codes_are_shown_as_digests_are_kept_however_little_memory_there_is() {
    let mut failed = 0;
    for limit in limits() {
        let store = with_codes(3);
        let before = store.snapshot();
        let said = store.after(&limit, ["backup-codes", "C", "--count", "2"]).said();
        if said.status == Some(0) {
            assert_eq!(
                (said.stdout.lines().count(), digests(&store).as_array().unwrap().len()),
                (2, 2)
            );
        } else {
            assert!(had_too_little(&said), "{limit}: {said:?}");
            assert_eq!((&*said.stdout, store.snapshot()), ("", before), "{limit}");
            failed += usize::from(said.status == Some(6));
        }

        let store = TempStore::new();
        let create = ["create", "-n", "me", "-i", "C", "--backup-codes"];
        let said = store.after(&limit, create).said();
        if said.status == Some(0) {
            let shown = said.stdout.lines().filter(|line| line.len() == 14).count();
            assert_eq!((shown, digests(&store).as_array().unwrap().len()), (10, 10), "{said:?}");
        } else {
            assert!(had_too_little(&said), "{limit}: {said:?}");
            assert!(!store.at("secrets/C").exists() && said.stdout.is_empty(), "{limit}: {said:?}");
        }
    }
    assert!(failed > 2, "the limits are not where the memory runs out");
}

#[test]
fn a_right_backup_code_is_never_wrong_for_want_of_memory_and_stays_unused() {
    let mut failed = 0;
    for limit in limits() {
        let store = with_codes(3);
        let before = store.state("C");
        let said = store.after(&limit, ["-a", "C", "-o", &codes()[0]]).said();
        if said.status != Some(0) {
            assert!(had_too_little(&said), "{limit}: {said:?}");
            assert_eq!(store.state("C"), before, "{limit}");
            failed += usize::from(said.status == Some(6));
            assert_eq!(store.mfa(["-a", "C", "-o", &codes()[0]]).said().status, Some(0));
        }
    }
    assert!(failed > 2, "the limits are not where the memory runs out");
}

/// Imports a picture with so little memory in steps, and expects no panic and no waiting for ever.
fn import_with_little_memory(picture: &[u8], told: &str) {
    let store = TempStore::new();
    let path = store.outside().join("picture.png");
    std::fs::write(&path, picture).unwrap();
    let mut refused = 0;
    for limit in limits() {
        let said = store.after(&limit, ["import", path.to_str().unwrap()]).said();
        assert_ne!(said.status, Some(101), "{limit}: {said:?}");
        refused += usize::from(said.status == Some(2) && said.stderr.contains(told));
    }
    assert!(refused > 2, "the limits are not where the memory runs out");
}

#[test]
fn a_picture_for_which_there_is_too_little_memory_is_refused() {
    let mut large = Vec::new();
    let white = vec![255; 4000 * 4000];
    PngEncoder::new(&mut large).write_image(&white, 4000, 4000, ExtendedColorType::L8).unwrap();
    import_with_little_memory(&large, "there is too little memory for it");
}

#[test]
fn a_small_picture_with_a_colour_profile_that_unfolds_to_much_takes_little_memory() {
    let mut bomb = Vec::new();
    let mut encoder = PngEncoder::new(&mut bomb);
    encoder.set_icc_profile(vec![0; 100_000_000]).unwrap();
    encoder.write_image(&[255; 16], 4, 4, ExtendedColorType::L8).unwrap();
    import_with_little_memory(&bomb, "error: cannot import");
}
