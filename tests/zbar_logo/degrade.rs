//! The damage to a code between the screen and its reader.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

/// A way to spoil an image.
pub type Degrade = fn(&RgbImage) -> RgbImage;

/// Each way to spoil an image with its name.
pub const ALL: [(&str, Degrade); 5] = [
    ("as it is", RgbImage::clone),
    ("half size", half),
    ("blurred by 2", blurred),
    ("JPEG of quality 50", jpeg),
    ("turned by 15 degrees", turned),
];

fn half(image: &RgbImage) -> RgbImage {
    imageops::resize(image, image.width() / 2, image.height() / 2, FilterType::Triangle)
}

fn blurred(image: &RgbImage) -> RgbImage {
    imageops::blur(image, 2.0)
}

fn jpeg(image: &RgbImage) -> RgbImage {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 50).encode_image(image).unwrap();
    image::load_from_memory(&bytes).unwrap().into_rgb8()
}

/// Turns an image about its centre on a larger white sheet, with bilinear interpolation.
fn turned(image: &RgbImage) -> RgbImage {
    let (sin, cos) = 15_f32.to_radians().sin_cos();
    let (width, height) = (image.width() as f32, image.height() as f32);
    let sheet = ((width + height) * (sin + cos) / 2.0).ceil();
    RgbImage::from_fn(sheet as u32, sheet as u32, |x, y| {
        let (x, y) = (x as f32 + 0.5 - sheet / 2.0, y as f32 + 0.5 - sheet / 2.0);
        let (x, y) = (x * cos + y * sin + width / 2.0, y * cos - x * sin + height / 2.0);
        imageops::interpolate_bilinear(image, x - 0.5, y - 0.5).unwrap_or(Rgb([255; 3]))
    })
}
