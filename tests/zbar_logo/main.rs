//! Codes with hard logos are read by zbar, even when the picture has suffered.
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
use std::path::Path;
use std::process::Command;

use image::{ImageFormat, RgbaImage};
use mfa::qr::{Logo, Qr};

/// One URI for each logo in turn: what zbar fails on depends on the data and on the code's size.
fn uri(number: usize) -> String {
    let issuer = "Example%20Corporation%20of%20Somewhere";
    let issuer = &issuer[..[3, 7, 25, 38][number % 4]];
    let secret = &"KRSXG5CTMVRXEZLUMFXGIZLYMFWXA3DFOMYTEMZUGU3DOOBZ"[number % 16..][..32];
    format!("otpauth://totp/{issuer}:user{number}%40example.com?secret={secret}&issuer={issuer}")
}

fn draw(uri: &str, logo: &RgbaImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    logo.write_to(&mut file, ImageFormat::Png).unwrap();
    let logo = Logo::read(&file.get_ref()[..]).unwrap();
    Qr::new(uri).unwrap().png_with_logo(&logo).unwrap()
}

fn read(file: &Path) -> String {
    let output = Command::new("zbarimg").args(["--raw", "-q"]).arg(file).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs zbarimg"]
fn zbar_reads_98_of_100_codes_with_hard_logos() {
    let folder = tempfile::tempdir().unwrap();
    let (mut all, mut failed) = (0, Vec::new());
    for (number, (logo, image)) in logos::hard().into_iter().cycle().take(32).enumerate() {
        let uri = uri(number);
        let code = image::load_from_memory(&draw(&uri, &image)).unwrap().into_rgb8();
        for (how, degrade) in degrade::ALL {
            let file = folder.path().join("code.png");
            degrade(&code).save(&file).unwrap();
            all += 1;
            if read(&file) != format!("{uri}\n") {
                failed.push(format!("{logo}, {how}: {uri}"));
            }
        }
    }
    assert!(failed.len() * 100 <= all * 2, "{} of {all} failed: {failed:#?}", failed.len());
}
