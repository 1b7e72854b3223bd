//! Finder patterns where there should be none.
//!
//! The three corner patterns of a code are found by their runs: any straight line through the
//! middle of one is dark, light, dark, light, dark in the proportion 1:1:3:1:1
//! (ISO/IEC 18004, 6.3.3.1). A logo with such runs in rows and in columns, at one place, is
//! a fourth finder pattern to a reader.

/// Between the brightness thresholds that are tried.
const STEP: u8 = 16;

/// Measures how strongly a finder pattern stands out in a square picture, from 0 (there is none)
/// to 255 (black on white).
///
/// What is black and what is white depends on the reader and the light, so all thresholds are
/// tried: the more of them show a finder, the further its tones are apart.
pub(super) fn contrast(luma: &[u8], width: usize) -> u8 {
    let turned = turn(luma, width);
    let shows = |threshold: &u8| {
        let rows = middles(luma, width, *threshold);
        rows.iter().any(|middle| *middle) && {
            let columns = turn(&middles(&turned, width, *threshold), width);
            rows.iter().zip(&columns).any(|(row, column)| *row && *column)
        }
    };
    let thresholds = (STEP..=u8::MAX).step_by(usize::from(STEP));
    thresholds.filter(shows).fold(0, |sum, _| sum.saturating_add(STEP))
}

/// Swaps rows and columns.
fn turn<T: Copy>(picture: &[T], width: usize) -> Vec<T> {
    (0..width).flat_map(|x| picture.iter().skip(x).step_by(width)).copied().collect()
}

/// Marks the pixels in the middle part of any run of 1:1:3:1:1 along a row.
fn middles(luma: &[u8], width: usize, threshold: u8) -> Vec<bool> {
    let mut marks = vec![false; luma.len()];
    for (row, marks) in luma.chunks_exact(width).zip(marks.chunks_exact_mut(width)) {
        // The ends of the last five runs, and where they began.
        let mut edges = [0_usize; 6];
        let mut last = false;
        // Beyond the right edge is white.
        for (x, dark) in row.iter().map(|tone| *tone < threshold).chain([false]).enumerate() {
            if dark == last {
                continue;
            }
            last = dark;
            edges.rotate_left(1);
            edges[5] = x;
            if !dark && is_finder(edges) {
                marks.iter_mut().take(edges[3]).skip(edges[2]).for_each(|mark| *mark = true);
            }
        }
    }
    marks
}

/// Tells whether five runs have the proportion 1:1:3:1:1, by the measure of zbar.
///
/// It looks at the sums of neighbours (2, 4, 4 and 2 sevenths of the whole) and allows each to be
/// off by half a seventh; so a blur that shrinks all dark runs alike does not matter.
fn is_finder(edges: [usize; 6]) -> bool {
    let whole = edges[5] - edges[0];
    let is = |sum: usize, sevenths: usize| {
        (sevenths * 2 - 1) * whole <= sum * 14 && sum * 14 < (sevenths * 2 + 1) * whole
    };
    whole >= 7
        && is(edges[2] - edges[0], 2)
        && is(edges[3] - edges[1], 4)
        && is(edges[4] - edges[2], 4)
        && is(edges[5] - edges[3], 2)
}
