use std::fs;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::refused;

const NO_IMAGE: &str = "the logo is not a readable PNG, JPEG or WebP image";
const TOO_LARGE: &str = "the logo is over 20 MB or 50 megapixels";

/// Makes a grey PNG with this size in its header and `rows` rows of pixels.
fn png(width: u32, height: u32, rows: usize) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    let mut stream = writer.stream_writer().unwrap();
    let row = vec![0x80; width.try_into().unwrap()];
    for _ in 0..rows {
        std::io::Write::write_all(&mut stream, &row).unwrap();
    }
    // Finishing a picture that is cut short fails, but what there is of it has been written.
    let _ = stream.finish();
    drop(writer);
    file
}

#[test]
fn a_logo_that_is_no_picture_is_usage_and_enrols_nothing() {
    let store = TempStore::with_secret("C", SECRET);
    let logo = store.outside().join("logo.png");
    for (bytes, why) in [
        (b"".to_vec(), NO_IMAGE),
        (b"a text\n".to_vec(), NO_IMAGE),
        (b"\x89PNG\r\n\x1a\n".to_vec(), NO_IMAGE),
        (b"\xff\xd8\xff\xe0".to_vec(), NO_IMAGE),
        (b"RIFF\x04\0\0\0WEBP".to_vec(), NO_IMAGE),
        (b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), NO_IMAGE),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), NO_IMAGE),
        (png(100, 100, 50), NO_IMAGE),
        (png(7_072, 7_072, 1), TOO_LARGE),
        (png(100_000, 100_000, 1), TOO_LARGE),
        (png(1_000_000, 100, 1), TOO_LARGE),
        (vec![b'x'; 20_000_001], TOO_LARGE),
    ] {
        fs::write(&logo, bytes).unwrap();
        let message = format!("error: cannot use logo.png as a logo: {why}\n");
        let create = ["create", "-n", "n", "-i", "D", "--logo", "logo.png"];
        // A quarter of a gigabyte of memory, whatever the header claims.
        refused(&store, store.after("ulimit -v 262144", create), 2, &message);
        refused(&store, store.mfa(create).args(["--no-image"]), 2, &message);
    }
}

#[test]
fn a_logo_that_cannot_be_read_is_usage() {
    let store = TempStore::with_secret("C", SECRET);
    for (logo, why) in [
        ("nowhere", "No such file or directory (os error 2)"),
        (".", "could not read the logo: Is a directory (os error 21)"),
        ("/dev/null", NO_IMAGE),
        ("/dev/zero", TOO_LARGE),
    ] {
        let message = format!("error: cannot use {logo} as a logo: {why}\n");
        let create = ["create", "-n", "n", "-i", "D", "--logo", logo];
        refused(&store, store.mfa(create), 2, &message);
    }
    let message = "error: cannot use \\u{1b}c as a logo: No such file or directory (os error 2)\n";
    let create = ["create", "-n", "n", "-i", "D", "--logo", "\u{1b}c"];
    refused(&store, store.mfa(create), 2, message);
}

#[test]
fn a_logo_of_one_pixel_or_of_one_row_is_one() {
    for (width, height) in [(1, 1), (1_000, 1), (1, 1_000)] {
        let store = TempStore::new();
        fs::write(store.outside().join("logo"), png(width, height, height as usize)).unwrap();
        let create = ["create", "-n", "n", "-i", "D", "--logo", "logo", "--json"];
        let said = store.mfa(create).said();
        assert_eq!((said.status, &*said.stderr), (Some(0), ""), "{width}×{height}");
        assert!(store.at("img/D.png").exists());
    }
}
