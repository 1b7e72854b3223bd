//! Properties of all values, checked with many.

#![cfg(test)]

#[path = "../common/mod.rs"]
mod common;

mod asking;
mod bytes;
mod exports;
mod flags;
mod guard;
mod names;
mod uris;
mod writers;

use mfa::domain::{Algorithm, Hotp, Label, Otp, Secret, Totp};
use proptest::prelude::*;
use proptest::test_runner::Config;

/// Returns the configuration to try this many values; one that fails is shown, and belongs in a
/// test of its own.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

fn totps() -> impl Strategy<Value = Totp> {
    let algorithms = vec![Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512];
    (proptest::sample::select(algorithms), 6..=8_u64, 5..=300_u64).prop_map(
        |(algorithm, digits, period)| Totp {
            algorithm,
            digits: digits.try_into().unwrap(),
            period: period.try_into().unwrap(),
        },
    )
}

/// Generates parameters of each kind of codes.
fn otps() -> impl Strategy<Value = Otp> {
    let hotp = |(Totp { algorithm, digits, .. }, counter)| {
        Otp::from(Hotp { algorithm, digits, counter, types_identifier: false })
    };
    prop_oneof![
        totps().prop_map(Otp::from),
        (totps(), any::<u64>()).prop_map(hotp),
        Just(Otp::Steam),
    ]
}

fn secrets() -> impl Strategy<Value = Secret> {
    proptest::collection::vec(any::<u8>(), 10..80).prop_map(|bytes| {
        let fill = |into: &mut [u8]| {
            into.iter_mut().zip(bytes.iter().cycle()).for_each(|(to, from)| *to = *from);
            Ok::<_, std::convert::Infallible>(())
        };
        Secret::generate(fill).unwrap()
    })
}

/// Generates labels, often with what URIs and phones trip over.
fn labels() -> impl Strategy<Value = Label> {
    let letter = prop_oneof![
        any::<char>(),
        proptest::sample::select(" :%&=+?#/@~'\"\\éß字😀\u{301}".chars().collect::<Vec<_>>()),
        proptest::char::range(' ', '~'),
    ];
    proptest::collection::vec(letter, 1..24)
        .prop_filter_map("no label", |text| text.into_iter().collect::<String>().parse().ok())
}
