use std::io::{Cursor, Read};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

use super::QrError;
use super::emblem::{over_white, shrink};

/// The most bytes that are read of a logo: 20 MB.
const MAX_BYTES: u64 = 20_000_000;

/// The most pixels that are decoded: 50 megapixels, what a large camera makes.
const MAX_PIXELS: u64 = 50_000_000;

/// The most bytes that decoding may allocate: 50 megapixels of four 16-bit samples, and a bit.
const MAX_MEMORY: u64 = MAX_PIXELS * 8 + 16_000_000;

/// What the longer side of a logo is shrunk towards, in pixels.
///
/// No code has room for more than 330 (33 modules, version 40): three times that is enough for
/// Lanczos.
const ENOUGH: u32 = 990;

/// A logo, decoded, on white, the right way up.
pub struct Logo {
    pub(super) pixels: RgbImage,
}

impl Logo {
    /// Reads a PNG, JPEG or WebP image, which of them is told from its content.
    ///
    /// Nothing is decoded before the size that the header claims is found tolerable, and nothing
    /// is read beyond 20 MB. The first picture of an animation counts.
    ///
    /// # Errors
    ///
    /// [`QrError::LogoTooLarge`] over 20 MB or 50 megapixels, [`QrError::NotAnImage`] for all else
    /// that does not decode, [`QrError::Read`] if `bytes` fails.
    pub fn read(bytes: impl Read) -> Result<Self, QrError> {
        let mut file = Vec::new();
        bytes.take(MAX_BYTES + 1).read_to_end(&mut file).map_err(QrError::Read)?;
        if u64::try_from(file.len()).is_ok_and(|length| length <= MAX_BYTES) {
            Self::decode(&file)
        } else {
            Err(QrError::LogoTooLarge)
        }
    }

    fn decode(file: &[u8]) -> Result<Self, QrError> {
        let format = match image::guess_format(file) {
            Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
            _ => return Err(QrError::NotAnImage),
        };
        let mut reader = ImageReader::with_format(Cursor::new(file), format);
        let mut limits = Limits::default();
        limits.max_alloc = Some(MAX_MEMORY);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|_| QrError::NotAnImage)?;
        let (width, height) = decoder.dimensions();
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            return Err(QrError::LogoTooLarge);
        }
        let orientation = decoder.orientation().map_err(|_| QrError::NotAnImage)?;
        let image = DynamicImage::from_decoder(decoder).map_err(|_| QrError::NotAnImage)?;

        let factor = width.max(height) / ENOUGH;
        let pixels = over_white(image);
        let pixels = if factor > 1 { shrink(&pixels, factor, factor) } else { pixels };
        let mut image = DynamicImage::ImageRgb8(pixels);
        image.apply_orientation(orientation);
        Ok(Self { pixels: image.into_rgb8() })
    }
}
