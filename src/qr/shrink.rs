use std::mem;

use super::lanczos;
use super::raster::Raster;

/// Scales a picture so that its longer side has so many pixels.
///
/// Lanczos alone would take several times as long on one that is far too large, so that blocks are
/// averaged first; two to three times the final size is left, enough for it to filter.
pub(crate) fn fit(picture: &Raster, side: usize) -> Raster {
    let longer = picture.width().max(picture.height()).max(1);
    // Rounded to the nearest pixel, and never to none.
    let fit = |length: usize| ((length * side * 2 + longer) / (longer * 2)).max(1);
    let (width, height) = (fit(picture.width()), fit(picture.height()));
    match [picture.width() / width / 2, picture.height() / height / 2] {
        [0 | 1, 0 | 1] => lanczos::resize(picture, width, height),
        block => {
            let mut shrink = Shrink::new(picture.width(), block);
            shrink.rows(picture.pixels().as_flattened(), 3);
            lanczos::resize(&shrink.finish(), width, height)
        }
    }
}

/// Puts a picture on white and averages blocks of its pixels, as its rows come in.
pub(super) struct Shrink {
    width: usize,
    across: usize,
    down: usize,
    /// Are the sums of the blocks that are not complete yet, of so many rows.
    sums: Vec<[u32; 3]>,
    rows: usize,
    means: Vec<[u8; 3]>,
}

impl Shrink {
    /// Expects rows of so many pixels, for blocks of so many across and down.
    pub(super) fn new(width: usize, block: [usize; 2]) -> Self {
        let [across, down] = block.map(|length| length.max(1));
        let sums = vec![[0; 3]; width.div_ceil(across)];
        Self { width, across, down, sums, rows: 0, means: Vec::new() }
    }

    /// Takes rows of 8-bit samples, of grey, grey and alpha, colours, or colours and alpha.
    pub(super) fn rows(&mut self, samples: &[u8], channels: usize) {
        for row in samples.chunks_exact((self.width * channels).max(1)) {
            match channels {
                1 => self.row(row, |[tone]| [tone; 3]),
                2 => self.row(row, |[tone, alpha]| over_white([tone, tone, tone, alpha])),
                3 => self.row(row, |colours| colours),
                _ => self.row(row, over_white),
            }
        }
    }

    fn row<const N: usize>(&mut self, row: &[u8], to_rgb: impl Fn([u8; N]) -> [u8; 3]) {
        let pixels = row.as_chunks().0;
        if (self.across, self.down) == (1, 1) {
            self.means.extend(pixels.iter().map(|pixel| to_rgb(*pixel)));
            return;
        }
        for (sum, block) in self.sums.iter_mut().zip(pixels.chunks(self.across)) {
            // One by one, and in registers: with `map`, at opt-level "s", it takes twice as long.
            let [mut red, mut green, mut blue] = *sum;
            for pixel in block {
                let [r, g, b] = to_rgb(*pixel);
                red += u32::from(r);
                green += u32::from(g);
                blue += u32::from(b);
            }
            *sum = [red, green, blue];
        }
        self.rows += 1;
        if self.rows == self.down {
            self.average();
        }
    }

    /// Completes a row of blocks, the last of which may be narrower.
    fn average(&mut self) {
        let rows = mem::take(&mut self.rows);
        let last = match self.width % self.across {
            0 => self.across,
            rest => rest,
        };
        let (whole, last) = (Mean::of(self.across * rows), Mean::of(last * rows));
        self.means.extend(self.sums.iter().map(|sum| whole.tones(*sum)));
        if let (Some(mean), Some(sum)) = (self.means.last_mut(), self.sums.last()) {
            *mean = last.tones(*sum);
        }
        self.sums.fill([0; 3]);
    }

    /// Gives the averages, those of blocks that the last rows did not fill too.
    pub(super) fn finish(mut self) -> Raster {
        if self.rows > 0 {
            self.average();
        }
        Raster::new(self.sums.len(), self.means)
    }
}

