use image::{GrayImage, Luma, imageops};

use super::finders::Finder;

/// Three finder patterns that may belong to one code, the one at the right angle first.
pub(super) type Place = [Finder; 3];

/// Returns the places where there may be a code, the smallest and squarest first, since the finder
/// patterns of one code are closer to one another than to those of others.
pub(super) fn places(finders: &[Finder]) -> Vec<Place> {
    let mut places = Vec::new();
    for corner in finders {
        for (number, one) in finders.iter().enumerate() {
            let others = finders.iter().skip(number + 1).map(|other| [*corner, *one, *other]);
            places.extend(others.filter(may_be_a_code));
        }
    }
    places.sort_by_key(strain);
    places
}

/// Reports whether the patterns are of about the same size, and the legs about equal, at about a
/// right angle and as long as those of a code: 14 to 170 modules, where a pattern's `size` is
/// three.
fn may_be_a_code([corner, one, other]: &Place) -> bool {
    let (a, b) = (leg(corner, one), leg(corner, other));
    let [shorter, longer] = [square(a).min(square(b)), square(a).max(square(b))];
    let smallest = corner.size.min(one.size).min(other.size);
    let largest = corner.size.max(one.size).max(other.size);
    largest <= 2 * smallest
        && longer < 2 * shorter
        && 16 * product(a, b).pow(2) < shorter * longer
        && shorter > (4 * largest).pow(2)
        && longer < (60 * smallest).pow(2)
}

/// Returns the size of a place, larger the further it is from square.
fn strain([corner, one, other]: &Place) -> i64 {
    let (a, b) = (leg(corner, one), leg(corner, other));
    let (a2, b2) = (square(a), square(b));
    a2 + b2 + 4 * (a2 - b2).abs() + 8 * product(a, b).abs()
}

/// Cuts out the surroundings of a place, with the quiet zone of a code.
pub(super) fn cut(picture: &GrayImage, [corner, one, other]: &Place) -> GrayImage {
    let margin = corner.size.max(one.size).max(other.size) * 5 / 2;
    let ends = |corner: i64, one: i64, other: i64| {
        let ends = [corner, one, other, one + other - corner];
        let [first, last] = [ends.iter().min(), ends.iter().max()].map(|end| end.map_or(0, |v| *v));
        let first = (first - margin).max(0);
        [first, last + margin - first].map(|v| u32::try_from(v).unwrap_or_default())
    };
    let [x, width] = ends(corner.x, one.x, other.x);
    let [y, height] = ends(corner.y, one.y, other.y);
    imageops::crop_imm(picture, x, y, width, height).to_image()
}

/// Paints the finder patterns of a place white, so that its code is not read again.
pub(super) fn cover(picture: &mut GrayImage, place: &Place) {
    for Finder { x, y, size } in place {
        let side = u32::try_from(2 * size).unwrap_or_default();
        let white = GrayImage::from_pixel(side, side, Luma([255]));
        imageops::replace(picture, &white, x - size, y - size);
    }
}

/// Reports whether a finder pattern belongs to the code at a place, or merely looks like one among
/// its data.
pub(super) fn holds([corner, one, other]: &Place, finder: &Finder) -> bool {
    let at = leg(corner, finder);
    [leg(corner, one), leg(corner, other)].into_iter().all(|leg| {
        let (along, whole) = (4 * product(at, leg), square(leg));
        -whole < along && along < 5 * whole
    })
}

fn leg(from: &Finder, to: &Finder) -> (i64, i64) {
    (to.x - from.x, to.y - from.y)
}

fn product(a: (i64, i64), b: (i64, i64)) -> i64 {
    a.0 * b.0 + a.1 * b.1
}

fn square(leg: (i64, i64)) -> i64 {
    product(leg, leg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finders(places: &[(i64, i64)]) -> Vec<Finder> {
        places.iter().map(|&(x, y)| Finder { x, y, size: 30 }).collect()
    }

    #[test]
    fn three_finder_patterns_are_a_place_if_they_are_the_corners_of_a_square() {
        let square = finders(&[(100, 100), (300, 110), (90, 300)]);
        assert_eq!(places(&square), [[square[0], square[1], square[2]]]);
        for other in [
            [(100, 100), (300, 100), (500, 100)],
            [(100, 100), (300, 100), (100, 500)],
            [(100, 100), (300, 100), (200, 280)],
            [(100, 100), (200, 100), (100, 200)],
            [(0, 0), (2_000, 0), (0, 2_000)],
        ] {
            assert_eq!(places(&finders(&other)), [] as [Place; 0], "{other:?}");
        }
    }

    #[test]
    fn the_nearest_come_first() {
        let sheet = finders(&[(0, 0), (200, 0), (0, 200), (300, 0), (500, 0), (300, 200)]);
        let first: Vec<_> = places(&sheet).into_iter().take(2).collect();
        assert_eq!(first, [[sheet[0], sheet[1], sheet[2]], [sheet[3], sheet[4], sheet[5]]]);
    }

    #[test]
    fn square_ones_come_before_smaller_ones_that_are_not() {
        let two =
            finders(&[(257, 188), (407, 188), (257, 338), (525, 159), (681, 159), (525, 315)]);
        let first: Vec<_> = places(&two).into_iter().take(2).collect();
        assert_eq!(first, [[two[0], two[1], two[2]], [two[3], two[4], two[5]]]);
    }

    #[test]
    fn a_place_holds_what_is_within_its_code() {
        let all = finders(&[(100, 100), (300, 100), (100, 300), (290, 290), (400, 100), (0, 0)]);
        let place = [all[0], all[1], all[2]];
        let held: Vec<_> = all.iter().map(|finder| holds(&place, finder)).collect();
        assert_eq!(held, [true, true, true, true, false, false]);
    }
}
