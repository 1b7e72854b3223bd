use image::imageops;
use image::{Rgb, RgbImage};

use super::lanczos;
use super::shrink::shrink_rgb;
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
        let shrunk =
            shrink_rgb(&logo.pixels, from_width / to_width / 2, from_height / to_height / 2);
        let scaled = lanczos::resize(&shrunk, to_width, to_height);
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

/// Moves a tone towards white, so that black becomes `floor` and white stays.
pub(super) fn lift(value: u8, floor: u8) -> u8 {
    let step = u16::from(255 - value) * u16::from(floor) / 255;
    // At most 255 - value, so neither can overflow.
    value.saturating_add(u8::try_from(step).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Rgb<u8> = Rgb([0; 3]);

    /// How wide and how high the part is that is not white.
    fn extent(emblem: &Emblem) -> (u32, u32) {
        let inked = |(_, _, pixel): &(u32, u32, &Rgb<u8>)| pixel.0 != [255; 3];
        let inked: Vec<_> = emblem.pixels.enumerate_pixels().filter(inked).collect();
        let length = |place: fn(&(u32, u32, &Rgb<u8>)) -> u32| {
            let (least, most) = (inked.iter().map(place).min(), inked.iter().map(place).max());
            most.unwrap() - least.unwrap() + 1
        };
        (length(|pixel| pixel.0), length(|pixel| pixel.1))
    }

    fn emblem(width: u32, height: u32, modules: usize) -> Emblem {
        Emblem::new(&Logo { pixels: RgbImage::from_pixel(width, height, BLACK) }, modules)
    }

    #[test]
    fn the_square_is_odd_and_at_most_a_fifth_with_a_module_of_white_around_the_logo() {
        let codes = [(21, 30, 10), (45, 90, 70), (57, 110, 90), (65, 130, 110), (177, 350, 330)];
        for (modules, side, logo) in codes {
            let emblem = emblem(100, 100, modules);
            assert_eq!(emblem.pixels.dimensions(), (side, side), "{modules}");
            assert_eq!(extent(&emblem), (logo, logo), "{modules}");
        }
    }

    #[test]
    fn the_aspect_ratio_stays() {
        let sizes = [
            ((600, 100), (90, 15)),
            ((100, 600), (15, 90)),
            ((1, 1), (90, 90)),
            ((3, 2), (90, 60)),
            ((5000, 1), (90, 1)),
            ((1, 50_000), (1, 90)),
            ((1999, 1000), (90, 45)),
        ];
        for ((width, height), scaled) in sizes {
            assert_eq!(extent(&emblem(width, height, 57)), scaled, "{width} by {height}");
        }
    }

    #[test]
    fn lifting_leaves_white_and_makes_black_the_floor() {
        for floor in [0, 96, 224, 255] {
            assert_eq!((lift(0, floor), lift(255, floor)), (floor, 255));
        }
        assert_eq!(lift(100, 96), 158);
    }
}
