use image::GrayImage;
use rqrr::{BitGrid, DeQRError, Grid, PreparedImage};
use zeroize::Zeroizing;

use super::codes::Codes;
use super::finders::{self, Finder};
use super::place::{cover, cut, holds, places};

/// The limit on finder patterns that are examined: those of twenty codes.
const MOST_FINDERS: usize = 60;

/// The limit on pixels that are read in all places together, in multiples of the picture's.
///
/// The places of true codes come first and do not overlap, unless a code's data look like its patterns: of 700
/// exports of ten apps for Google Authenticator, ten needed a sum of four.
const LOOKS: usize = 8;

/// The content of a code whose errors can be corrected.
enum Reading {
    Text(Zeroizing<String>),
    NoText,
}

/// Reads the codes of a picture one by one, each of them cut out.
///
/// In a picture of several codes, rqrr combines finder patterns that belong to different ones, and
/// it tries every set of three: with a thousand patterns that takes a minute.
pub(super) fn look(mut picture: GrayImage) -> Codes {
    let mut codes = Codes::default();
    let mut finders = finders::find(&PreparedImage::prepare(picture.clone()), MOST_FINDERS);
    if finders.len() > MOST_FINDERS {
        codes.crowded = true;
        return codes;
    }
    let (mut pixels, mut readings) = (LOOKS * picture.len(), Vec::new());
    for place in places(&finders) {
        if !place.iter().all(|finder| finders.contains(finder)) {
            continue;
        }
        let around = cut(&picture, &place);
        let Some(left) = pixels.checked_sub(around.len()) else { break };
        pixels = left;
        let Some(reading) = read(around) else { continue };
        readings.push((place.iter().map(|finder| (finder.y, finder.x)).min(), reading));
        cover(&mut picture, &place);
        finders.retain(|finder| !holds(&place, finder));
    }
    readings.sort_by_key(|(top, _)| *top);
    for (_, reading) in readings {
        match reading {
            Reading::Text(text) => codes.take(text),
            Reading::NoText => codes.no_text += 1,
        }
    }
    codes.unread = apart(finders);
    codes
}

/// Counts the codes that the remaining finder patterns belong to.
fn apart(mut finders: Vec<Finder>) -> usize {
    let mut count = 0;
    for place in places(&finders) {
        if place.iter().all(|finder| finders.contains(finder)) {
            finders.retain(|finder| !holds(&place, finder));
            count += 1;
        }
    }
    count
}

fn read(picture: GrayImage) -> Option<Reading> {
    PreparedImage::prepare(picture).detect_grids().iter().find_map(reading)
}

fn reading(grid: &Grid<impl BitGrid>) -> Option<Reading> {
    use DeQRError::{DataUnderflow, EncodingError, UnknownDataType};
    match grid.decode() {
        Ok((_, text)) => Some(Reading::Text(Zeroizing::new(text))),
        // Its data are intact, but of a kind that rqrr does not know, or not UTF-8.
        Err(DataUnderflow | EncodingError | UnknownDataType) => Some(Reading::NoText),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An export of ten apps, whose code has five places in its data that look like patterns.
    const DECEPTIVE: &str = "otpauth-migration://offline?data=CiQKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwGgZhcHAgMTAgASgBMAIKJAoUMTIzNDU\
        2Nzg5MDEyMzQ1Njc4OTAaBmFwcCAxMSABKAEwAgokChQxMjM0NTY3ODkwMTIzNDU2Nzg5MBoGYXBwIDEyIAEoATACCiQKFDE\
        yMzQ1Njc4OTAxMjM0NTY3ODkwGgZhcHAgMTMgASgBMAIKJAoUMTIzNDU2Nzg5MDEyMzQ1Njc4OTAaBmFwcCAxNCABKAEwAgo\
        kChQxMjM0NTY3ODkwMTIzNDU2Nzg5MBoGYXBwIDE1IAEoATACCiQKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwGgZhcHAgMTYgASg\
        BMAIKJAoUMTIzNDU2Nzg5MDEyMzQ1Njc4OTAaBmFwcCAxNyABKAEwAgokChQxMjM0NTY3ODkwMTIzNDU2Nzg5MBoGYXBwIDE\
        4IAEoATACCiQKFDEyMzQ1Njc4OTAxMjM0NTY3ODkwGgZhcHAgMTkgASgBMAIQARgCKL%2F3yNcG";

    #[test]
    fn a_code_whose_data_look_like_patterns_is_read() {
        let png = crate::qr::Qr::new(DECEPTIVE).unwrap().png().unwrap();
        let codes = look(image::load_from_memory(&png).unwrap().into_luma8());
        assert_eq!((codes.texts.len(), codes.unread), (1, 0));
    }
}
