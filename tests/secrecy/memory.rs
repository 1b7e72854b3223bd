//! Wiping, checked by reading the memory of this very process.
//!
//! The texts searched for are masked, so that the search itself does not put them there.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use mfa::domain::{
    Account, AppName, Code, Credential, Enrolment, Label, Secret, Totp, UnixTime, Verdict,
    parse_provisioning_uri, provisioning_uri,
};
use mfa::qr::Qr;
use mfa::store::sealing::{KeyPlace, Keys};
use mfa::store::{Existing, Folder, Store};
use zeroize::Zeroizing;

use crate::common::codes::present;

const MASK: u8 = 0x5a;
const CHUNK: usize = 1 << 16;

/// A text that is in memory only where it was unmasked.
#[derive(Clone, Copy)]
struct Masked<'a>(&'a [u8]);

impl Masked<'_> {
    fn unmasked(self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.iter().map(|byte| byte ^ MASK).collect())
    }

    fn is_in(self, bytes: &[u8]) -> bool {
        let first = self.0[0] ^ MASK;
        let same = |at: &[u8]| at.iter().zip(self.0).all(|(a, b)| a ^ MASK == *b);
        let mut starts = bytes.windows(self.0.len()).filter(|window| window[0] == first);
        starts.any(same)
    }

    /// Reports whether the text is anywhere in the memory that this process can write to.
    fn is_in_memory(self) -> bool {
        let (maps, memory) = ("/proc/self/maps", File::open("/proc/self/mem").unwrap());
        let mut chunk = Zeroizing::new(vec![0; CHUNK + self.0.len()]);
        fs::read_to_string(maps).unwrap().lines().filter(|line| line.contains(" rw")).any(|line| {
            let (start, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).unwrap());
            (start..end).step_by(CHUNK).any(|at| {
                // A mapping may have ended or gone away in the meantime.
                let read = memory.read_at(&mut chunk, at).unwrap_or(0);
                self.is_in(&chunk[..read])
            })
        })
    }
}

/// Masks a text at compile time.
const fn masked<const N: usize>(text: &[u8; N]) -> [u8; N] {
    let (mut masked, mut at) = ([0; N], 0);
    while at < N {
        masked[at] = text[at] ^ MASK;
        at += 1;
    }
    masked
}

/// A lock on the memory: two tests at once would see each other's texts.
static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// A base32 text of 64 letters, or 40 bytes, of which those after the first sixteen are searched
/// for, since the allocator overwrites the start of freed memory.
const BASE32: [u8; 64] =
    masked(b"OZXXKICXMUQGC4TFEB3WC4TNEBZXIYLOMRUW4ZZAN5XCA33VOIQG65LSNRUW42LT");

fn secret() -> Secret {
    Secret::parse(&Masked(&BASE32).unmasked()).unwrap()
}

/// Overwrites the stack below: vector registers may have been saved there, which no program
/// controls, and the next call that goes as deep would overwrite them, unlike the heap.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "the stack is what it is for")]
fn overwrite_stack() {
    std::hint::black_box([1_u8; 256 * 1024]);
}

/// Reports for each text whether it is in memory.
fn is_there<const N: usize>(what: [&[u8]; N]) -> [bool; N] {
    overwrite_stack();
    what.map(|part| Masked(part).is_in_memory())
}

