//! QR codes of enrolment URIs: encoding, drawing as PNG, as SVG or for a terminal, adding a logo,
//! and reading back.
//!
//! `qrcode` encodes and draws, `image` decodes, scales and encodes pictures, `rqrr` reads back.
//! Everything here is values in and values out. Whoever reads the code can enrol, so a [`Qr`] is as
//! secret as the URI in it: it has no `Debug`, and the URI is wiped when it is dropped.

mod error;
mod logo;
mod picture;
mod png;
mod readback;
mod terminal;

use image::{Luma, Rgb, RgbImage};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode, Version};
use zeroize::Zeroizing;

pub use error::QrError;
pub use logo::Logo;
#[cfg(feature = "transfer")]
pub(crate) use picture::{decode, fit, is_picture};

/// Modules of white around the code (ISO/IEC 18004, 6.3.8).
const QUIET: u32 = 4;

/// Pixels along one side of a module in a picture.
const MODULE: u32 = 10;

/// The smallest version for a code with a logo.
///
/// Versions 7 to 13 have an alignment pattern in their very middle, and zbar takes shapes of the
/// logo for it: of 540 pictures with hard logos it failed on 204 at version 10, and on none from
/// version 14 on.
const FIRST_WITH_LOGO: i16 = 14;

/// The number of versions to try until a code with a logo reads back.
const TRIES: i16 = 6;

/// The QR code of one enrolment URI.
pub struct Qr {
    uri: Zeroizing<String>,
    code: QrCode,
}

impl Qr {
    /// Encodes a URI at error correction level H, which a logo needs: up to 30% of the codewords
    /// may be lost.
    ///
    /// # Errors
    ///
    /// [`QrError::TooLong`] if no code can hold it (from about 1,270 bytes on), and
    /// [`QrError::NotAscii`], since readers disagree on what other bytes mean.
    pub fn new(uri: &str) -> Result<Self, QrError> {
        if !uri.is_ascii() {
            return Err(QrError::NotAscii);
        }
        let code = QrCode::with_error_correction_level(uri, EcLevel::H);
        Ok(Self { code: code.or(Err(QrError::TooLong))?, uri: Zeroizing::new(uri.to_owned()) })
    }

    /// Draws the code as a greyscale PNG of 10 pixels a module.
    ///
    /// It is not read back, since nothing covers any part of it.
    ///
    /// # Errors
    ///
    /// [`QrError::Png`] if the encoder fails.
    pub fn png(&self) -> Result<Vec<u8>, QrError> {
        let picture = self.code.render::<Luma<u8>>().module_dimensions(MODULE, MODULE).build();
        Ok(png::encode(&picture)?)
    }

    /// Draws the code as a colour PNG with a logo in its middle, and reads it back.
    ///
    /// The logo covers at most a fifth of the code's width. If the code does not read back, a
    /// larger version is tried, which places the data elsewhere.
    ///
    /// # Errors
    ///
    /// [`QrError::Unreadable`] if none of six versions decodes to the URI, or no larger one is
    /// left; [`QrError::Png`] if the encoder fails.
    pub fn png_with_logo(&self, logo: &Logo) -> Result<Vec<u8>, QrError> {
        self.first_that_reads(logo, |picture| readback::gives(picture, &self.uri))
    }

    fn first_that_reads(
        &self,
        logo: &Logo,
        mut reads: impl FnMut(&RgbImage) -> bool,
    ) -> Result<Vec<u8>, QrError> {
        let Version::Normal(smallest) = self.code.version() else {
            return Err(QrError::Unreadable);
        };
        let first = smallest.max(FIRST_WITH_LOGO);
        for version in (first..first + TRIES).map(Version::Normal) {
            let Ok(code) = QrCode::with_version(&*self.uri, version, EcLevel::H) else { break };
            let mut picture = code.render::<Rgb<u8>>().module_dimensions(MODULE, MODULE).build();
            logo.place(&mut picture);
            if reads(&picture) {
                return Ok(png::encode(&picture)?);
            }
        }
        Err(QrError::Unreadable)
    }

    /// Draws the code as an SVG picture of 10 pixels a module.
    #[must_use]
    pub fn svg(&self) -> String {
        self.code.render::<svg::Color<'_>>().module_dimensions(MODULE, MODULE).build() + "\n"
    }

    /// Draws the code with half blocks, two modules to a character, for a terminal of this size.
    ///
    /// One line is left free. Error correction level L and a quiet zone of four modules, or as few
    /// as one, keep the drawing small. Black and white are set explicitly on every line, so that it
    /// scans on dark and light terminals alike.
    ///
    /// # Errors
    ///
    /// [`QrError::NoRoom`] if the terminal is too small.
    pub fn terminal(&self, columns: u16, rows: u16) -> Result<String, QrError> {
        let code = QrCode::with_error_correction_level(&*self.uri, EcLevel::L);
        terminal::draw(&code.or(Err(QrError::TooLong))?, columns, rows)
    }

