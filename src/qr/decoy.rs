//! What a reader could take for an alignment pattern, where a logo covers the true one.
//!
//! Codes of version 7 to 13 (45 to 69 modules: nearly every enrolment) have an alignment pattern
//! in the very middle, under the logo. zbar looks for it within two modules and settles for 19
//! matching modules of 25. If it finds one in the logo it bends its grid towards it and misses
//! the data; if it finds none it goes by the corners and reads. So the shapes of a logo matter
//! where that search looks, and only if they are dark enough.
//!
//! Measured with zbar 0.23.92: in codes of 73 to 81 modules, which have no alignment pattern
//! there, rings, discs, noise and finder patterns in full black failed in 0 of 600 images; in
//! codes of 49 to 69 modules they failed by the data, at a floor of 96 up to four times in five.
//! The rule below was chosen on 520 random logos: with the floors that it picks 3 of 2,600 images
//! failed, with zbar's own tolerance of 6 it was 60. On others it does less well (see the floors).

use super::canvas::Canvas;
use super::shade::Shade;
use super::{MODULE, QUIET};

/// The modules of an alignment pattern, row by row, true is dark (ISO/IEC 18004, 6.3.6).
const PATTERN: [bool; 25] = {
    let (x, o) = (true, false);
    [x, x, x, x, x, x, o, o, o, x, x, o, x, o, x, x, o, o, o, x, x, x, x, x, x]
};

/// The most modules in which a decoy differs from the pattern: zbar's 6, and 1 for what a blur or
/// a turn may change.
const TOLERANCE: usize = 7;

/// How far around its place the pattern is looked for, in steps of a quarter of a module.
const REACH: usize = 7;

/// Tells whether a reader may find an alignment pattern in the logo.
pub(super) fn lures(canvas: &Canvas) -> bool {
    let width = (canvas.side() / MODULE).saturating_sub(2 * QUIET);
    let logo = canvas.logo();
    let covered = |place: &usize| {
        let from = (place + QUIET - 2) * MODULE;
        from < logo.end && from + 5 * MODULE > logo.start
    };
    let places: Vec<usize> = places(width).into_iter().filter(covered).collect();
    let shade = Shade::new(canvas);
    places.iter().any(|y| places.iter().any(|x| lures_at(&shade, *x, *y)))
}

/// Looks around the place of one pattern, given as the module in its middle.
fn lures_at(shade: &Shade, x: usize, y: usize) -> bool {
    // Where the search begins: in the middle of the pattern's first module, less the reach.
    let [x, y] = [x, y].map(|place| (place + QUIET - 2) * MODULE + MODULE / 2 - REACH * MODULE / 4);
    let steps = || (0..=2 * REACH).map(|step| step * MODULE / 4);
    steps().any(|down| steps().any(|across| resembles(shade, x + across, y + down)))
}

/// Compares the 25 modules from a pixel on with the pattern.
fn resembles(shade: &Shade, x: usize, y: usize) -> bool {
    let modules = (0..).zip(PATTERN);
    let differs =
        |(i, dark): &(usize, bool)| shade.is_dark(x + i % 5 * MODULE, y + i / 5 * MODULE) != *dark;
    modules.filter(differs).take(TOLERANCE + 1).count() <= TOLERANCE
}

