use super::raster::Raster;
use super::shrink::fit;
use super::{Logo, MODULE};

/// The part of a code's width that a logo and the white around it may take: one fifth.
const SHARE: usize = 5;

/// A logo at its final size on its white square, the tones not lifted yet.
pub(super) struct Emblem {
    pub(super) picture: Raster,
}

impl Emblem {
    /// Scales a logo for a code of so many modules.
    ///
    /// The square has an odd number of modules, as every code has, so that its edges fall between
    /// modules when it is centred. One module of white stays on each side.
    pub(super) fn new(logo: &Logo, width: usize) -> Self {
        let share = width / SHARE;
        let modules = share - usize::from(share.is_multiple_of(2));
        let side = modules * MODULE;
        let room = (modules.saturating_sub(2) * MODULE).max(1);

        let scaled = fit(&logo.picture, room);
        let mut picture = Raster::white(side);
        picture.paste(&scaled, (side - scaled.width()) / 2, (side - scaled.height()) / 2);
        Self { picture }
    }

    /// Moves all tones towards white, so that black becomes `floor` and white stays.
    pub(super) fn lifted(&self, floor: u8) -> Raster {
        let lifted = |pixel: &[u8; 3]| pixel.map(|tone| lift(tone, floor));
        Raster::new(self.picture.width(), self.picture.pixels().iter().map(lifted).collect())
    }
}

fn lift(value: u8, floor: u8) -> u8 {
    let step = u16::from(255 - value) * u16::from(floor) / 255;
    // At most 255 - value, so neither can overflow.
    value.saturating_add(u8::try_from(step).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How wide and how high the part is that is not white.
    fn extent(emblem: &Emblem) -> (usize, usize) {
        let inked = |row: &&[[u8; 3]]| row.iter().any(|pixel| *pixel != [255; 3]);
        let rows: Vec<_> = emblem.picture.rows().filter(inked).collect();
        let width = rows[0].iter().filter(|pixel| **pixel != [255; 3]).count();
        (width, rows.len())
    }

    fn emblem(width: usize, height: usize, modules: usize) -> Emblem {
        let black = Raster::new(width, vec![[0; 3]; width * height]);
        Emblem::new(&Logo { picture: black }, modules)
    }

    #[test]
    fn the_square_is_odd_and_at_most_a_fifth_with_a_module_of_white_around_the_logo() {
        let codes = [(21, 30, 10), (45, 90, 70), (57, 110, 90), (65, 130, 110), (177, 350, 330)];
        for (modules, side, logo) in codes {
            let emblem = emblem(100, 100, modules);
            assert_eq!((emblem.picture.width(), emblem.picture.height()), (side, side));
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