    /// Draws the code as [`terminal`](Self::terminal) does, for whoever shows text alone, such as a
    /// client of SSH, which escapes colours.
    ///
    /// What is light is drawn, so that it is right on a dark terminal; most phones read the inverse of
    /// a light one as well. Whatever the width, it takes as many lines as it needs.
    ///
    /// # Errors
    ///
    /// [`QrError::TooLong`] if the URI fits no code.
    pub fn text(&self) -> Result<String, QrError> {
        let code = QrCode::with_error_correction_level(&*self.uri, EcLevel::L);
        Ok(terminal::plain(&code.or(Err(QrError::TooLong))?))
    }
}

/// Encodes an image as base64 (RFC 4648, section 4), for a `data:` URI or a JSON answer.
#[must_use]
pub fn base64(png: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(png)
}

#[cfg(test)]
mod tests {
    use image::{ColorType, DynamicImage};

    use super::*;

    /// An ordinary URI.
    const URI: &str = "otpauth://totp/Example%20Corp:you%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example%20Corp";

    fn read(png: &[u8]) -> DynamicImage {
        image::load_from_memory(png).unwrap()
    }

    #[test]
    fn a_plain_code_is_a_grey_png_of_ten_pixels_a_module() {
        let qr = Qr::new("AAAAAAAAAA").unwrap();
        let picture = read(&qr.png().unwrap());
        assert_eq!((picture.color(), picture.width(), picture.height()), (ColorType::L8, 290, 290));
        for (x, y, pixel) in picture.into_luma8().enumerate_pixels() {
            let [x, y] = [x, y].map(|v| (v / MODULE).wrapping_sub(QUIET) as usize);
            let dark = x < 21 && y < 21 && qr.code[(x, y)] == qrcode::Color::Dark;
            assert_eq!(pixel.0, [if dark { 0 } else { 255 }], "{x} {y}");
        }
    }

    #[test]
    fn the_code_is_as_small_as_its_text_allows() {
        let modules = |length| Qr::new(&"a".repeat(length)).map(|qr| qr.code.width());
        assert_eq!([7, 8, 1273].map(|length| modules(length).unwrap()), [21, 25, 177]);
        assert!(matches!(modules(1274), Err(QrError::TooLong)));
        assert!(matches!(modules(100_000), Err(QrError::TooLong)));
    }

    #[test]
    fn what_readers_would_disagree_on_is_refused() {
        assert!(matches!(Qr::new("otpauth://totp/Žižek"), Err(QrError::NotAscii)));
    }

    fn logo() -> Logo {
        let picture = RgbImage::from_pixel(3, 3, Rgb([200, 0, 20]));
        Logo::read(&*png::encode(&picture).unwrap()).unwrap()
    }

    #[test]
    fn where_a_code_with_a_logo_is_not_read_five_more_versions_are_tried() {
        let tried = |nth: usize, length: usize| {
            let mut modules = Vec::new();
            let png = Qr::new(&"a".repeat(length)).unwrap().first_that_reads(&logo(), |picture| {
                modules.push(picture.width() / 10 - 8);
                modules.len() == nth
            });
            (png.map(|png| read(&png).width() / 10 - 8).ok(), modules)
        };
        assert_eq!(tried(3, 10), (Some(81), vec![73, 77, 81]));
        assert_eq!(tried(7, 10), (None, vec![73, 77, 81, 85, 89, 93]));
        assert_eq!(tried(7, 1_200), (None, vec![173, 177]), "no version is larger");
    }

    #[test]
    fn a_code_with_a_logo_is_in_colour_and_of_version_14_at_least() {
        let logo = logo();
        for (length, modules) in [(10, 73), (400, 101)] {
            let png = Qr::new(&"a".repeat(length)).unwrap().png_with_logo(&logo).unwrap();
            let picture = read(&png);
            assert_eq!(picture.width(), (modules + 8) * 10);
            let middle = picture.into_rgb8()[(modules * 5 + 40, modules * 5 + 40)];
            assert_eq!(middle, Rgb([200, 0, 20]), "its own colour");
        }
    }

    #[test]
    fn an_svg_picture_has_a_size_of_its_own() {
        let svg = Qr::new("AAAAAAAAAA").unwrap().svg();
        let head = "<?xml version=\"1.0\" standalone=\"yes\"?>\
            <svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"290\" height=\"290\" viewBox=\"0 0 290 290\" ";
        assert!(svg.starts_with(head), "{svg}");
        assert!(svg.ends_with("\"/></svg>\n"), "{svg}");
    }

    #[test]
    fn an_ordinary_uri_fits_a_terminal_of_80_by_24() {
        let drawing = Qr::new(URI).unwrap().terminal(80, 24).unwrap();
        assert_eq!(drawing.lines().count(), 23);
        // The most that 41 modules hold at level L; the quiet zone is two modules then.
        let long = &"a".repeat(134);
        assert_eq!(Qr::new(long).unwrap().terminal(80, 24).unwrap().lines().count(), 23);
    }
}
