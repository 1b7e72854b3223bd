use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::super::QrError;
use super::super::raster::Raster;
use super::{exif, prepare};

/// The most pixels along a side that a header can claim.
const LONGEST: usize = u16::MAX as usize;

/// Decodes a JPEG of any colours to red, green and blue.
pub(super) fn decode(file: &[u8], longest: usize) -> Result<Raster, QrError> {
    let options = DecoderOptions::default().set_max_width(LONGEST).set_max_height(LONGEST);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().or(Err(QrError::NotAnImage))?;
    let (width, height) = decoder.dimensions().ok_or(QrError::NotAnImage)?;
    let mut shrink = prepare(width, height, longest)?;
    let orientation = decoder.exif().map_or(1, |exif| exif::orientation(exif));

    let samples = decoder.decode().or(Err(QrError::NotAnImage))?;
    shrink.rows(&samples, 3);
    Ok(shrink.finish().upright(orientation))
}
