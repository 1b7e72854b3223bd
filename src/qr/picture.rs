//! Pictures from PNG, JPEG and WebP files, turned the right way up.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};

use super::QrError;
use crate::allocation;

/// The limit on the size of a picture's file in bytes: 20 MB.
pub(super) const MAX_BYTES: u64 = 20_000_000;

/// The limit on the pixels of a picture: 50 megapixels, what a large camera makes.
const MAX_PIXELS: u64 = 50_000_000;

/// The limit on the bytes that a file may unfold to besides its pixels, such as a colour profile in
/// a PNG: real ones have a megabyte at the most.
const MAX_BESIDES: u64 = 16_000_000;

/// The bytes a pixel that it takes to look at a picture once it is decoded (measured: 4).
const PER_PIXEL: u64 = 4;

/// Reports whether the first bytes are those of a PNG, JPEG or WebP image.
#[cfg(feature = "transfer")]
pub(crate) fn is_picture(file: &[u8]) -> bool {
    use image::ImageFormat::{Jpeg, Png, WebP};
    matches!(image::guess_format(file), Ok(Png | Jpeg | WebP))
}

/// Decodes a picture, once the size in its header has been found acceptable.
pub(crate) fn decode(file: &[u8]) -> Result<DynamicImage, QrError> {
    if !u64::try_from(file.len()).is_ok_and(|length| length <= MAX_BYTES) {
        return Err(QrError::LogoTooLarge);
    }
    let format = image::guess_format(file).map_err(|error| refused(&error))?;
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_BESIDES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(QrError::LogoTooLarge);
    }
    if !allocation::is_available(decoder.total_bytes() + PER_PIXEL * pixels + MAX_BESIDES) {
        return Err(QrError::OutOfMemory);
    }
    upright(decoder).map_err(|error| refused(&error))
}

fn upright(mut decoder: impl ImageDecoder) -> Result<DynamicImage, ImageError> {
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Returns the width and height of a picture whose longer side is scaled to `side`: rounded to the
/// nearest pixel, and at least 1.
pub(crate) fn fit((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let longer = u64::from(width.max(height).max(1));
    let scaled = |length| (u64::from(length) * u64::from(side) * 2 + longer) / (longer * 2);
    let [width, height] =
        [width, height].map(|length| u32::try_from(scaled(length)).unwrap_or(side).max(1));
    (width, height)
}

fn refused(error: &ImageError) -> QrError {
    match error {
        ImageError::Limits(_) => QrError::LogoTooLarge,
        _ => QrError::NotAnImage,
    }
}

#[cfg(test)]
mod tests {
    use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder};
    use image::{ExtendedColorType, ImageEncoder, Rgba, RgbaImage};

    use super::*;

    const INTERLACED: &[u8] = include_bytes!("../../tests/data/pictures/interlaced.png");
    const INTERLACED16: &[u8] = include_bytes!("../../tests/data/pictures/interlaced16.png");
    const CMYK: &[u8] = include_bytes!("../../tests/data/pictures/cmyk.jpg");
    const GREY: &[u8] = include_bytes!("../../tests/data/pictures/grey.jpg");
    const PROGRESSIVE: &[u8] = include_bytes!("../../tests/data/pictures/progressive.jpg");
    const LOSSY: &[u8] = include_bytes!("../../tests/data/pictures/lossy.webp");
    const LOSSLESS: &[u8] = include_bytes!("../../tests/data/pictures/lossless.webp");
    const ANIMATED: &[u8] = include_bytes!("../../tests/data/pictures/animated.webp");

    #[test]
    fn pictures_of_every_kind_are_decoded() {
        // As tests/data/pictures/make.py draws it.
        let drawn = RgbaImage::from_fn(13, 9, |x, y| {
            let tones = [x * 19, y * 28, x * y * 2 % 256, ((x + y) * 14).min(255)];
            Rgba(tones.map(|tone| tone.to_le_bytes()[0]))
        });
        let unlike = |file: &[u8]| {
            let picture = decode(file).unwrap().into_rgba8();
            assert_eq!(picture.dimensions(), (13, 9));
            let seen = |(pixel, drawn): (&Rgba<u8>, &Rgba<u8>)| {
                let channels = if file.starts_with(b"\xff") { 0..3 } else { 0..4 };
                // Transparent pixels have no colour of their own in a lossy file.
                let pairs = channels.map(|c| (pixel[c], drawn[c]));
                pairs.map(|(a, b)| a.abs_diff(b)).max().filter(|_| drawn[3] > 200)
            };
            picture.pixels().zip(drawn.pixels()).filter_map(seen).max().unwrap()
        };
        assert_eq!([INTERLACED, LOSSLESS, ANIMATED].map(unlike), [0; 3]);
        // The losses of rounding to eight bits and of compression.
        let most = [6, 20, 5, 20];
        let lossy = [INTERLACED16, PROGRESSIVE, CMYK, LOSSY].map(unlike);
        assert!(lossy.iter().zip(most).all(|(unlike, most)| *unlike <= most), "{lossy:?}");
        assert_eq!(decode(GREY).unwrap().color(), image::ColorType::L8);
    }

    /// Encodes a picture of 5 by 4 pixels whose metadata says that it is to be turned.
    fn turned(mut encoder: impl ImageEncoder) {
        let exif = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
        let samples = [[200; 30], [10; 30]].concat();
        encoder.write_image(&samples, 5, 4, ExtendedColorType::Rgb8).unwrap();
    }

    #[test]
    fn a_turned_picture_of_any_format_is_set_upright() {
        let mut files = [Vec::new(), Vec::new(), Vec::new()];
        let [png, jpeg, webp] = &mut files;
        turned(PngEncoder::new(png));
        turned(JpegEncoder::new(jpeg));
        turned(WebPEncoder::new_lossless(webp));
        for file in files {
            let picture = decode(&file).unwrap().into_luma8();
            assert_eq!(picture.dimensions(), (4, 5));
            assert!(picture.get_pixel(0, 0)[0] < picture.get_pixel(3, 0)[0], "the top is right");
        }
    }

    #[test]
    fn a_picture_cut_off_anywhere_is_refused_or_decoded_and_panics_nowhere() {
        for file in [INTERLACED, PROGRESSIVE, CMYK, LOSSY, LOSSLESS, ANIMATED] {
            for end in 0..file.len() {
                let _ = decode(&file[..end]);
                let mut defaced = file.to_vec();
                defaced[end] ^= 0x55;
                let _ = decode(&defaced);
            }
        }
    }
}
