use image::GrayImage;
use rqrr::PreparedImage;

/// A finder pattern, the square in three corners of a QR code.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Finder {
    pub x: i64,
    pub y: i64,
    /// The width of the dark middle, which is three modules.
    pub size: i64,
}

/// The directions across a picture: along a row, a column and both diagonals.
const WAYS: [(i64, i64); 4] = [(1, 0), (0, 1), (1, 1), (1, -1)];

/// Finds the finder patterns of a picture, and stops at one more than `most`.
///
/// Every line through the middle of one is dark, light, dark, light and dark in the ratio 1:1:3:1:1
/// (ISO/IEC 18004, 6.3.3), however the picture is turned.
pub(super) fn find(picture: &PreparedImage<GrayImage>, most: usize) -> Vec<Finder> {
    let rows = (0..length(picture.height())).flat_map(|y| dark_runs(picture, y));
    let mut found: Vec<Finder> = Vec::new();
    for finder in rows.filter(|run| is_finder(picture, *run)) {
        let size = finder.size;
        let near = |f: &Finder| (f.x - finder.x).abs() <= size && (f.y - finder.y).abs() <= size;
        if !found.iter().any(near) {
            found.push(finder);
        }
        if found.len() > most {
            break;
        }
    }
    found
}

/// Returns the dark runs of a row, each of which may be the middle of a finder pattern.
fn dark_runs(picture: &PreparedImage<GrayImage>, y: i64) -> impl Iterator<Item = Finder> {
    let mut start = 0;
    (0..=length(picture.width())).filter_map(move |end| {
        if is_dark(picture, end, y) {
            return None;
        }
        let (x, size) = (i64::midpoint(start, end), end - start);
        start = end + 1;
        (size > 0).then_some(Finder { x, y, size })
    })
}

fn is_finder(picture: &PreparedImage<GrayImage>, run: Finder) -> bool {
    WAYS.iter().all(|&(dx, dy)| {
        let arms = [(dx, dy), (-dx, -dy)].map(|way| arm(picture, run, way));
        let [Some([stone, gap, ring]), Some([other_stone, other_gap, other_ring])] = arms else {
            return false;
        };
        let stone = stone + other_stone - 1;
        let modules = gap + ring + other_gap + other_ring;
        let shares = [(gap, 1), (ring, 1), (other_gap, 1), (other_ring, 1), (stone, 3)];
        // With a tolerance of three quarters of a module, as in rqrr.
        shares.iter().all(|(run, share)| 4 * (4 * run - share * modules).abs() <= 3 * modules)
    })
}

/// Measures three runs outwards from the middle: dark, light and dark.
fn arm(
    picture: &PreparedImage<GrayImage>,
    Finder { mut x, mut y, size }: Finder,
    (dx, dy): (i64, i64),
) -> Option<[i64; 3]> {
    let mut runs = [0; 3];
    for (run, dark) in runs.iter_mut().zip([true, false, true]) {
        while is_dark(picture, x, y) == dark {
            *run += 1;
            (x, y) = (x + dx, y + dy);
            // This is far beyond a finder pattern of this size, and maybe outside of the picture.
            if *run > 2 * size {
                return None;
            }
        }
    }
    Some(runs)
}

/// Reports whether a pixel is dark; everything outside of the picture is light.
fn is_dark(picture: &PreparedImage<GrayImage>, x: i64, y: i64) -> bool {
    let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return false };
    x < picture.width() && y < picture.height() && picture.get_pixel_at(x, y) != 0_u8
}

fn length(pixels: usize) -> i64 {
    i64::try_from(pixels).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use image::{Luma, imageops};

    use super::*;

    /// Draws `across` finder patterns along a side, with modules of `module` pixels.
    fn drawn(across: u32, module: u32) -> PreparedImage<GrayImage> {
        let side = (across * 9 + 2) * module;
        PreparedImage::prepare(GrayImage::from_fn(side, side, |x, y| {
            let [x, y] = [x, y].map(|v| (v / module + 7) % 9);
            let ring = x.abs_diff(3).max(y.abs_diff(3));
            Luma([if matches!(ring, 0 | 1 | 3) { 0 } else { 255 }])
        }))
    }

    #[test]
    fn finder_patterns_of_any_size_are_found_where_they_are() {
        for module in [2, 3, 10] {
            let found = find(&drawn(3, module), 60);
            assert_eq!(found.len(), 9, "{module}");
            let size = i64::from(3 * module);
            let middle = 11 * size / 6;
            assert_eq!((found[0].x, found[0].size), (middle, size));
            assert!((found[0].y - middle).abs() <= size / 2);
        }
    }

    #[test]
    fn the_search_ends_beyond_the_most() {
        assert_eq!(find(&drawn(10, 3), 60).len(), 61);
    }

    #[test]
    fn a_code_has_three_however_it_is_turned() {
        let code = qrcode::QrCode::new("otpauth://totp/a?secret=AAAAAAAAAAAAAAAA").unwrap();
        let picture = code.render::<Luma<u8>>().module_dimensions(4, 4).build();
        for picture in [imageops::rotate90(&picture), picture] {
            assert_eq!(find(&PreparedImage::prepare(picture), 60).len(), 3);
        }
    }
}
