//! The pure computations, without a process or a disk around them: `cargo bench`.
//!
//! The project's limit: a verification has at least 0.75 of the speed of the three raw HMACs in it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark, whose groups are its documentation"
)]

use std::hint::black_box;
use std::io::Cursor;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use mfa::domain::{
    Account, Algorithm, AppName, Code, Enrolment, Secret, Totp, UnixTime, provisioning_uri,
};
use mfa::qr::{Logo, Qr};
use mfa::store::{Existing, Folder, Store};

const NOW: UnixTime = UnixTime(1_700_000_000);

fn secret() -> Secret {
    Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").expect("a secret")
}

/// Computes one HMAC over a counter (RFC 4226); a verification takes three, for the steps around
/// now.
fn raw_hmac(algorithm: Algorithm, key: &[u8], counter: u64) -> u8 {
    fn first<M: Mac + KeyInit>(key: &[u8], counter: u64) -> u8 {
        let mut mac = <M as KeyInit>::new_from_slice(key).expect("any key will do");
        mac.update(&counter.to_be_bytes());
        mac.finalize().into_bytes()[0]
    }
    match algorithm {
        Algorithm::Sha1 => first::<Hmac<sha1::Sha1>>(key, counter),
        Algorithm::Sha256 => first::<Hmac<sha2::Sha256>>(key, counter),
        Algorithm::Sha512 => first::<Hmac<sha2::Sha512>>(key, counter),
    }
}

fn verification(c: &mut Criterion) {
    let mut group = c.benchmark_group("verification");
    group.throughput(Throughput::Elements(1));
    let (secret, code): (Secret, Code) = (secret(), "000000".parse().expect("a code"));
    for algorithm in [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512] {
        let totp = Totp { algorithm, ..Totp::default() };
        group.bench_function(BenchmarkId::new("window of three", algorithm), |b| {
            b.iter(|| totp.matching_step(black_box(&secret), black_box(&code), totp.step(NOW)));
        });
        group.bench_function(BenchmarkId::new("three raw HMACs", algorithm), |b| {
            b.iter(|| {
                [0, 1, 2].map(|step| {
                    raw_hmac(algorithm, black_box(secret.expose_bytes()), black_box(step))
                })
            });
        });
    }
}

fn pictures(c: &mut Criterion) {
    let issuer = "Example Corp".parse().expect("a label");
    let account = "you@example.com".parse().expect("a label");
    let uri = provisioning_uri(&secret(), &issuer, Some(&account), Totp::default());
    let qr = Qr::new(&uri).expect("a code");
    let tone = |x: u32| (x / 4).to_le_bytes()[0];
    let logo = RgbImage::from_fn(1000, 1000, |x, y| Rgb([tone(x), tone(y), tone(x + y)]));
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(logo).write_to(&mut file, ImageFormat::Png).expect("a file");
    let file = file.into_inner();
    let logo = Logo::read(&*file).expect("a logo");

    let mut group = c.benchmark_group("pictures");
    group.bench_function("encode a QR code", |b| b.iter(|| Qr::new(black_box(&uri))));
    group.bench_function("write its PNG", |b| b.iter(|| black_box(&qr).png()));
    group.bench_function("read a logo of 1000 by 1000", |b| {
        b.iter(|| Logo::read(black_box(&*file)));
    });
    group.bench_function("write a PNG with it and read that back", |b| {
        b.iter(|| black_box(&qr).png_with_logo(black_box(&logo)));
    });
}

fn list(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Folder::new(folder.path().join("store"));
    let account = Account::new("Corp".parse().expect("a label"), None, Totp::default(), None);
    let enrolment = Enrolment { secret: secret(), account };
    let app: AppName = "first".parse().expect("a name");
    store.enrol(&app, &enrolment, Existing::Keep).expect("an app");
    let many: Vec<_> =
        (0..9_999).map(|n| (AppName::fitting(&format!("app {n}")), enrolment.clone())).collect();
    store.enrol_all(&many, &mut || {}).expect("many apps");

    let mut group = c.benchmark_group("list");
    group.throughput(Throughput::Elements(10_000));
    group.bench_function("10,000 apps", |b| b.iter(|| store.apps()));
}

criterion_group!(pure, verification, pictures, list);
criterion_main!(pure);
