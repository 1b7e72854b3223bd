//! Pictures from files: PNG, JPEG, WebP, on white and the right way up.

mod exif;
mod jpeg;
mod png;
mod webp;

use super::QrError;
use super::raster::Raster;
use super::shrink::Shrink;

/// The most bytes that are read of a picture: 20 MB.
pub(super) const MAX_BYTES: u64 = 20_000_000;

/// The most pixels that are decoded: 50 megapixels, what a large camera makes.
const MAX_PIXELS: usize = 50_000_000;

/// The most bytes that decoding may allocate: 50 megapixels of four 16-bit samples, and a bit.
const MAX_MEMORY: usize = MAX_PIXELS * 8 + 16_000_000;

type Decode = fn(&[u8], usize) -> Result<Raster, QrError>;

/// Tells a PNG, JPEG or WebP image by its first bytes.
#[cfg(feature = "transfer")]
pub(crate) fn is_picture(file: &[u8]) -> bool {
    decoder(file).is_some()
}

/// Decodes a picture, the longer side of which keeps so many pixels at most, if the size that its
/// header claims is tolerable; nothing is decoded before.
pub(crate) fn decode(file: &[u8], longest: usize) -> Result<Raster, QrError> {
    if !u64::try_from(file.len()).is_ok_and(|length| length <= MAX_BYTES) {
        return Err(QrError::LogoTooLarge);
    }
    decoder(file).ok_or(QrError::NotAnImage)?(file, longest)
}

fn decoder(file: &[u8]) -> Option<Decode> {
    match file {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(png::decode),
        [0xff, 0xd8, 0xff, ..] => Some(jpeg::decode),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(webp::decode),
        _ => None,
    }
}

