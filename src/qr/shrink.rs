use image::{DynamicImage, RgbImage};

/// Puts an image on white, transparent parts being white and half transparent ones half, and
/// averages blocks of so many pixels across and down: in one pass, since a large image costs most
/// where a copy of it is made.
pub(super) fn shrink(image: &DynamicImage, block: u32) -> RgbImage {
    match image {
        DynamicImage::ImageRgb8(image) => shrink_rgb(image, block, block),
        DynamicImage::ImageRgba8(image) => {
            average(image.as_raw(), image.width(), [block; 2], |&p| over_white(p))
        }
        image if image.color().has_alpha() => {
            average(image.to_rgba8().as_raw(), image.width(), [block; 2], |&p| over_white(p))
        }
        image => shrink_rgb(&image.to_rgb8(), block, block),
    }
}

/// Averages blocks of so many pixels across and down.
///
/// On an image far too large this is the first step down: Lanczos alone takes several times as
/// long, and `image`'s own averaging (`thumbnail`) as well.
pub(super) fn shrink_rgb(image: &RgbImage, across: u32, down: u32) -> RgbImage {
    average(image.as_raw(), image.width(), [across, down], |pixel: &[u8; 3]| pixel.map(u32::from))
}

/// Blends with white, rounded; the shifts divide by 255. Most pixels of a logo are opaque, or not
/// there at all, and need no multiplication.
#[inline]
fn over_white(pixel: [u8; 4]) -> [u32; 3] {
    let [red, green, blue, alpha] = pixel.map(u32::from);
    let blend = |value: u32| {
        let blended = value * alpha + 255 * (255 - alpha) + 128;
        (blended + (blended >> 8)) >> 8
    };
    match alpha {
        255 => [red, green, blue],
        0 => [255; 3],
        _ => [blend(red), blend(green), blend(blue)],
    }
}

fn average<const N: usize>(
    samples: &[u8],
    width: u32,
    block: [u32; 2],
    to_rgb: impl Fn(&[u8; N]) -> [u32; 3],
) -> RgbImage {
    let [across, down] = block.map(|length| length.max(1));
    let width_after = width.div_ceil(across);
    let (width, across, down) = (width as usize, across as usize, down as usize);
    let mut sums = vec![[0_u32; 3]; width];
    let mut pixels = Vec::new();
    for lines in samples.chunks(width.max(1) * N * down) {
        sums.fill([0; 3]);
        let mut rows = 0;
        for line in lines.chunks_exact(width.max(1) * N) {
            rows += 1;
            for (sum, pixel) in sums.iter_mut().zip(line.as_chunks::<N>().0) {
                let [red, green, blue] = to_rgb(pixel);
                *sum = [sum[0] + red, sum[1] + green, sum[2] + blue];
            }
        }
        for block in sums.chunks(across) {
            let (mut sum, mut count) = ([0; 3], 0);
            for [red, green, blue] in block {
                sum = [sum[0] + red, sum[1] + green, sum[2] + blue];
                count += rows;
            }
            // A mean of bytes is a byte.
            pixels.extend(sum.map(|sum| u8::try_from((sum + count / 2) / count).unwrap_or(255)));
        }
    }
    let height = u32::try_from(pixels.len() / 3).unwrap_or_default() / width_after.max(1);
    RgbImage::from_raw(width_after, height, pixels).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use image::{Rgb, Rgba, RgbaImage};

    use super::*;

    #[test]
    fn shrinking_averages_blocks_and_what_is_left_at_the_edges() {
        let tones = |v: u32, step: u8| v.to_le_bytes()[0] * step;
        let image = RgbImage::from_fn(5, 3, |x, y| Rgb([tones(x, 10), tones(y, 100), 7]));
        let shrunk = shrink_rgb(&image, 2, 2);
        let rows =
            [[[5, 50, 7], [25, 50, 7], [40, 50, 7]], [[5, 200, 7], [25, 200, 7], [40, 200, 7]]];
        assert_eq!(*shrunk, *rows.as_flattened().as_flattened());
    }

    #[test]
    fn transparent_parts_are_white_and_half_transparent_ones_half() {
        let image = RgbaImage::from_fn(3, 1, |x, _| Rgba([0, 100, 200, [0, 51, 255][x as usize]]));
        let on_white = shrink(&DynamicImage::ImageRgba8(image), 1);
        assert_eq!(*on_white, [255, 255, 255, 204, 224, 244, 0, 100, 200]);
    }
}
