use std::f32::consts::PI;

use image::RgbImage;

/// Is how far the kernel reaches, in pixels of the smaller image: Lanczos with three lobes.
const REACH: f32 = 3.0;

/// Scales an image with a Lanczos kernel, as `image`'s `Lanczos3` does.
///
/// Ours because `image` takes its sine from the C library's `libm`, and to load that costs the start
/// of every command an eighth of its time (measured: `mfa --version`).
pub(super) fn resize(image: &RgbImage, width: u32, height: u32) -> RgbImage {
    let (across, down) = (weights(image.width(), width), weights(image.height(), height));
    let mut rows: Vec<Vec<[f32; 3]>> = Vec::new();
    for row in image.rows() {
        let row: Vec<[f32; 3]> = row.map(|pixel| pixel.0.map(f32::from)).collect();
        rows.push(
            across.iter().map(|(first, weights)| sum(row.iter().skip(*first), weights)).collect(),
        );
    }
    let mut scaled = RgbImage::new(width, height);
    for (pixels, (first, weights)) in scaled.rows_mut().zip(&down) {
        for (x, pixel) in pixels.enumerate() {
            let column = rows.iter().skip(*first).filter_map(|row| row.get(x));
            pixel.0 = sum(column, weights).map(to_byte);
        }
    }
    scaled
}

fn sum<'a>(pixels: impl Iterator<Item = &'a [f32; 3]>, weights: &[f32]) -> [f32; 3] {
    pixels.zip(weights).fold([0.0; 3], |[red, green, blue], (pixel, weight)| {
        [red + pixel[0] * weight, green + pixel[1] * weight, blue + pixel[2] * weight]
    })
}

/// Gives for each pixel of the scaled line the first pixel that it is made of, and how much it takes
/// of that one and those after it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "places in a picture, far below where either matters"
)]
fn weights(from: u32, to: u32) -> Vec<(usize, Vec<f32>)> {
    let ratio = from as f32 / to as f32;
    // A smaller image is made of all that its pixels cover; a larger one of the nearest.
    let scale = ratio.max(1.0);
    let line = |place: u32| {
        let centre = (place as f32 + 0.5) * ratio;
        let first = (centre - REACH * scale).max(0.0) as u32;
        let last = ((centre + REACH * scale) as u32 + 1).min(from);
        let taken: Vec<f32> =
            (first..last).map(|at| kernel((at as f32 + 0.5 - centre) / scale)).collect();
        let whole: f32 = taken.iter().sum();
        (first as usize, taken.into_iter().map(|weight| weight / whole).collect())
    };
    (0..to).map(line).collect()
}

/// Is the sinc, windowed by a wider one.
fn kernel(x: f32) -> f32 {
    if x.abs() < 1e-4 {
        1.0
    } else if x.abs() >= REACH {
        0.0
    } else {
        REACH * sin_pi(x) * sin_pi(x / REACH) / (PI * PI * x * x)
    }
}

/// Gives the sine of π·x for `x` within the reach of the kernel: the Taylor series, on the half
/// period around 0, where five terms are exact to 4 in a million.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "between -3 and 3"
)]
fn sin_pi(x: f32) -> f32 {
    let nearest = (x + 8.5) as i32 - 8;
    let t = PI * (x - nearest as f32);
    let sine = t
        * (1.0 - t * t / 6.0 * (1.0 - t * t / 20.0 * (1.0 - t * t / 42.0 * (1.0 - t * t / 72.0))));
    if nearest % 2 == 0 { sine } else { -sine }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn to_byte(tone: f32) -> u8 {
    (tone + 0.5).clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use image::imageops::{self, FilterType};

    use super::*;

    #[test]
    fn an_image_is_scaled_as_image_does_it() {
        let tone = |x: u32, y: u32| ((x * 37 + y * 101 + x * y * 7) % 256).to_le_bytes()[0];
        for (width, height, to) in
            [(97, 61, (40, 25)), (300, 200, (110, 73)), (20, 30, (45, 67)), (1, 7, (1, 90))]
        {
            let image = RgbImage::from_fn(width, height, |x, y| {
                Rgb([tone(x, y), tone(y, x), 255 - tone(x, y)])
            });
            let theirs = imageops::resize(&image, to.0, to.1, FilterType::Lanczos3);
            let ours = resize(&image, to.0, to.1);
            assert_eq!(ours.dimensions(), theirs.dimensions());
            let worst = ours.iter().zip(theirs.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            assert!(worst <= 2, "{width} by {height}: {worst}");
        }
    }

    #[test]
    fn the_sine_is_one() {
        for step in -300_i16..=300 {
            let x = f32::from(step) / 100.0;
            assert!((sin_pi(x) - (PI * x).sin()).abs() < 1e-5, "{x}");
        }
    }
}
