//! Random pictures of several codes each, whole and damaged: no code is lost without a word.
//!
//! `cargo test --release --test import_scenes` makes more of them, and measures the time.

#![cfg(test)]

use std::io::Cursor;
use std::time::{Duration, Instant};

use image::{GrayAlphaImage, GrayImage, ImageFormat, Luma, LumaA, imageops};
use mfa::transfer::import::{Found, Import, ImportError, read};
use proptest::prelude::*;
use qrcode::bits::{Bits, ExtendedMode};
use qrcode::{EcLevel, QrCode, Version};

/// The side of the part of the picture that a code has to itself, in pixels.
const CELL: u32 = 480;

/// A code to be drawn somewhere in its cell.
#[derive(Clone, Debug)]
struct Code {
    account: String,
    module: u32,
    place: (u32, u32),
    damaged: bool,
}

fn code() -> impl Strategy<Value = Code> {
    let parts = ("[a-z]{1,60}", 2..7_u32, (0..CELL, 0..CELL), any::<bool>());
    parts.prop_map(|(account, module, place, damaged)| Code { account, module, place, damaged })
}

impl Code {
    fn draw(&self, number: usize) -> GrayImage {
        let account = &self.account;
        let uri = format!("otpauth://totp/{account}?secret=JBSWY3DPEHPK3PXP&issuer=Corp{number}");
        let code = QrCode::with_error_correction_level(&uri, EcLevel::M).unwrap();
        let mut drawn =
            code.render::<Luma<u8>>().module_dimensions(self.module, self.module).build();
        if self.damaged {
            let side = drawn.width() * 2 / 5;
            let middle = i64::from((drawn.width() - side) / 2);
            imageops::replace(&mut drawn, &GrayImage::new(side, side), middle, middle);
        }
        drawn
    }
}

/// Draws codes on a sheet with this many columns.
fn sheet(codes: &[Code], columns: usize) -> GrayImage {
    let columns = u32::try_from(columns).unwrap();
    let rows = u32::try_from(codes.len()).unwrap().div_ceil(columns);
    let mut sheet = GrayImage::from_pixel(columns * CELL, rows * CELL, Luma([255]));
    for (number, code) in codes.iter().enumerate() {
        let drawn = code.draw(number);
        let cell = u32::try_from(number).unwrap();
        let room = CELL - drawn.width();
        let x = cell % columns * CELL + code.place.0 % (room + 1);
        let y = cell / columns * CELL + code.place.1 % (room + 1);
        imageops::replace(&mut sheet, &drawn, x.into(), y.into());
    }
    sheet
}

fn import(picture: &GrayImage) -> Result<Import, ImportError> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    read(file.get_ref(), &mut || unreachable!("a picture has no password"))
}

/// Counts the entries that were read and the codes that were reported.
fn counts(picture: &GrayImage) -> (usize, usize) {
    let Ok(import) = import(picture) else { return (0, 0) };
    let read = import.found.iter().filter(|found| matches!(found, Found::Entry(_))).count();
    (read, import.found.len() - read)
}

