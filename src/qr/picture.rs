use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use super::QrError;

/// The most bytes that are read of a picture: 20 MB.
pub(super) const MAX_BYTES: u64 = 20_000_000;

/// The most pixels that are decoded: 50 megapixels, what a large camera makes.
const MAX_PIXELS: u64 = 50_000_000;

/// The most bytes that decoding may allocate: 50 megapixels of four 16-bit samples, and a bit.
const MAX_MEMORY: u64 = MAX_PIXELS * 8 + 16_000_000;

/// Tells a PNG, JPEG or WebP image by its first bytes.
#[cfg(feature = "transfer")]
pub(crate) fn is_picture(file: &[u8]) -> bool {
    format(file).is_some()
}

/// Decodes a picture to look for codes in: grey, on white, the right way up.
#[cfg(feature = "transfer")]
pub(crate) fn decode_picture(file: &[u8]) -> Result<image::GrayImage, QrError> {
    let (image, orientation) = decode(file)?;
    let mut image = DynamicImage::ImageRgb8(super::shrink::shrink(&image, 1));
    image.apply_orientation(orientation);
    Ok(image.into_luma8())
}

/// Decodes a picture if the size that its header claims is tolerable; nothing is decoded before.
pub(super) fn decode(file: &[u8]) -> Result<(DynamicImage, Orientation), QrError> {
    if !u64::try_from(file.len()).is_ok_and(|length| length <= MAX_BYTES) {
        return Err(QrError::LogoTooLarge);
    }
    let format = format(file).ok_or(QrError::NotAnImage)?;
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    match u64::from(width) * u64::from(height) {
        0 => return Err(QrError::NotAnImage),
        1..=MAX_PIXELS => {}
        _ => return Err(QrError::LogoTooLarge),
    }
    let orientation = decoder.orientation().map_err(|error| refused(&error))?;
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    Ok((image, orientation))
}

fn format(file: &[u8]) -> Option<ImageFormat> {
    match image::guess_format(file) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => Some(format),
        _ => None,
    }
}

fn refused(error: &ImageError) -> QrError {
    match error {
        ImageError::Limits(_) => QrError::LogoTooLarge,
        _ => QrError::NotAnImage,
    }
}