/// Where the middles of alignment patterns are, across and down (ISO/IEC 18004, annex E).
fn places(width: usize) -> Vec<usize> {
    let version = width.saturating_sub(17) / 4;
    if version < 2 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    // Version 32 is the one that the rule for the others does not fit.
    let step = match version {
        32 => 26,
        _ => (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2,
    };
    std::iter::once(6).chain((0..count - 1).map(|i| width - 7 - i * step)).collect()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::super::code::Matrix;
    use super::super::emblem::Emblem;
    use super::super::{Logo, Qr};
    use super::*;

    /// A code of so many modules with a logo of 9 by 9 fields, `#` is dark.
    fn lured(uri_length: usize, fields: [&str; 9], floor: u8) -> (usize, bool) {
        let dark = |x: u32, y: u32| fields[y as usize / 10].as_bytes()[x as usize / 10] == b'#';
        let tone = |x, y| if dark(x, y) { Rgb([0; 3]) } else { Rgb([255; 3]) };
        let logo = Logo { picture: RgbImage::from_fn(90, 90, tone).into() };
        let matrix = Matrix::encode(&"a".repeat(uri_length)).unwrap();
        let mut canvas = Canvas::new(&matrix);
        canvas.place(&Emblem::new(&logo, matrix.width()), floor);
        (matrix.width(), lures(&canvas))
    }

    const BLACK: [&str; 9] = ["#########"; 9];
    const PATTERN: [&str; 9] = [
        ".........",
        ".........",
        "...#####.",
        "...#...#.",
        "...#.#.#.",
        "...#...#.",
        "...#####.",
        ".........",
        ".........",
    ];

    #[test]
    fn alignment_patterns_are_where_the_encoder_draws_them() {
        for length in [10, 60, 120, 220, 400, 700, 840, 1270] {
            let matrix = Matrix::encode(&"a".repeat(length)).unwrap();
            let rows: Vec<&[bool]> = matrix.rows().collect();
            let places = places(matrix.width());
            for y in &places[1..] {
                for x in &places[1..] {
                    let around = rows[y - 2..=y + 2].iter().flat_map(|row| &row[x - 2..=x + 2]);
                    assert_eq!(around.copied().collect::<Vec<_>>(), super::PATTERN, "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn a_pattern_beside_the_middle_lures_until_it_is_pale() {
        assert_eq!(lured(110, PATTERN, 96), (57, true));
        assert_eq!(lured(110, PATTERN, 208), (57, true));
        assert_eq!(lured(110, PATTERN, 240), (57, false));
    }

    #[test]
    fn a_plain_square_lures_nobody() {
        assert_eq!(lured(110, BLACK, 0), (57, false));
        assert_eq!(lured(110, [""; 9].map(|_| "........."), 0), (57, false));
    }

    #[test]
    fn seven_modules_may_differ_and_no_more() {
        let resembling = |differing: usize| {
            let mut modules = super::PATTERN;
            modules[..differing].iter_mut().for_each(|dark| *dark = !*dark);
            let mut canvas = Canvas::new(&Matrix::encode(&"a".repeat(110)).unwrap());
            let mut pixels = RgbImage::from_pixel(110, 110, Rgb([255; 3]));
            for (x, y, pixel) in pixels.enumerate_pixels_mut() {
                let module = |v: u32| (v as usize / MODULE).checked_sub(3).filter(|v| *v < 5);
                if let (Some(x), Some(y)) = (module(x), module(y)) {
                    *pixel = Rgb([if modules[y * 5 + x] { 0 } else { 255 }; 3]);
                }
            }
            canvas.place(&Emblem { picture: pixels.into() }, 0);
            let first = canvas.logo().start + 3 * MODULE + MODULE / 2;
            resembles(&Shade::new(&canvas), first, first)
        };
        assert_eq!([0, 7, 8].map(resembling), [true, true, false]);
    }

    #[test]
    fn nothing_lures_where_no_pattern_is_covered() {
        assert_eq!(lured(200, PATTERN, 0), (77, false));
        assert_eq!(lured(20, PATTERN, 0), (29, false));
    }

    #[test]
    fn a_code_with_a_lure_in_it_gets_the_paler_logo() {
        let darkest = |image: RgbImage| {
            let png =
                Qr::new(&"a".repeat(110)).unwrap().png_with_logo(&Logo { picture: image.into() });
            let image = image::load_from_memory(&png.unwrap()).unwrap().into_rgb8();
            image.pixels().map(|pixel| pixel.0[0]).filter(|tone| *tone > 0).min()
        };
        assert_eq!(darkest(RgbImage::new(90, 90)), Some(96));
        let ring = |x: u32, y: u32| {
            let dark = PATTERN[y as usize / 10].as_bytes()[x as usize / 10] == b'#';
            if dark { Rgb([0; 3]) } else { Rgb([255; 3]) }
        };
        assert_eq!(darkest(RgbImage::from_fn(90, 90, ring)), Some(224));
    }
}
