use std::ops::Range;

use super::code::Matrix;
use super::emblem::{Emblem, lift};
use super::{MODULE, QUIET};

/// The pixels of a code in colour, quiet zone included.
pub(super) struct Canvas {
    side: usize,
    pixels: Vec<[u8; 3]>,
    logo: Range<usize>,
}

impl Canvas {
    /// Draws a code, as yet without a logo.
    pub(super) fn new(matrix: &Matrix) -> Self {
        let side = (matrix.width() + 2 * QUIET) * MODULE;
        let white = vec![[255; 3]; QUIET * MODULE];
        let mut pixels = Vec::with_capacity(side * side);
        pixels.resize(QUIET * MODULE * side, [255; 3]);
        for row in matrix.rows() {
            let mut line = white.clone();
            for &dark in row {
                line.extend([[if dark { 0 } else { 255 }; 3]; MODULE]);
            }
            line.extend_from_slice(&white);
            for _ in 0..MODULE {
                pixels.extend_from_slice(&line);
            }
        }
        pixels.resize(side * side, [255; 3]);
        Self { side, pixels, logo: 0..0 }
    }

    /// Puts a logo in the middle, its tones lifted by a floor, over what was there.
    pub(super) fn place(&mut self, emblem: &Emblem, floor: u8) {
        let size = emblem.pixels.width() as usize;
        let margin = self.side.saturating_sub(size) / 2;
        self.logo = margin..margin + size;
        let lines = self.pixels.chunks_exact_mut(self.side).skip(margin);
        for (line, row) in lines.zip(emblem.pixels.rows()) {
            for (to, from) in line.iter_mut().skip(margin).zip(row) {
                *to = from.0.map(|value| lift(value, floor));
            }
        }
    }

    pub(super) fn side(&self) -> usize {
        self.side
    }

    pub(super) fn pixel(&self, x: usize, y: usize) -> Option<[u8; 3]> {
        self.pixels.get(y * self.side + x).copied()
    }

    /// The columns that the logo's square takes, which are its rows as well.
    pub(super) fn logo(&self) -> Range<usize> {
        self.logo.clone()
    }

    pub(super) fn pixels(&self) -> &[[u8; 3]] {
        &self.pixels
    }
}
