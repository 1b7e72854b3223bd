//! QR codes of enrolment URIs: encode, draw as PNG or for a terminal, put a logo in, read back.
//!
//! ```text
//! URI ─► code ─► Matrix ─► png or terminal
//!                  │
//! file ─► picture ─► logo ─► emblem ─► canvas ─► decoy, readback ─► png
//! ```
//!
//! All of it is values in and values out. Whoever reads the code can enrol, so a [`Qr`] is as
//! secret as the URI in it: it has no `Debug`, and it is wiped when dropped.

mod canvas;
mod code;
mod decoy;
mod emblem;
mod error;
mod lanczos;
mod logo;
mod mask;
mod picture;
mod png;
mod raster;
mod readback;
mod shade;
mod shrink;
mod svg;
mod terminal;

use zeroize::Zeroizing;

pub use error::QrError;
pub use logo::Logo;
#[cfg(feature = "transfer")]
pub(crate) use picture::{decode, is_picture};
#[cfg(feature = "transfer")]
pub(crate) use raster::{Raster, luma};
#[cfg(feature = "transfer")]
pub(crate) use shrink::fit;

use canvas::Canvas;
use code::Matrix;
use emblem::Emblem;

/// Modules of white around the code (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// Pixels along one side of a module in an image.
const MODULE: usize = 10;

/// How far a logo's tones are lifted towards white, from the strongest colours to the palest.
///
/// Measured with zbar 0.23.92: 40 random URIs (codes of 49 to 73 modules), each as it is, at half
/// size, blurred by 2, as JPEG of quality 50 and turned by 15 degrees; images of 200 not read:
///
/// | logo, floor fixed   | 96  | 128 | 160 | 192 | 208 | 224 |
/// |---------------------|-----|-----|-----|-----|-----|-----|
/// | finder pattern      | 159 | 160 | 135 | 0   | 0   | 0   |
/// | coarse noise        | 155 | 155 | 155 | 7   | 0   | 0   |
/// | disc in a ring      | 96  | 75  | 57  | 1   | 0   | 0   |
/// | the same in red     | 76  | 69  | 13  | 0   | 0   | 0   |
/// | rings               | 40  | 25  | 11  | 0   | 0   | 0   |
/// | fine noise          | 8   | 0   | 0   | 0   | 0   | 0   |
/// | four finders        | 1   | 3   | 1   | 0   | 0   | 0   |
/// | stripes             | 0   | 2   | 0   | 0   | 0   | 0   |
/// | few rings           | 1   | 0   | 0   | 0   | 0   | 0   |
/// | six others, or none | 0   | 0   | 0   | 0   | 0   | 0   |
///
/// With the floor chosen by [`decoy`], over 1,800 URIs: 5 of 4,000 images with these logos were
/// not read, and 27 of 5,000 with random ones (letters, blocks, bars, shapes, rings, photos); of
/// all the codes 59 in 100 kept a floor of 96.
const FLOORS: [u8; 6] = [96, 128, 160, 192, 208, PALEST];
const PALEST: u8 = 224;

/// The QR code of one enrolment URI.
pub struct Qr {
    uri: Zeroizing<String>,
    matrix: Matrix,
}

impl Qr {
    /// Encodes a URI at error correction level H, which a logo needs: 30 of 100 codewords may go.
    ///
    /// # Errors
    ///
    /// [`QrError::TooLong`] where no code holds it (from about 1,270 bytes on), and
    /// [`QrError::NotAscii`], since readers disagree on what other bytes mean.
    pub fn new(uri: &str) -> Result<Self, QrError> {
        Ok(Self { matrix: Matrix::encode(uri)?, uri: Zeroizing::new(uri.to_owned()) })
    }

    /// Draws the code as a greyscale PNG of 1 bit a pixel and 10 pixels a module.
    ///
    /// It is not read back: nothing covers any of it.
    ///
    /// # Errors
    ///
    /// [`QrError::Png`] if the encoder fails.
    pub fn png(&self) -> Result<Vec<u8>, QrError> {
        png::plain(&self.matrix)
    }

    /// Draws the code as a colour PNG with a logo in its middle, and reads it back.
    ///
    /// The logo covers at most a fifth of the code's width and its tones are lifted towards white:
    /// as little as the shapes in it allow, and more where the result does not read back.
    ///
    /// # Errors
    ///
    /// [`QrError::Unreadable`] if the code does not give back its URI with the palest logo
    /// either, [`QrError::Png`] if the encoder fails.
    pub fn png_with_logo(&self, logo: &Logo) -> Result<Vec<u8>, QrError> {
        let emblem = Emblem::new(logo, self.matrix.width());
        let mut canvas = Canvas::new(&self.matrix);
        for floor in FLOORS {
            canvas.place(&emblem, floor);
            let lures = floor != PALEST && decoy::lures(&canvas);
            if !lures && readback::gives(&canvas, &self.uri) {
                return png::colour(&canvas);
            }
        }
        Err(QrError::Unreadable)
    }

    /// Draws the code as an SVG picture, a unit a module.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::draw(&self.matrix)
    }

    /// Draws the code with half blocks, two modules to a character, ending in a newline.
    ///
    /// Black and white are set explicitly on every line, so that it scans on dark and on light
    /// terminals alike.
    #[must_use]
    pub fn terminal(&self) -> String {
        terminal::draw(&self.matrix)
    }
}

/// Encodes an image as base64 (RFC 4648, section 4), for a `data:` URI or a JSON answer.
#[must_use]
pub fn base64(png: &[u8]) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(png)
}