/// Judges the size that a header claims, and prepares for the rows.
fn prepare(width: usize, height: usize, longest: usize) -> Result<Shrink, QrError> {
    match width.saturating_mul(height) {
        0 => Err(QrError::NotAnImage),
        1..=MAX_PIXELS => Ok(Shrink::new(width, [width.max(height).div_ceil(longest); 2])),
        _ => Err(QrError::LogoTooLarge),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use ::png::{BitDepth, ColorType, Encoder};
    use image::codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder};
    use image::{ExtendedColorType, ImageDecoder, ImageEncoder, ImageReader};

    use super::*;

    fn ours(file: &[u8]) -> Raster {
        decode(file, usize::MAX).unwrap()
    }

    /// Decodes as `image` does, and puts on white what is transparent.
    fn theirs(file: &[u8]) -> Raster {
        let reader = ImageReader::new(Cursor::new(file)).with_guessed_format().unwrap();
        let mut decoder = reader.into_decoder().unwrap();
        let orientation = decoder.orientation().unwrap();
        let mut image = image::DynamicImage::from_decoder(decoder).unwrap();
        image.apply_orientation(orientation);
        let image = image.into_rgba8();
        let on_white = |value: u8, alpha: u8| {
            let blended = u32::from(value) * u32::from(alpha) + 255 * u32::from(255 - alpha);
            u8::try_from((blended + 127) / 255).unwrap()
        };
        let pixels = image.pixels().map(|p| [0, 1, 2].map(|channel| on_white(p[channel], p[3])));
        Raster::new(image.width() as usize, pixels.collect())
    }

    /// A PNG of 5 by 4 pixels, with 13 bytes of a transparent colour, or of transparencies.
    fn png(colour: ColorType, depth: BitDepth, transparent: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, 5, 4);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == ColorType::Indexed {
            encoder.set_palette((0..=255).flat_map(|i| [i, 255 - i, i ^ 0x55]).collect::<Vec<_>>());
        }
        if !transparent.is_empty() {
            encoder.set_trns(transparent);
        }
        let line = (5 * colour.samples() * depth as usize).div_ceil(8);
        let samples: Vec<u8> = (0..line * 4).map(|i| (i * i * 37 % 251).to_le_bytes()[0]).collect();
        encoder.write_header().unwrap().write_image_data(&samples).unwrap();
        file
    }

    /// Writes a picture of 5 by 4 pixels that is to be turned.
    fn turned(mut encoder: impl ImageEncoder) {
        let exif = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
        let samples = [[200; 30], [10; 30]].concat();
        encoder.write_image(&samples, 5, 4, ExtendedColorType::Rgb8).unwrap();
    }

    #[test]
    fn a_png_of_any_colours_is_decoded_as_image_does_it() {
        use {BitDepth as B, ColorType as C};
        for depth in [B::One, B::Two, B::Four, B::Eight, B::Sixteen] {
            let mut files = vec![png(C::Grayscale, depth, &[]), png(C::Grayscale, depth, &[0, 1])];
            if depth != B::Sixteen {
                files.extend([png(C::Indexed, depth, &[]), png(C::Indexed, depth, &[99, 0, 255])]);
            }
            if depth as u8 >= 8 {
                files.extend([C::GrayscaleAlpha, C::Rgb, C::Rgba].map(|c| png(c, depth, &[])));
                files.push(png(C::Rgb, depth, &[0, 0, 0, 37, 0, 148]));
            }
            for (kind, file) in files.iter().enumerate() {
                assert_eq!(ours(file), theirs(file), "{depth:?} {kind}");
            }
        }
    }

    #[test]
    fn pictures_of_every_kind_are_decoded_as_image_does_it() {
        let cmyk = include_bytes!("../../../tests/data/pictures/cmyk.jpg");
        // The byte that says so, in Adobe's marker.
        let transform = cmyk.windows(5).position(|bytes| bytes == b"Adobe").unwrap() + 11;
        let mut ycck = cmyk.to_vec();
        ycck[transform] = 2;
        let files: [&[u8]; 9] = [
            &ycck,
            cmyk,
            include_bytes!("../../../tests/data/pictures/grey.jpg"),
            include_bytes!("../../../tests/data/pictures/progressive.jpg"),
            include_bytes!("../../../tests/data/pictures/interlaced.png"),
            include_bytes!("../../../tests/data/pictures/interlaced16.png"),
            include_bytes!("../../../tests/data/pictures/lossy.webp"),
            include_bytes!("../../../tests/data/pictures/lossless.webp"),
            include_bytes!("../../../tests/data/pictures/animated.webp"),
        ];
        for (kind, file) in files.into_iter().enumerate() {
            let ours = ours(file);
            assert_eq!(ours, theirs(file), "{kind}");
            assert_eq!((ours.width(), ours.height()), (13, 9));
        }
        assert_ne!(ours(&ycck), ours(cmyk));
    }

    #[test]
    fn a_turned_picture_of_any_format_is_set_upright() {
        let mut files = [Vec::new(), Vec::new(), Vec::new()];
        let [png, jpeg, webp] = &mut files;
        turned(PngEncoder::new(png));
        turned(JpegEncoder::new(jpeg));
        turned(WebPEncoder::new_lossless(webp));
        for file in files {
            assert_eq!(ours(&file), theirs(&file));
            assert_eq!((ours(&file).width(), ours(&file).height()), (4, 5));
        }
    }

    #[test]
    fn a_picture_cut_off_anywhere_is_refused_or_decoded_and_panics_nowhere() {
        let (rgba, grey) = (ColorType::Rgba, ColorType::Grayscale);
        let files: [&[u8]; 6] = [
            &png(rgba, BitDepth::Eight, &[]),
            &png(grey, BitDepth::Two, &[0, 1]),
            include_bytes!("../../../tests/data/pictures/interlaced.png"),
            include_bytes!("../../../tests/data/pictures/progressive.jpg"),
            include_bytes!("../../../tests/data/pictures/lossy.webp"),
            include_bytes!("../../../tests/data/pictures/animated.webp"),
        ];
        for file in files {
            for end in 0..file.len() {
                let _ = decode(&file[..end], 3);
                for byte in [0, 255, file[end] ^ 1] {
                    let mut defaced = file.to_vec();
                    defaced[end] = byte;
                    let _ = decode(&defaced, 3);
                }
            }
        }
    }
}
