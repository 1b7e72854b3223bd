use image::{RgbImage, imageops};
use rqrr::PreparedImage;
use zeroize::Zeroizing;

/// Reports whether a reader that searches this picture finds this URI in it.
pub(super) fn gives(picture: &RgbImage, uri: &str) -> bool {
    let mut searched = PreparedImage::prepare(imageops::grayscale(picture));
    searched.detect_grids().iter().any(|grid| {
        let mut read = Zeroizing::new(Vec::new());
        grid.decode_to(&mut *read).is_ok() && *read == uri.as_bytes()
    })
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use qrcode::{EcLevel, QrCode, Version};

    use super::*;

    const URI: &str = "otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=a";

    /// Draws the code with a square of `modules` in its middle blotted out.
    fn blotted(modules: u32, tone: u8) -> RgbImage {
        let code = QrCode::with_version(URI, Version::Normal(14), EcLevel::H).unwrap();
        let mut picture = code.render::<Rgb<u8>>().module_dimensions(10, 10).build();
        let blot = RgbImage::from_pixel(modules * 10, modules * 10, Rgb([tone; 3]));
        let place = i64::from((picture.width() - blot.width()) / 2);
        imageops::replace(&mut picture, &blot, place, place);
        picture
    }

    #[test]
    fn a_code_gives_the_uri_that_is_in_it_and_no_other() {
        assert!(gives(&blotted(0, 0), URI));
        assert!(!gives(&blotted(0, 0), &URI.replace("totp/a", "totp/b")));
        assert!(!gives(&blotted(0, 0), ""));
    }

    #[test]
    fn a_logo_of_the_usual_size_does_no_harm_and_one_of_half_the_width_does() {
        for tone in [0, 128, 255] {
            assert!(gives(&blotted(13, tone), URI), "{tone}");
            assert!(!gives(&blotted(41, tone), URI), "{tone}");
        }
    }
}