/// Measures how long a picture takes: under two seconds on an idle machine, where a hang took minutes.
#[expect(clippy::disallowed_methods, reason = "a bound is what is tested")]
fn in_time<T>(look: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let seen = look();
    let most = if cfg!(debug_assertions) { 60 } else { 15 };
    assert!(started.elapsed() < Duration::from_secs(most), "{:?}", started.elapsed());
    seen
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(debug_assertions) { 4 } else { 200 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn each_code_is_read_or_reported(
        codes in proptest::collection::vec(code(), 1..=6),
        columns in 1..4_usize,
    ) {
        let sheet = sheet(&codes, columns);
        let damaged = codes.iter().filter(|code| code.damaged).count();
        let seen = in_time(|| counts(&sheet));
        prop_assert_eq!(seen, (codes.len() - damaged, damaged));
    }
}

fn whole(module: u32) -> Code {
    Code { account: "me".into(), module, place: (0, 0), damaged: false }
}

#[test]
fn a_sheet_of_codes_in_rows_and_columns_is_read_whole() {
    for (codes, columns, module) in [(4, 2, 2), (4, 2, 6), (12, 4, 3)] {
        let sheet = sheet(&vec![whole(module); codes], columns);
        let read = in_time(|| import(&sheet).unwrap());
        let issuers = read.found.iter().map(|found| match found {
            Found::Entry(entry) => entry.issuer.as_ref().unwrap().as_str().to_owned(),
            other => format!("{other:?}"),
        });
        let expected: Vec<_> = (0..codes).map(|number| format!("Corp{number}")).collect();
        assert_eq!(issuers.collect::<Vec<_>>(), expected, "{module} pixels a module");
    }
}

#[test]
fn a_small_damaged_code_in_a_large_picture_is_reported() {
    let mut sheet = GrayImage::from_pixel(1_600, 1_100, Luma([255]));
    imageops::replace(&mut sheet, &whole(14).draw(1), 50, 50);
    let damaged = Code { damaged: true, ..whole(3) };
    imageops::replace(&mut sheet, &damaged.draw(2), 1_300, 800);
    let import = import(&sheet).unwrap();
    let [Found::Entry(_), Found::Unread { what, why }] = import.found.as_slice() else {
        panic!("{:?}", import.found)
    };
    assert_eq!(what, "QR code 2");
    assert_eq!(why, "it is damaged, or too small or too blurred to be read");
}

#[test]
fn more_finder_patterns_than_a_sheet_has_are_refused_and_not_looked_at() {
    for (across, module) in [(8, 2), (30, 2), (40, 2), (40, 4)] {
        let side = (across * 9 + 2) * module;
        let grid = GrayImage::from_fn(side, side, |x, y| {
            let [x, y] = [x, y].map(|v| (v / module + 7) % 9);
            let ring = x.abs_diff(3).max(y.abs_diff(3));
            Luma([if matches!(ring, 0 | 1 | 3) { 0 } else { 255 }])
        });
        let error = in_time(|| import(&grid).unwrap_err().to_string());
        let told = "the picture file can't be read: it has too many QR codes, cut it into pictures of twelve at most";
        assert_eq!(error, told, "{across} of {module}");
    }
}

#[test]
fn finder_patterns_without_codes_are_looked_at_no_longer_than_codes() {
    let side = if cfg!(debug_assertions) { 1_500 } else { 3_000 };
    let module = side / 75;
    let grid = GrayImage::from_fn(side, side, |x, y| {
        let [x, y] = [x, y].map(|v| v / module % 10);
        let ring = x.abs_diff(4).max(y.abs_diff(4));
        Luma([if matches!(ring, 0 | 1 | 3) { 0 } else { 255 }])
    });
    assert_eq!(in_time(|| counts(&grid)), (0, 12));
}

#[test]
fn white_codes_on_a_transparent_ground_are_read_and_so_are_black_ones() {
    for code in [0, 255] {
        let drawn = whole(4).draw(1);
        let picture = GrayAlphaImage::from_fn(drawn.width(), drawn.height(), |x, y| {
            LumaA([code, 255 - drawn.get_pixel(x, y)[0]])
        });
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        let import = read(file.get_ref(), &mut || unreachable!()).unwrap();
        assert!(matches!(import.found.as_slice(), [Found::Entry(_)]), "{code}");
    }
}

#[test]
fn what_is_no_text_is_reported_and_never_guessed_at() {
    let kinds: [fn(&mut Bits); 3] = [
        |bits| bits.push_byte_data(b"otpauth://totp/B\xfccher?secret=JBSWY3DPEHPK3PXP").unwrap(),
        |bits| bits.push_kanji_data(b"\x93\x5f\xe4\xaa").unwrap(),
        |bits| {
            bits.push_mode_indicator(ExtendedMode::StructuredAppend).unwrap();
            bits.push_byte_data(b"otpauth://totp/B?secret=JBSWY3DPEHPK3PXP").unwrap();
        },
    ];
    for (kind, push) in kinds.into_iter().enumerate() {
        let mut bits = Bits::new(Version::Normal(7));
        push(&mut bits);
        bits.push_terminator(EcLevel::M).unwrap();
        let code = QrCode::with_bits(bits, EcLevel::M).unwrap();
        let drawn = code.render::<Luma<u8>>().module_dimensions(4, 4).build();
        let mut sheet = GrayImage::from_pixel(CELL * 2, CELL, Luma([255]));
        imageops::replace(&mut sheet, &whole(4).draw(1), 0, 0);
        imageops::replace(&mut sheet, &drawn, CELL.into(), 0);
        let import = import(&sheet).unwrap();
        let [Found::Entry(_), Found::Unread { what, why }] = import.found.as_slice() else {
            panic!("{kind}: {:?}", import.found)
        };
        assert_eq!(what, "QR code 2");
        assert_eq!(why, "it contains no text, or only part of a text in several codes");
    }
}
