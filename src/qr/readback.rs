use rqrr::{Grid, SimpleGrid};
use zeroize::Zeroizing;

use super::canvas::Canvas;
use super::{MODULE, QUIET};

/// Tells whether a reader that samples these pixels module by module gets this URI from them.
///
/// The modules are taken from where they are known to be. Letting `rqrr` look for them would not
/// be a harder test: it thresholds at about half of the local brightness, below what a lifted logo
/// has, and takes 6 ms at any resolution to fit a perspective to a picture that has none.
/// What a search can stumble over is the business of [`super::floor`].
pub(super) fn gives(canvas: &Canvas, uri: &str) -> bool {
    let tones = tones(canvas);
    let width = (canvas.side() / MODULE).saturating_sub(2 * QUIET);
    let dark = |x: usize, y: usize| {
        let row = tones.get(y + QUIET);
        row.and_then(|row| row.get(x + QUIET)).is_some_and(|tone| *tone < 128)
    };
    let grid = Grid::new(SimpleGrid::from_func(width, dark));
    let mut read = Zeroizing::new(Vec::new());
    grid.decode_to(&mut *read).is_ok() && *read == uri.as_bytes()
}

/// Averages the brightness of each module, quiet zone included.
fn tones(canvas: &Canvas) -> Vec<Vec<u32>> {
    let rows = canvas.pixels().chunks_exact(canvas.side() * MODULE);
    rows.map(|row| {
        let mut sums = vec![0; canvas.side() / MODULE];
        for line in row.chunks_exact(canvas.side()) {
            for (sum, pixels) in sums.iter_mut().zip(line.chunks_exact(MODULE)) {
                *sum += pixels.iter().map(|pixel| u32::from(luma(*pixel))).sum::<u32>();
            }
        }
        sums.into_iter().map(|sum| sum / (MODULE * MODULE) as u32).collect()
    })
    .collect()
}

/// The brightness of a colour, from 0 to 255 (ITU-R BT.601).
pub(super) fn luma([red, green, blue]: [u8; 3]) -> u8 {
    let thousandths = u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114;
    u8::try_from(thousandths / 1000).unwrap_or(u8::MAX)
}
