use std::f32::consts::PI;

use super::raster::Raster;

/// Is how far the kernel reaches, in pixels of the smaller image: Lanczos with three lobes.
const REACH: f32 = 3.0;

/// Scales a picture with a Lanczos kernel.
///
/// The sine is ours too: to load the C library's `libm` for it costs the start of every command an
/// eighth of its time (measured: `mfa --version`).
pub(super) fn resize(picture: &Raster, width: usize, height: usize) -> Raster {
    let (across, down) = (weights(picture.width(), width), weights(picture.height(), height));
    let rows: Vec<&[[u8; 3]]> = picture.rows().collect();
    let mut pixels = Vec::with_capacity(width * height);
    let mut line = vec![[0.0; 3]; picture.width()];
    for (first, weights) in &down {
        line.fill([0.0; 3]);
        for (row, weight) in rows.iter().skip(*first).zip(weights) {
            for (sum, pixel) in line.iter_mut().zip(*row) {
                let [red, green, blue] = *pixel;
                add(sum, [red.into(), green.into(), blue.into()], *weight);
            }
        }
        for (first, weights) in &across {
            let mut sum = [0.0; 3];
            for (pixel, weight) in line.iter().skip(*first).zip(weights) {
                add(&mut sum, *pixel, *weight);
            }
            pixels.push(sum.map(to_byte));
        }
    }
    Raster::new(width, pixels)
}

fn add(sum: &mut [f32; 3], pixel: [f32; 3], weight: f32) {
    *sum = [sum[0] + pixel[0] * weight, sum[1] + pixel[1] * weight, sum[2] + pixel[2] * weight];
}

/// Gives for each pixel of the scaled line the first pixel that it is made of, and how much it takes
/// of that one and those after it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "places in a picture, far below where either matters"
)]
fn weights(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    let ratio = from as f32 / to as f32;
    // A smaller image is made of all that its pixels cover; a larger one of the nearest.
    let scale = ratio.max(1.0);
    let line = |place: usize| {
        let centre = (place as f32 + 0.5) * ratio;
        let first = (centre - REACH * scale).max(0.0) as usize;
        let last = ((centre + REACH * scale) as usize + 1).min(from);
        let taken: Vec<f32> =
            (first..last).map(|at| kernel((at as f32 + 0.5 - centre) / scale)).collect();
        let whole: f32 = taken.iter().sum();
        (first, taken.into_iter().map(|weight| weight / whole).collect())
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
    use image::imageops::{self, FilterType};
    use image::{Rgb, RgbImage};

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
            let ours = resize(&image.into(), to.0 as usize, to.1 as usize);
            assert_eq!((ours.width(), ours.height()), (to.0 as usize, to.1 as usize));
            let tones = ours.pixels().as_flattened().iter().zip(theirs.iter());
            let worst = tones.map(|(a, b)| a.abs_diff(*b)).max().unwrap();
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
