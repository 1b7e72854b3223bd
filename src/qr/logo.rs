use std::io::Read;

use image::imageops::{self, FilterType};
use image::{DynamicImage, Pixel, Rgb, RgbImage, Rgba, RgbaImage};

use super::picture::{self, MAX_BYTES};
use super::{MODULE, QUIET, QrError};

/// The part of a code's width that a logo and the white around it may take: one fifth.
const SHARE: u32 = 5;

/// A decoded logo, on white and the right way up.
pub struct Logo {
    picture: RgbaImage,
}

impl Logo {
    /// Reads a PNG, JPEG or WebP image, whose format is detected from its contents.
    ///
    /// Nothing is decoded unless the size in the header is acceptable, and nothing is read beyond
    /// 20 MB. Of an animation, the first picture is used.
    ///
    /// # Errors
    ///
    /// [`QrError::LogoTooLarge`] over 20 MB or 50 megapixels, [`QrError::NotAnImage`] for anything
    /// else that does not decode, [`QrError::Read`] if `bytes` fails.
    pub fn read(bytes: impl Read) -> Result<Self, QrError> {
        let mut file = Vec::new();
        bytes.take(MAX_BYTES + 1).read_to_end(&mut file).map_err(QrError::Read)?;
        Ok(Self { picture: on_white(picture::decode(&file)?.into_rgba8()) })
    }

    /// Draws the logo on a white square in the middle of a drawn code.
    ///
    /// The square has an odd number of modules, as every code does, so that its edges fall between
    /// modules. One module of white remains on each side.
    pub(super) fn place(&self, code: &mut RgbImage) {
        let share = (code.width() / MODULE - 2 * QUIET) / SHARE;
        let side = (share - u32::from(share.is_multiple_of(2))) * MODULE;
        let room = side - 2 * MODULE;
        let (width, height) = picture::fit(self.picture.dimensions(), room);
        let logo = imageops::resize(&self.picture, width, height, FilterType::Lanczos3);
        centre(code, &RgbImage::from_pixel(side, side, Rgb([255; 3])));
        centre(code, &DynamicImage::from(logo).into_rgb8());
    }
}

/// Blends transparent parts with white, before scaling could bring out their invisible colours.
fn on_white(mut picture: RgbaImage) -> RgbaImage {
    for pixel in picture.pixels_mut() {
        let mut white = Rgba([255; 4]);
        white.blend(pixel);
        *pixel = white;
    }
    picture
}

fn centre(code: &mut RgbImage, picture: &RgbImage) {
    let [x, y] = [code.width() - picture.width(), code.height() - picture.height()];
    imageops::replace(code, picture, i64::from(x / 2), i64::from(y / 2));
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{GrayImage, ImageFormat};

    use super::*;

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        image.into().write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn refusal(file: &[u8]) -> String {
        Logo::read(file).err().unwrap().to_string()
    }

    /// Returns a PNG that states its size, and ends where its pixels would begin.
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
            assert_eq!(logo.picture, DynamicImage::from(image.clone()).into_rgba8());
        }
        let jpeg = Logo::read(&encoded(image, ImageFormat::Jpeg)[..]).unwrap();
        assert_eq!((jpeg.picture.width(), jpeg.picture.height()), (5, 3));
    }

    #[test]
    fn a_grey_image_of_16_bits_will_do() {
        let image = DynamicImage::ImageLuma8(GrayImage::new(2, 2)).into_luma16();
        let logo = Logo::read(&encoded(image, ImageFormat::Png)[..]).unwrap();
        assert_eq!(logo.picture, RgbaImage::from_pixel(2, 2, Rgba([0, 0, 0, 255])));
    }

    #[test]
    fn transparent_parts_are_white() {
        let tones = [[0, 0, 0, 0], [9, 90, 200, 0], [0, 0, 0, 128], [9, 90, 200, 255]];
        let image = RgbaImage::from_fn(4, 1, |x, _| Rgba(tones[x as usize]));
        let logo = Logo::read(&encoded(image, ImageFormat::Png)[..]).unwrap();
        let white = [255, 255, 255];
        let expected = [white, white, [127, 127, 127], [9, 90, 200]];
        let drawn = DynamicImage::from(logo.picture).into_rgb8();
        assert_eq!(drawn.as_raw(), expected.as_flattened());
    }

    /// Places a logo of one colour on a grey sheet the size of a code of `modules`, and returns the
    /// extent of what became white and of what took the logo's colour.
    fn placed(width: u32, height: u32, modules: u32) -> [(u32, u32); 2] {
        let picture = RgbaImage::from_pixel(width, height, Rgba([200, 0, 0, 255]));
        let side = (modules + 2 * QUIET) * MODULE;
        let mut sheet = RgbImage::from_pixel(side, side, Rgb([100; 3]));
        Logo { picture }.place(&mut sheet);
        [Rgb([255; 3]), Rgb([200, 0, 0])].map(|colour| {
            let places = sheet.enumerate_pixels().filter(|(_, _, pixel)| **pixel == colour);
            let (x, y): (Vec<_>, Vec<_>) = places.map(|(x, y, _)| (x, y)).unzip();
            let extent = |v: &[u32]| {
                let (first, last) = (v.iter().min().unwrap(), v.iter().max().unwrap());
                assert!((first + last + 1).abs_diff(side) <= 1, "centred");
                last - first + 1
            };
            (extent(&x), extent(&y))
        })
    }

    #[test]
    fn the_square_is_odd_and_at_most_a_fifth_with_a_module_of_white_around_the_logo() {
        for (modules, side, logo) in
            [(73, 130, 110), (77, 150, 130), (97, 190, 170), (177, 350, 330)]
        {
            assert_eq!(placed(100, 100, modules), [(side, side), (logo, logo)], "{modules}");
        }
    }

    #[test]
    fn the_aspect_ratio_stays() {
        for ((width, height), scaled) in [
            ((600, 100), (110, 18)),
            ((100, 600), (18, 110)),
            ((1, 1), (110, 110)),
            ((3, 2), (110, 73)),
            ((5000, 1), (110, 1)),
            ((1, 50_000), (1, 110)),
        ] {
            assert_eq!(placed(width, height, 73), [(130, 130), scaled], "{width} by {height}");
        }
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
