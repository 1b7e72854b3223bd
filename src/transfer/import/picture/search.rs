use image::{GrayAlphaImage, GrayImage, Luma, LumaA, imageops};

use super::codes::Codes;
use super::look::look;
use crate::qr;

/// The lengths in pixels that the longer side is scaled down to, in turn, as long as some code is
/// seen but not read.
///
/// Scaling down removes a photograph's noise.
const SIDES: [u32; 3] = [3000, 1600, 800];

/// Looks for codes at all sizes and in both polarities, until one look reads everything it sees.
pub(super) fn search(picture: &GrayAlphaImage) -> Codes {
    let longer = picture.width().max(picture.height());
    let mut sides = SIDES.map(|side| side.min(longer)).to_vec();
    sides.dedup();
    let mut codes = Codes::default();
    for side in sides {
        let (width, height) = qr::fit(picture.dimensions(), side);
        let scaled = imageops::thumbnail(picture, width, height);
        for inverted in [false, true] {
            let seen = look(on_white(&scaled, inverted));
            let all = seen.seen() > 0 && seen.unread == 0 && !seen.crowded;
            codes.merge(seen);
            if all {
                return codes;
            }
        }
    }
    codes
}

/// Blends transparent parts with white after inverting the tones, so that white codes on a
/// transparent background are read as well as black ones.
fn on_white(picture: &GrayAlphaImage, inverted: bool) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let LumaA([tone, alpha]) = *picture.get_pixel(x, y);
        let darkness = if inverted { tone } else { 255 - tone };
        let darkness = u16::from(darkness) * u16::from(alpha) / 255;
        Luma([255 - u8::try_from(darkness).unwrap_or(u8::MAX)])
    })
}
