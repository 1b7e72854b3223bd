use std::io::Read;

use super::QrError;
use super::picture::{self, MAX_BYTES};
use super::raster::Raster;

/// The most pixels that the longer side of a logo keeps.
///
/// No code has room for more than 330 (33 modules, version 40), and most for no more than 130.
const ENOUGH: usize = 400;

/// A logo, decoded, on white, the right way up.
pub struct Logo {
    pub(super) picture: Raster,
}

impl Logo {
    /// Reads a PNG, JPEG or WebP image, which of them is told from its content.
    ///
    /// Nothing is decoded before the size that the header claims is found tolerable, and nothing
    /// is read beyond 20 MB. The first picture of an animation counts.
    ///
    /// # Errors
    ///
    /// [`QrError::LogoTooLarge`] over 20 MB or 50 megapixels, [`QrError::NotAnImage`] for all else
    /// that does not decode, [`QrError::Read`] if `bytes` fails.
    pub fn read(bytes: impl Read) -> Result<Self, QrError> {
        let mut file = Vec::new();
        bytes.take(MAX_BYTES + 1).read_to_end(&mut file).map_err(QrError::Read)?;
        Ok(Self { picture: picture::decode(&file, ENOUGH)? })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, GrayImage, ImageFormat, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image.into().write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn refusal(file: &[u8]) -> String {
        Logo::read(file).err().unwrap().to_string()
    }

    /// A PNG that says how large it is, and where its pixels begin, and ends there.
    fn header(width: u32, height: u32) -> Vec<u8> {
        let mut png = Vec::new();
        let mut encoder = ::png::Encoder::new(&mut png, width, height);
        encoder.set_color(::png::ColorType::Rgba);
        let mut writer = encoder.write_header().unwrap();
        writer.write_chunk(::png::chunk::IDAT, &[]).unwrap();
        drop(writer);
        png
    }

    #[test]
    fn png_jpeg_and_webp_are_told_by_their_content() {
        let image = RgbImage::from_pixel(5, 3, image::Rgb([200, 100, 50]));
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let logo = Logo::read(&encoded(image.clone(), format)[..]).unwrap();
            assert_eq!(logo.picture, image.clone().into());
        }
        let jpeg = Logo::read(&encoded(image, ImageFormat::Jpeg)[..]).unwrap();
        assert_eq!((jpeg.picture.width(), jpeg.picture.height()), (5, 3));
    }

    #[test]
    fn a_grey_image_of_16_bits_will_do() {
        let image = DynamicImage::ImageLuma8(GrayImage::new(2, 2)).into_luma16();
        let logo = Logo::read(&encoded(image, ImageFormat::Png)[..]).unwrap();
        assert_eq!(logo.picture, RgbImage::new(2, 2).into());
    }

    #[test]
    fn transparent_parts_are_white() {
        let tones = [[0, 0, 0, 0], [9, 90, 200, 0], [0, 0, 0, 128], [9, 90, 200, 255]];
        let image = RgbaImage::from_fn(4, 1, |x, _| Rgba(tones[x as usize]));
        let logo = Logo::read(&encoded(image, ImageFormat::Png)[..]).unwrap();
        let white = [255, 255, 255];
        assert_eq!(logo.picture.pixels(), [white, white, [127, 127, 127], [9, 90, 200]]);
    }

    #[test]
    fn a_turned_photo_is_set_upright() {
        // An EXIF block that says: turn by a quarter, clockwise (orientation 6).
        let exif = b"\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\
            \x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let mut jpeg = encoded(RgbImage::new(20, 10), ImageFormat::Jpeg);
        jpeg.splice(2..2, exif.iter().copied());
        let upright = Logo::read(&jpeg[..]).unwrap().picture;
        assert_eq!((upright.width(), upright.height()), (10, 20));
    }

    #[test]
    fn what_is_no_image_is_refused() {
        let png = encoded(RgbImage::new(90, 90), ImageFormat::Png);
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
        let files: [&[u8]; 5] = [b"", b"not an image", gif, &png[..png.len() / 2], &png[..20]];
        for file in files {
            let refusal = refusal(file);
            assert_eq!(refusal, "the logo is not a readable PNG, JPEG or WebP image");
        }
    }

    #[test]
    fn an_image_that_would_be_too_large_is_not_decoded() {
        let too_large = "the logo is over 20 MB or 50 megapixels";
        assert_eq!(refusal(&header(60_000, 60_000)), too_large);
        assert_eq!(refusal(&header(10_000, 5_001)), too_large);
        assert_ne!(refusal(&header(10_000, 5_000)), too_large);
    }

    #[test]
    fn no_more_than_20_megabytes_are_read() {
        struct Endless(u64);
        impl Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                self.0 += buffer.len() as u64;
                assert!(self.0 < 2 * MAX_BYTES, "reads on and on");
                Ok(buffer.len())
            }
        }
        assert!(matches!(Logo::read(Endless(0)), Err(QrError::LogoTooLarge)));

        let mut file = encoded(RgbImage::new(1, 1), ImageFormat::Png);
        file.resize(20_000_000, 0);
        assert!(Logo::read(&file[..]).is_ok());
        file.push(0);
        assert!(matches!(Logo::read(&file[..]), Err(QrError::LogoTooLarge)));
    }

    #[test]
    fn a_source_that_fails_is_told_apart() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::PermissionDenied.into())
            }
        }
        assert!(matches!(Logo::read(Broken), Err(QrError::Read(_))));
    }
}
