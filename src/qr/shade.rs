use super::MODULE;
use super::canvas::Canvas;
use super::raster::luma;

/// What is dark and what is light in and around a logo, by the mean of the neighbourhood.
///
/// A mean of many squares is had from sums that are made once (a summed-area table).
pub(super) struct Shade<'a> {
    canvas: &'a Canvas,
    /// The first row and column that is summed, and the one after the last.
    from: usize,
    to: usize,
    half: usize,
    sums: Vec<u32>,
}

impl<'a> Shade<'a> {
    /// Sums up the brightness around the logo of a canvas.
    ///
    /// The neighbourhood is a square of a seventh of the image's side. zbar takes a power of two
    /// between an eighth and a quarter of what it sees (for a code of 57 modules 128 of 650
    /// pixels), and less than that foretold more of its failures (see [`super::decoy`]).
    pub(super) fn new(canvas: &'a Canvas) -> Self {
        let half = canvas.side() / 14;
        // An alignment pattern that is covered in part reaches this far out, its search included.
        let margin = half + 7 * MODULE;
        let from = canvas.logo().start.saturating_sub(margin);
        let to = (canvas.logo().end + margin).min(canvas.side());

        let mut sums = vec![0; to - from + 1];
        let mut above = vec![0; to - from];
        for line in canvas.pixels().chunks_exact(canvas.side()).take(to).skip(from) {
            let mut sum = 0;
            let pixels = line.get(from..to).unwrap_or_default();
            for (pixel, above) in pixels.iter().zip(&mut above) {
                sum += u32::from(luma(*pixel));
                *above += sum;
            }
            sums.push(0);
            sums.extend_from_slice(&above);
        }
        Self { canvas, from, to, half, sums }
    }

    /// Tells whether a pixel is no lighter than its neighbourhood.
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        let tone = self.canvas.pixel(x, y).map_or(u8::MAX, luma);
        let clip = |v: usize| v.clamp(self.from, self.to);
        let (left, right) = (clip(x.saturating_sub(self.half)), clip(x + self.half));
        let (top, bottom) = (clip(y.saturating_sub(self.half)), clip(y + self.half));
        let square = (self.sum(right, bottom) + self.sum(left, top))
            .saturating_sub(self.sum(left, bottom) + self.sum(right, top));
        usize::from(tone) * (right - left) * (bottom - top) <= square
    }

    /// The sum of all that is above and to the left.
    fn sum(&self, x: usize, y: usize) -> usize {
        let place = (y - self.from) * (self.to - self.from + 1) + x - self.from;
        self.sums.get(place).map_or(0, |sum| *sum as usize)
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::super::code::Matrix;
    use super::super::emblem::Emblem;
    use super::*;

    #[test]
    fn a_tone_is_dark_or_light_by_what_is_around_it() {
        let matrix = Matrix::encode(&"a".repeat(110)).unwrap();
        let dark_at = |tone: u8, around: u8| {
            let mut pixels = RgbImage::from_pixel(110, 110, Rgb([around; 3]));
            pixels.put_pixel(55, 55, Rgb([tone; 3]));
            let mut canvas = Canvas::new(&matrix);
            canvas.place(&Emblem { picture: pixels.into() }, 0);
            Shade::new(&canvas).is_dark(325, 325)
        };
        assert_eq!((dark_at(99, 100), dark_at(102, 100)), (true, false));
        assert_eq!((dark_at(219, 220), dark_at(222, 220)), (true, false));
    }

    #[test]
    fn the_mean_is_that_of_the_pixels_in_the_square() {
        let mut canvas = Canvas::new(&Matrix::encode("AAAAAAAAAA").unwrap());
        canvas.place(&Emblem { picture: RgbImage::from_pixel(30, 30, Rgb([130; 3])).into() }, 0);
        let shade = Shade::new(&canvas);
        for (x, y) in [(145, 145), (130, 130), (100, 159), (159, 101), (123, 144)] {
            let square = (y - 20..y + 20).flat_map(|y| (x - 20..x + 20).map(move |x| (x, y)));
            let tones = square.map(|(x, y)| u32::from(luma(canvas.pixel(x, y).unwrap())));
            let (sum, tone) = (tones.sum::<u32>(), luma(canvas.pixel(x, y).unwrap()));
            assert_eq!(shade.is_dark(x, y), u32::from(tone) * 1600 <= sum, "{x} {y}");
        }
    }
}
