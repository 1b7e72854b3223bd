use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgb, RgbImage};

use super::{Logo, MODULE};

/// The part of a code's width that a logo and the white around it may take: one fifth.
const SHARE: usize = 5;

/// A logo at its final size on its white square, the tones not lifted yet.
pub(super) struct Emblem {
    pub(super) pixels: RgbImage,
}

impl Emblem {
    /// Scales a logo for a code of so many modules.
    ///
    /// The square has an odd number of modules, as every code has, so that its edges fall between
    /// modules when it is centred. One module of white stays on each side.
    pub(super) fn new(logo: &Logo, width: usize) -> Self {
        let share = width / SHARE;
        let modules = share - usize::from(share.is_multiple_of(2));
        let side = pixels(modules);
        let room = pixels(modules.saturating_sub(2)).max(1);

        let (from_width, from_height) = logo.pixels.dimensions();
        let longer = from_width.max(from_height).max(1);
        // Rounded to the nearest pixel, and never to none.
        let fit = |length: u32| ((length * room * 2 + longer) / (longer * 2)).max(1);
        let (to_width, to_height) = (fit(from_width), fit(from_height));

        // Two to three times the final size is left: enough for Lanczos to filter.
        let shrunk = shrink(&logo.pixels, from_width / to_width / 2, from_height / to_height / 2);
        let scaled = imageops::resize(&shrunk, to_width, to_height, FilterType::Lanczos3);
        let mut pixels = RgbImage::from_pixel(side, side, Rgb([255; 3]));
        let (x, y) = ((side - to_width) / 2, (side - to_height) / 2);
        imageops::replace(&mut pixels, &scaled, x.into(), y.into());
        Self { pixels }
    }
}

/// The length of so many modules in pixels; a code has no more than 177.
fn pixels(modules: usize) -> u32 {
    u32::try_from(modules * MODULE).unwrap_or(u32::MAX)
}

/// Puts an image on white: transparent parts are white, half transparent ones half.
pub(super) fn over_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let mut pixels = Vec::with_capacity(image.len() / 4 * 3);
    for [red, green, blue, alpha] in image.as_chunks::<4>().0 {
        pixels.extend([red, green, blue].map(|value| lift(*value, 255 - alpha)));
    }
    RgbImage::from_raw(image.width(), image.height(), pixels).unwrap_or_default()
}

/// Moves a tone towards white, so that black becomes `floor` and white stays.
pub(super) fn lift(value: u8, floor: u8) -> u8 {
    let step = u16::from(255 - value) * u16::from(floor) / 255;
    // At most 255 - value, so neither can overflow.
    value.saturating_add(u8::try_from(step).unwrap_or(u8::MAX))
}

/// Averages blocks of so many pixels across and down.
///
/// On an image far too large this is the first step down: Lanczos alone takes several times as
/// long, and `image`'s own averaging (`thumbnail`) as well.
pub(super) fn shrink(image: &RgbImage, across: u32, down: u32) -> RgbImage {
    let (across, down) = (across.max(1), down.max(1));
    let (width, height) = (image.width().div_ceil(across), image.height().div_ceil(down));
    let stride = image.width() as usize * 3;
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    for lines in image.as_raw().chunks(stride * down as usize) {
        let mut sums = vec![0_u32; stride];
        for line in lines.chunks_exact(stride) {
            sums.iter_mut().zip(line).for_each(|(sum, value)| *sum += u32::from(*value));
        }
        for block in sums.as_chunks::<3>().0.chunks(across as usize) {
            let count = (lines.len() / stride * block.len()) as u32;
            let sum = block.iter().fold([0; 3], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
            pixels
                .extend(sum.map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX)));
        }
    }
    RgbImage::from_raw(width, height, pixels).unwrap_or_default()
}

impl Emblem {
    /// The brightness of its pixels, row by row.
    pub(super) fn luma(&self) -> Vec<u8> {
        let pixels = self.pixels.as_chunks::<3>().0;
        pixels.iter().map(|pixel| super::readback::luma(*pixel)).collect()
    }
}