#[test]
fn nothing_of_a_secret_is_left_in_memory_once_it_is_dropped() {
    let _alone = ALONE.lock();
    let text = &BASE32[32..48];
    let raw: Vec<u8> = secret().expose_bytes()[20..36].iter().map(|byte| byte ^ MASK).collect();
    let issuer: Label = "Corp".parse().unwrap();
    let enrolment = || {
        let account = Account::new(issuer.clone(), None, Totp::default(), None);
        Enrolment { secret: secret(), account }
    };
    let folder = tempfile::tempdir().unwrap();
    let (store, app) = (Folder::new(folder.path().join("store")), "C".parse::<AppName>().unwrap());
    let now = UnixTime(1_700_000_040);
    let code: Credential = Totp::default().code(&secret(), now).parse().unwrap();

    assert_eq!(is_there([text, &raw]), [false, false], "before");
    let held = (secret(), secret().expose_base32());
    assert_eq!(is_there([text, &raw]), [true, true], "what is there is found");
    drop(held);
    assert_eq!(is_there([text, &raw]), [false, false], "parsed and written");

    let uri = provisioning_uri(&secret(), &issuer, None, Totp::default());
    drop(parse_provisioning_uri(&uri).unwrap());
    assert_eq!(is_there([text, &raw]), [true, false], "a URI, read");
    let _png = Qr::new(&uri).unwrap().png().unwrap();
    drop(uri);
    assert_eq!(is_there([text, &raw]), [false, false], "the QR code, drawn");

    store.enrol(&app, &enrolment(), Existing::Keep).unwrap();
    assert_eq!(is_there([text, &raw]), [false, false], "enrolled");
    store.enrol(&app, &enrolment(), Existing::Replace).unwrap();
    assert_eq!(is_there([text, &raw]), [false, false], "replaced");
    let outcome = present(&store, &app, &code, now).unwrap();
    assert_eq!(outcome.verdict, Verdict::Accepted);
    assert_eq!(is_there([text, &raw]), [false, false], "verified");
    drop(store.get(&app).unwrap());
    assert_eq!(is_there([text, &raw]), [false, false], "read");
}

/// Checks as much as can be seen of a code: the allocator overwrites all of eight bytes, wiped or
/// not.
#[test]
fn nothing_of_a_code_is_left_in_memory_once_it_is_dropped() {
    let _alone = ALONE.lock();
    let digits = masked(b"91736482");
    let text = Zeroizing::new(String::from_utf8(Masked(&digits).unmasked().to_vec()).unwrap());
    let code: Code = text.parse().unwrap();
    drop(text);
    assert_eq!(is_there([&digits]), [true], "what is there is found");
    let totp = Totp { digits: 8.try_into().unwrap(), ..Totp::default() };
    assert_eq!(totp.matching_step(&secret(), &code, 1), None);
    drop(code);
    assert_eq!(is_there([&digits]), [false]);
}

/// A line of a key file, whose key is searched for as text and as bytes.
const KEY: [u8; 55] = masked(b"mfa-key:1:a:c2VhbCBtZSB3aXRoIGEgbG9uZyBzZWNyZXQga2V5ISE");

#[test]
fn nothing_of_a_secret_or_a_key_is_left_in_memory_once_what_is_sealed_was_opened() {
    let _alone = ALONE.lock();
    let folder = tempfile::tempdir().unwrap();
    let (file, app) = (folder.path().join("key"), "C".parse::<AppName>().unwrap());
    fs::write(&file, &*Masked(&KEY).unmasked()).unwrap();
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let raw = masked(b"a long secret key!!");
    let secret_text = &BASE32[32..48];
    let what = [&KEY[28..44], &raw, secret_text];
    let keys = || {
        let keys = Keys::from_file(&file, KeyPlace::Anywhere).unwrap();
        Arc::new(Keys::new(keys, Zeroizing::new([7; 32])).unwrap())
    };
    assert_eq!(is_there(what), [false; 3], "before");
    let held = keys();
    assert_eq!(is_there(what), [false, true, false], "what is there is found");
    drop(held);
    assert_eq!(is_there(what), [false; 3], "read");

    let store = || Folder::new(folder.path().join("store")).with_keys(keys(), false);
    let account = Account::new("Corp".parse().unwrap(), None, Totp::default(), None);
    store().enrol(&app, &Enrolment { secret: secret(), account }, Existing::Keep).unwrap();
    assert_eq!(is_there(what), [false; 3], "sealed");
    let now = UnixTime(1_700_000_040);
    let code: Credential = Totp::default().code(&secret(), now).parse().unwrap();
    assert_eq!(present(&store(), &app, &code, now).unwrap().verdict, Verdict::Accepted);
    assert_eq!(is_there(what), [false; 3], "opened and verified");
    assert!(store().decrypt(&app).unwrap());
    assert_eq!(is_there(what), [false; 3], "decrypted");
    assert!(store().encrypt(&app).unwrap());
    store().rename(&app, &"D".parse().unwrap()).unwrap();
    assert_eq!(is_there(what), [false; 3], "sealed again and renamed");
}
