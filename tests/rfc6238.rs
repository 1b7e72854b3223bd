//! The codes of RFC 6238, and the times at which each of them is right.

#![cfg(test)]

mod common;

use common::codes::{SECRET, present, secret};
use mfa::domain::{
    Account, Algorithm, Code, Credential, Enrolment, Period, Secret, Totp, UnixTime, Verdict,
};
use mfa::store::{Existing, Memory, Store};

/// The vectors of appendix B: the time in seconds, and the codes with SHA1, SHA256 and SHA512.
const VECTORS: [(u64, [&str; 3]); 6] = [
    (59, ["94287082", "46119246", "90693936"]),
    (1_111_111_109, ["07081804", "68084774", "25091201"]),
    (1_111_111_111, ["14050471", "67062674", "99943326"]),
    (1_234_567_890, ["89005924", "91819424", "93441116"]),
    (2_000_000_000, ["69279037", "90698825", "38618901"]),
    (20_000_000_000, ["65353130", "77737706", "47863826"]),
];

/// Returns the secret of appendix B: digits counted up to the length of the hash.
fn rfc_secret(length: usize) -> Secret {
    let bytes: Vec<u8> = b"1234567890".iter().copied().cycle().take(length).collect();
    secret(&base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &bytes))
}

fn verdict(secret: &Secret, totp: Totp, code: &Code, now: u64) -> Verdict {
    let (store, app) = (Memory::default(), "app".parse().unwrap());
    let account = Account::new("Corp".parse().unwrap(), None, totp, None);
    let enrolment = Enrolment { secret: secret.clone(), account };
    store.enrol(&app, &enrolment, Existing::Keep).unwrap();
    let presented = Credential::Code(code.clone());
    present(&store, &app, &presented, UnixTime(now)).unwrap().verdict
}

#[test]
fn the_eighteen_vectors_of_appendix_b_are_made_and_accepted() {
    for (now, codes) in VECTORS {
        let algorithms = [(Algorithm::Sha1, 20), (Algorithm::Sha256, 32), (Algorithm::Sha512, 64)];
        for ((algorithm, length), code) in algorithms.into_iter().zip(codes) {
            let digits = 8.try_into().unwrap();
            let totp = Totp { algorithm, digits, ..Totp::default() };
            let secret = rfc_secret(length);
            assert_eq!(totp.code(&secret, UnixTime(now)), code, "{algorithm} at {now}");
            let code = code.parse().unwrap();
            assert_eq!(verdict(&secret, totp, &code, now), Verdict::Accepted);
        }
    }
}

#[test]
fn a_code_is_right_in_its_own_time_step_and_in_those_beside_it_and_in_no_other_second() {
    for period in [30, 60] {
        let totp = Totp { period: Period::try_from(period).unwrap(), ..Totp::default() };
        for made in [0, 1, 14, 29, 30, 45, 59].map(|second| 1_700_000_040 + second) {
            let code = totp.code(&secret(SECRET), UnixTime(made)).parse().unwrap();
            for now in made - 62..=made + 62 {
                let near = (now / period).abs_diff(made / period) <= 1;
                let expected = if near { Verdict::Accepted } else { Verdict::Wrong };
                let found = verdict(&secret(SECRET), totp, &code, now);
                assert_eq!(found, expected, "made at {made}, used at {now}, period {period}");
            }
        }
    }
}

#[test]
fn the_first_and_the_last_second_of_all_time_have_a_window_too() {
    let totp = Totp::default();
    for now in [0, 29, 30, u64::MAX - 30, u64::MAX] {
        let code = totp.code(&secret(SECRET), UnixTime(now)).parse().unwrap();
        let found = verdict(&secret(SECRET), totp, &code, now);
        assert_eq!(found, Verdict::Accepted, "{now}");
    }
}
