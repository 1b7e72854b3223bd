use std::io::Cursor;

use image_webp::WebPDecoder;

use super::super::QrError;
use super::super::raster::Raster;
use super::{MAX_MEMORY, exif, prepare};

/// Decodes a WebP image, or the first one of an animation.
pub(super) fn decode(file: &[u8], longest: usize) -> Result<Raster, QrError> {
    let mut decoder = WebPDecoder::new(Cursor::new(file)).or(Err(QrError::NotAnImage))?;
    decoder.set_memory_limit(MAX_MEMORY);
    let (width, height) = decoder.dimensions();
    let mut shrink = prepare(width as usize, height as usize, longest)?;
    let exif = decoder.exif_metadata().or(Err(QrError::NotAnImage))?;
    let orientation = exif::orientation(&exif.unwrap_or_default());

    let mut samples = vec![0; decoder.output_buffer_size().ok_or(QrError::LogoTooLarge)?];
    decoder.read_image(&mut samples).or(Err(QrError::NotAnImage))?;
    shrink.rows(&samples, if decoder.has_alpha() { 4 } else { 3 });
    Ok(shrink.finish().upright(orientation))
}
