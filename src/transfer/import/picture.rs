use image::{GrayImage, imageops};
use rqrr::PreparedImage;
use zeroize::Zeroizing;

use super::uris::{self, Uris};
use super::{Ask, Contents, FormatError, Found, Source};
use crate::qr::{self, QrError};

/// Are the lengths in pixels that the longer side is scaled down to, where more of them find
/// nothing: a photograph's noise goes away.
const SIDES: [u32; 3] = [u32::MAX, 1600, 800];

/// Tells a picture by its first bytes.
pub(super) fn is(bytes: &[u8]) -> bool {
    qr::is_picture(bytes)
}

/// Reads the QR codes in a PNG, JPEG or WebP picture.
pub(super) fn read(source: &Source<'_>, _: &mut Ask<'_>) -> Result<Option<Contents>, FormatError> {
    if !is(source.bytes) {
        return Ok(None);
    }
    let picture = qr::decode(source.bytes).map_err(|error| match error {
        QrError::LogoTooLarge => FormatError::TooLarge,
        _ => FormatError::damaged("it does not decode"),
    })?;
    let (texts, unread) = codes(&picture.into_luma8());
    if texts.is_empty() && unread == 0 {
        return Err(FormatError::unsupported("there is no QR code in it"));
    }
    let mut uris = Uris::default();
    let mut others = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let what = format!("QR code {}", index + 1);
        if uris::is(text) {
            uris.take(text, &what);
        } else {
            others.push(Found::Unread { what, why: "it holds no otpauth URI".into() });
        }
    }
    others.extend((texts.len()..texts.len() + unread).map(|index| Found::Unread {
        what: format!("QR code {}", index + 1),
        why: "it can't be read".into(),
    }));
    let mut contents = uris.finish();
    contents.found.extend(others);
    Ok(Some(contents))
}

/// Looks for codes in all sizes and both polarities until none is left that is seen but not read;
/// counts those that are.
fn codes(picture: &GrayImage) -> (Vec<Zeroizing<String>>, usize) {
    let mut texts = Vec::new();
    let mut fewest = None;
    for side in SIDES {
        let longer = picture.width().max(picture.height());
        if side < u32::MAX && longer <= side {
            continue;
        }
        let mut scaled = if side < longer {
            let (width, height) = qr::fit(picture.dimensions(), side);
            imageops::thumbnail(picture, width, height)
        } else {
            picture.clone()
        };
        for _ in [false, true] {
            let seen = look(scaled.clone());
            let unread = seen.iter().filter(|text| text.is_none()).count();
            if !seen.is_empty() {
                fewest = Some(fewest.map_or(unread, |fewest: usize| fewest.min(unread)));
            }
            for text in seen.into_iter().flatten() {
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
            if fewest == Some(0) {
                return (texts, 0);
            }
            imageops::invert(&mut scaled);
        }
    }
    (texts, fewest.unwrap_or_default())
}

/// Returns a text for every code that is seen, `None` where it can't be read.
fn look(picture: GrayImage) -> Vec<Option<Zeroizing<String>>> {
    let mut image = PreparedImage::prepare(picture);
    let grids = image.detect_grids();
    let read = |grid: rqrr::Grid<_>| grid.decode().ok().map(|(_, text)| Zeroizing::new(text));
    grids.into_iter().map(read).collect()
}