/// The mean of so many tones, from their sum: a multiplication, where a division for every tone
/// would show.
///
/// It is exact for up to a million: the factor is too large by less than 2^-48 of one, the sum is
/// under 2^28 then, and their product does not reach the next multiple of the count.
#[derive(Clone, Copy)]
struct Mean {
    half: u64,
    factor: u64,
}

impl Mean {
    fn of(count: usize) -> Self {
        let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
        Self { half: count / 2, factor: (1 << 48) / count + 1 }
    }

    fn tones(self, [red, green, blue]: [u32; 3]) -> [u8; 3] {
        [self.tone(red), self.tone(green), self.tone(blue)]
    }

    /// Rounds to the nearest; the mean of bytes is a byte.
    fn tone(self, sum: u32) -> u8 {
        u8::try_from(((u64::from(sum) + self.half) * self.factor) >> 48).unwrap_or(u8::MAX)
    }
}

/// Blends with white, rounded; the shifts divide by 255. Most pixels of a logo are opaque, or not
/// there at all, and need no multiplication.
#[inline]
fn over_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let blend = |value: u8| {
        let blended = u32::from(value) * u32::from(alpha) + 255 * u32::from(255 - alpha) + 128;
        ((blended + (blended >> 8)) >> 8).to_le_bytes()[0]
    };
    match alpha {
        255 => [red, green, blue],
        0 => [255; 3],
        _ => [blend(red), blend(green), blend(blue)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk(block: [usize; 2], width: usize, channels: usize, samples: &[u8]) -> Raster {
        let mut shrink = Shrink::new(width, block);
        shrink.rows(samples, channels);
        shrink.finish()
    }

    #[test]
    fn shrinking_averages_blocks_and_what_is_left_at_the_edges() {
        let samples: Vec<u8> =
            (0..3).flat_map(|y| (0..5).flat_map(move |x| [x * 10, y * 100, 7])).collect();
        let rows =
            [[[5, 50, 7], [25, 50, 7], [40, 50, 7]], [[5, 200, 7], [25, 200, 7], [40, 200, 7]]];
        assert_eq!(shrunk([2, 2], 5, 3, &samples), Raster::new(3, rows.concat()));
        assert_eq!(*shrunk([1, 1], 5, 3, &samples).pixels().as_flattened(), *samples);
    }

    #[test]
    fn a_mean_is_rounded_to_the_nearest_tone() {
        for count in (1_u32..=70).chain([324, 4096, 65_537, 125_000, 1_000_000]) {
            let mean = Mean::of(count as usize);
            for tone in [0, 1, 127, 254] {
                let up = u32::from(tone) * count + count.div_ceil(2);
                assert_eq!((mean.tone(up - 1), mean.tone(up)), (tone, tone + 1), "{count}");
            }
            assert_eq!(mean.tone(255 * count), 255);
        }
    }

    #[test]
    fn rows_may_come_one_by_one() {
        let mut shrink = Shrink::new(2, [2, 2]);
        for row in [[0, 10], [20, 30], [7, 9]] {
            shrink.rows(&row, 1);
        }
        assert_eq!(shrink.finish(), Raster::new(1, vec![[15; 3], [8; 3]]));
    }

    #[test]
    fn transparent_parts_are_white_and_half_transparent_ones_half() {
        for block in [[1, 1], [1, 2]] {
            let samples = [0, 100, 200, 0, 0, 100, 200, 51, 0, 100, 200, 255];
            let on_white = [[255, 255, 255], [204, 224, 244], [0, 100, 200]];
            assert_eq!(shrunk(block, 3, 4, &samples), Raster::new(3, on_white.to_vec()));
            let on_white = [[255; 3], [224; 3], [100; 3]];
            assert_eq!(
                shrunk(block, 3, 2, &[100, 0, 100, 51, 100, 255]),
                Raster::new(3, on_white.to_vec())
            );
        }
    }
}
