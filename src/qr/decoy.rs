//! What a reader could take for an alignment pattern, where a logo has covered the true one.
//!
//! Codes of version 7 to 13 (45 to 69 modules, so nearly every enrolment) have an alignment
//! pattern right in the middle, under the logo. zbar looks for it up to two modules around, and
//! settles for 19 matching modules of 25; if it finds one in the logo, it bends the whole grid
//! towards it. If it finds none, it goes by the corners and reads the code. So a logo's shapes
//! matter only there, and only where they are dark enough to count as dark.

use super::canvas::Canvas;
use super::readback::luma;
use super::{MODULE, QUIET};

/// The 25 modules of an alignment pattern, row by row (ISO/IEC 18004, 6.3.6).
const PATTERN: [bool; 25] = {
    let (x, o) = (true, false);
    [x, x, x, x, x, x, o, o, o, x, x, o, x, o, x, x, o, o, o, x, x, x, x, x, x]
};

/// The most modules in which a decoy differs from the pattern.
const TOLERANCE: usize = 6;

/// How far around its place the pattern is looked for, in quarters of a module.
const REACH: isize = 7;

/// The least distance
pub(super) fn least(canvas: &Canvas, top: u8) -> usize {
    let width = canvas.side() / MODULE - 2 * QUIET;
    let places = places(width);
    let middle = width / 2;
    let mut best = 25;
    for &x in &places {
        for &y in &places {
            let share = width / 5;
            let half = (share - (share % 2 == 0) as usize) / 2;
            if x.abs_diff(middle) > half + 2 || y.abs_diff(middle) > half + 2 {
                continue;
            }
            best = best.min(around(canvas, x, y, top));
        }
    }
    best
}

fn around(canvas: &Canvas, x: usize, y: usize, top: u8) -> usize {
    let mut best = 25;
    for dy in -REACH..=REACH {
        for dx in -REACH..=REACH {
            let tones: Vec<u8> = (0..25)
                .map(|i| {
                    let px = ((x + QUIET + i % 5 - 2) * MODULE + MODULE / 2) as isize
                        + dx * MODULE as isize / 4;
                    let py = ((y + QUIET + i / 5 - 2) * MODULE + MODULE / 2) as isize
                        + dy * MODULE as isize / 4;
                    luma(canvas.pixels()[py as usize * canvas.side() + px as usize])
                })
                .collect();
            let mut t = 16_u8;
            while t <= top {
                let d =
                    tones.iter().zip(PATTERN).filter(|(tone, dark)| (**tone < t) != *dark).count();
                best = best.min(d);
                t += 16;
            }
        }
    }
    best
}

/// Where the centres of alignment patterns are, across and down (ISO/IEC 18004, annex E).
pub fn places(width: usize) -> Vec<usize> {
    let version = (width - 17) / 4;
    if version == 1 {
        return vec![];
    }
    let count = version / 7 + 2;
    let step = if version == 32 { 26 } else { (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2 };
    let mut all: Vec<usize> = (0..count - 1).map(|i| width - 7 - i * step).collect();
    all.push(6);
    all.reverse();
    all
}
