use rqrr::{Grid, SimpleGrid};
use zeroize::Zeroizing;

use super::canvas::Canvas;
use super::raster::brightness;
use super::{MODULE, QUIET};

/// Tells whether a reader that samples these pixels module by module gets this URI from them.
///
/// The modules are taken from where they are known to be. Letting `rqrr` look for them would not
/// be a harder test: it thresholds at about half of the local brightness, below what a lifted logo
/// has, and takes 6 ms at any resolution to fit a perspective to a picture that has none.
/// What zbar's search can stumble over is the business of [`super::decoy`].
pub(super) fn gives(canvas: &Canvas, uri: &str) -> bool {
    let tones = tones(canvas);
    let width = (canvas.side() / MODULE).saturating_sub(2 * QUIET);
    let dark = |x: usize, y: usize| {
        let row = tones.get(y + QUIET);
        row.and_then(|row| row.get(x + QUIET))
            .is_some_and(|sum| *sum as usize / (MODULE * MODULE) < 128)
    };
    let grid = Grid::new(SimpleGrid::from_func(width, dark));
    let mut read = Zeroizing::new(Vec::new());
    grid.decode_to(&mut *read).is_ok() && *read == uri.as_bytes()
}

/// Sums the brightness of the pixels of each module, quiet zone included.
fn tones(canvas: &Canvas) -> Vec<Vec<u32>> {
    let rows = canvas.pixels().chunks_exact(canvas.side() * MODULE);
    rows.map(|row| {
        let mut sums = vec![[0; 3]; canvas.side() / MODULE];
        for line in row.chunks_exact(canvas.side()) {
            for (sum, pixels) in sums.iter_mut().zip(line.as_chunks::<MODULE>().0) {
                let [mut red, mut green, mut blue] = *sum;
                for [r, g, b] in pixels {
                    red += u32::from(*r);
                    green += u32::from(*g);
                    blue += u32::from(*b);
                }
                *sum = [red, green, blue];
            }
        }
        sums.into_iter().map(brightness).collect()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};
    use rqrr::PreparedImage;

    use super::super::Logo;
    use super::super::code::Matrix;
    use super::super::emblem::Emblem;
    use super::super::raster::luma;
    use super::*;

    const URI: &str = "otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=a";

    fn drawn() -> Canvas {
        Canvas::new(&Matrix::encode(URI).unwrap())
    }

    /// A grey square of so many pixels, to be put in the middle.
    fn patch(side: u32, tone: u8) -> Emblem {
        Emblem { picture: RgbImage::from_pixel(side, side, Rgb([tone; 3])).into() }
    }

    #[test]
    fn a_code_gives_the_uri_that_is_in_it_and_no_other() {
        assert!(gives(&drawn(), URI));
        assert!(!gives(&drawn(), &URI.replace("totp/a", "totp/b")));
        assert!(!gives(&drawn(), ""));
    }

    #[test]
    fn a_logo_of_the_usual_size_does_no_harm() {
        for tone in [0, 96, 128, 255] {
            let mut canvas = drawn();
            canvas.place(&patch(110, tone), 0);
            assert!(gives(&canvas, URI), "{tone}");
        }
    }

    #[test]
    fn a_defaced_code_does_not_pass() {
        for tone in [0, 255] {
            let mut canvas = drawn();
            canvas.place(&patch(350, tone), 0);
            assert!(!gives(&canvas, URI), "{tone}");
        }
    }

    #[test]
    fn a_reader_that_searches_the_image_finds_the_same() {
        let mut canvas = drawn();
        let logo = Logo { picture: RgbImage::from_pixel(50, 50, Rgb([0; 3])).into() };
        canvas.place(&Emblem::new(&logo, 49), 96);
        let side = canvas.side();
        let tone = |x, y| luma(canvas.pixel(x, y).unwrap());
        let mut image = PreparedImage::prepare_from_greyscale(side, side, tone);
        let found: Vec<_> =
            image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
        assert_eq!(found, [URI]);
    }
}
