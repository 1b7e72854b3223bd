use image::{GrayImage, Luma, imageops};

use super::finders::Finder;

/// Three finder patterns that may be those of one code, the one in the right angle first.
pub(super) type Place = [Finder; 3];

/// Returns the places where there may be a code, the smallest first: finder patterns of one code are
/// nearer to one another than to those of others.
pub(super) fn places(finders: &[Finder]) -> Vec<Place> {
    let mut places = Vec::new();
    for corner in finders {
        for (number, one) in finders.iter().enumerate() {
            let others = finders.iter().skip(number + 1).map(|other| [*corner, *one, *other]);
            places.extend(others.filter(may_be_a_code));
        }
    }
    places.sort_by_key(|[corner, one, other]| {
        legs(corner, one, other).iter().map(square).sum::<i64>()
    });
    places
}

/// Reports whether the legs are about equal and at about a right angle, and long enough for the
/// smallest code: 14 modules, where a finder pattern's `size` is three.
fn may_be_a_code([corner, one, other]: &Place) -> bool {
    let [a, b] = legs(corner, one, other);
    let [a2, b2] = [square(&a), square(&b)];
    let along = a.0 * b.0 + a.1 * b.1;
    let size = i64::try_from(corner.size.max(one.size).max(other.size)).unwrap_or(i64::MAX);
    a2.max(b2) < 2 * a2.min(b2) && 16 * along * along < a2 * b2 && a2.min(b2) > 16 * size * size
}

/// Cuts out what is around a place, and the white that belongs to a code.
pub(super) fn cut(picture: &GrayImage, place: &Place) -> GrayImage {
    let [corner, one, other] = place;
    let across = |of: fn(&Finder) -> usize| {
        let fourth = (of(one) + of(other)).saturating_sub(of(corner));
        let ends = [of(corner), of(one), of(other), fourth];
        let margin = place.iter().map(|finder| finder.size).max().unwrap_or_default() * 5 / 2;
        let first = ends.iter().min().map_or(0, |v| v.saturating_sub(margin));
        let last = ends.iter().max().map_or(0, |v| v + margin);
        [first, last - first].map(|v| u32::try_from(v).unwrap_or(u32::MAX))
    };
    let ([x, width], [y, height]) = (across(|finder| finder.x), across(|finder| finder.y));
    imageops::crop_imm(picture, x, y, width, height).to_image()
}

/// Makes white the finder patterns of a place, so that its code is not read again.
pub(super) fn cover(picture: &mut GrayImage, place: &Place) {
    for &Finder { x, y, size } in place {
        let [x, y] = [x, y].map(|v| i64::try_from(v.saturating_sub(size)).unwrap_or(i64::MAX));
        let side = u32::try_from(2 * size).unwrap_or(u32::MAX);
        imageops::replace(picture, &GrayImage::from_pixel(side, side, Luma([255])), x, y);
    }
}

fn legs(corner: &Finder, one: &Finder, other: &Finder) -> [(i64, i64); 2] {
    let less = |a: usize, b: usize| i64::try_from(a.cast_signed() - b.cast_signed()).unwrap_or(0);
    [one, other].map(|end| (less(end.x, corner.x), less(end.y, corner.y)))
}

fn square((x, y): &(i64, i64)) -> i64 {
    x * x + y * y
}
