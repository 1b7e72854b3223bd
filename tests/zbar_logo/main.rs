//! Codes with hard logos, which zbar and zxing-cpp must read even from degraded pictures.
//!
//! `cargo test --release --test zbar_logo -- --ignored`
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that fails is what they would be for"
)]

mod degrade;
mod logos;

use std::io::Cursor;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use image::{ImageFormat, RgbaImage};
use mfa::qr::{Logo, Qr};

/// A saved picture and its content.
struct Picture {
    what: String,
    uri: String,
    file: PathBuf,
}

/// Returns a different URI for each number, since what zbar fails on depends on the data and the
/// code's size.
fn uri(number: usize) -> String {
    let issuer = "Example%20Corporation%20of%20Somewhere";
    let issuer = &issuer[..[3, 7, 25, 38][number % 4]];
    let secret = &"KRSXG5CTMVRXEZLUMFXGIZLYMFWXA3DFOMYTEMZUGU3DOOBZ"[number % 16..][..32];
    format!("otpauth://totp/{issuer}:you{number}%40example.com?secret={secret}&issuer={issuer}")
}

fn draw(uri: &str, logo: &RgbaImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    logo.write_to(&mut file, ImageFormat::Png).unwrap();
    let logo = Logo::read(&file.get_ref()[..]).unwrap();
    Qr::new(uri).unwrap().png_with_logo(&logo).unwrap()
}

/// Draws the codes of these numbers, using the logos in turn, saves each of them in every degraded
/// form, and returns the content of each file.
fn save(folder: &Path, codes: Range<usize>) -> Vec<Picture> {
    let mut pictures = Vec::new();
    let logos = logos::hard().into_iter().cycle().enumerate();
    for (number, (logo, image)) in logos.skip(codes.start).take(codes.len()) {
        let uri = uri(number);
        let code = image::load_from_memory(&draw(&uri, &image)).unwrap().into_rgb8();
        for (how, degrade) in degrade::ALL {
            let file = folder.join(format!("{}.png", pictures.len()));
            degrade(&code).save(&file).unwrap();
            pictures.push(Picture {
                what: format!("{logo}, {how}: {uri}"),
                uri: uri.clone(),
                file,
            });
        }
    }
    pictures
}

fn zbar(pictures: &[Picture]) -> Vec<String> {
    let read = |picture: &Picture| {
        let mut zbar = Command::new("zbarimg");
        let output = zbar.args(["--raw", "-q"]).arg(&picture.file).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    };
    pictures.iter().map(read).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "zxing-cpp lives in a virtual environment of its own"
)]
fn zxing(pictures: &[Picture]) -> Vec<String> {
    let python = std::env::var_os("MFA_PYTHON").unwrap_or_else(|| "python3".into());
    let mut zxing = Command::new(python);
    zxing.args(["-c", include_str!("zxing.py")]).args(pictures.iter().map(|p| &p.file));
    let output = zxing.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Lets both read 150 pictures.
fn read(codes: Range<usize>) {
    let folder = tempfile::tempdir().unwrap();
    let pictures = save(folder.path(), codes);
    for (reader, texts) in [("zbar", zbar(&pictures)), ("zxing-cpp", zxing(&pictures))] {
        assert_eq!((texts.len(), pictures.len()), (150, 150));
        let failed = texts.iter().zip(&pictures).filter(|(text, picture)| **text != picture.uri);
        let failed: Vec<_> = failed.map(|(_, picture)| &picture.what).collect();
        assert!(failed.is_empty(), "{reader} failed on {}: {failed:#?}", failed.len());
    }
}

#[test]
#[ignore = "needs zbarimg and zxing-cpp (MFA_PYTHON)"]
fn zbar_and_zxing_read_every_one_of_300_pictures_with_hard_logos() {
    // Two at a time: drawing takes minutes.
    std::thread::scope(|scope| {
        scope.spawn(|| read(30..60));
        read(0..30);
    });
}
