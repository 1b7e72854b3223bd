use image::{GrayAlphaImage, GrayImage, Luma, LumaA, imageops};
use zeroize::Zeroizing;

use super::look::look;
use crate::qr;

/// The lengths in pixels that the longer side is scaled down to, one after the other, as long as
/// some code is seen but not read: with the size a photograph's noise goes away.
const SIDES: [u32; 3] = [3000, 1600, 800];

/// What was found of QR codes.
#[derive(Default)]
pub(super) struct Codes {
    /// What is in them, each text once.
    pub texts: Vec<Zeroizing<String>>,
    /// Codes that are whole and hold no text.
    pub no_text: usize,
    /// Codes that are seen and can't be read.
    pub unread: usize,
    /// Whether there was more than can be looked at.
    pub crowded: bool,
}

impl Codes {
    /// Looks for codes in all sizes and both polarities, until one look reads all that it sees.
    pub(super) fn search(picture: &GrayAlphaImage) -> Self {
        let longer = picture.width().max(picture.height());
        let mut sides = SIDES.map(|side| side.min(longer)).to_vec();
        sides.dedup();
        let mut codes = Self::default();
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

    pub(super) fn seen(&self) -> usize {
        self.texts.len() + self.no_text + self.unread
    }

    pub(super) fn take(&mut self, text: Zeroizing<String>) {
        if !self.texts.contains(&text) {
            self.texts.push(text);
        }
    }

    /// Adds what another look at the same picture found; the one that sees the most codes counts.
    fn merge(&mut self, other: Self) {
        let seen = self.seen().max(other.seen());
        self.no_text = self.no_text.max(other.no_text);
        self.crowded |= other.crowded;
        other.texts.into_iter().for_each(|text| self.take(text));
        self.unread = seen.saturating_sub(self.texts.len() + self.no_text);
    }
}

/// Blends with white what is transparent, after the tones were inverted: so white codes on a
/// transparent ground are read as well as black ones.
fn on_white(picture: &GrayAlphaImage, inverted: bool) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let LumaA([tone, alpha]) = *picture.get_pixel(x, y);
        let darkness = if inverted { tone } else { 255 - tone };
        let darkness = u16::from(darkness) * u16::from(alpha) / 255;
        Luma([255 - u8::try_from(darkness).unwrap_or(u8::MAX)])
    })
}
