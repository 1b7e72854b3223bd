use std::ops::Deref;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{EncodableLayout, ImageBuffer, ImageError, PixelWithColorType};

/// Encodes a PNG, for speed rather than size.
///
/// Nine rows in ten repeat the one above, and the filter `Up` turns those into zeros.
pub(super) fn encode<P, C>(picture: &ImageBuffer<P, C>) -> Result<Vec<u8>, ImageError>
where
    P: PixelWithColorType,
    [P::Subpixel]: EncodableLayout,
    C: Deref<Target = [P::Subpixel]>,
{
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Up);
    picture.write_with_encoder(encoder)?;
    Ok(png)
}
