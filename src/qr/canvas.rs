use std::ops::Range;

use super::code::Matrix;
use super::emblem::Emblem;
use super::raster::Raster;
use super::{MODULE, QUIET};

/// The pixels of a code in colour, quiet zone included.
pub(super) struct Canvas {
    picture: Raster,
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
        Self { picture: Raster::new(side, pixels), logo: 0..0 }
    }

    /// Puts a logo in the middle, its tones lifted by a floor, over what was there.
    pub(super) fn place(&mut self, emblem: &Emblem, floor: u8) {
        let lifted = emblem.lifted(floor);
        let margin = self.side().saturating_sub(lifted.width()) / 2;
        self.picture.paste(&lifted, margin, margin);
        self.logo = margin..margin + lifted.width();
    }

    pub(super) fn side(&self) -> usize {
        self.picture.width()
    }

    pub(super) fn pixel(&self, x: usize, y: usize) -> Option<[u8; 3]> {
        self.picture.pixel(x, y)
    }

    /// The columns that the logo's square takes, which are its rows as well.
    pub(super) fn logo(&self) -> Range<usize> {
        self.logo.clone()
    }

    pub(super) fn pixels(&self) -> &[[u8; 3]] {
        self.picture.pixels()
    }
}
