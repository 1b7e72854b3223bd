/// A picture: red, green and blue of each pixel, row by row.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) struct Raster {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Raster {
    /// Takes the pixels of all rows, which are of this width.
    pub(super) fn new(width: usize, pixels: Vec<[u8; 3]>) -> Self {
        Self { width, pixels }
    }

    /// Is a white square.
    pub(super) fn white(side: usize) -> Self {
        Self::new(side, vec![[255; 3]; side * side])
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn height(&self) -> usize {
        self.pixels.len() / self.width.max(1)
    }

    pub(crate) fn pixel(&self, x: usize, y: usize) -> Option<[u8; 3]> {
        self.pixels.get(y * self.width + x).copied()
    }

    pub(super) fn pixels(&self) -> &[[u8; 3]] {
        &self.pixels
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[[u8; 3]]> {
        self.pixels.chunks_exact(self.width.max(1))
    }

    /// Puts another picture over this one, its first pixel at the given column and row.
    pub(super) fn paste(&mut self, picture: &Self, x: usize, y: usize) {
        let rows = self.pixels.chunks_exact_mut(self.width.max(1)).skip(y);
        for (row, pasted) in rows.zip(picture.rows()) {
            if let Some(place) = row.get_mut(x..x + pasted.len()) {
                place.copy_from_slice(pasted);
            }
        }
    }

    /// Sets a picture upright that is turned or mirrored as EXIF's orientation tells.
    pub(super) fn upright(mut self, orientation: u8) -> Self {
        if matches!(orientation, 3 | 4 | 6 | 7) {
            self.pixels.reverse();
        }
        if matches!(orientation, 2 | 4 | 6 | 8) {
            self.pixels.chunks_exact_mut(self.width.max(1)).for_each(<[_]>::reverse);
        }
        match orientation {
            5..=8 => self.transposed(),
            _ => self,
        }
    }

    fn transposed(&self) -> Self {
        let column = |x| self.pixels.iter().skip(x).step_by(self.width);
        Self::new(self.height(), (0..self.width).flat_map(column).copied().collect())
    }
}

/// The brightness of a colour, from 0 to 255 (ITU-R BT.601).
pub(crate) fn luma([red, green, blue]: [u8; 3]) -> u8 {
    u8::try_from(brightness([red.into(), green.into(), blue.into()])).unwrap_or(u8::MAX)
}

/// The brightness of a sum of colours.
pub(super) fn brightness([red, green, blue]: [u32; 3]) -> u32 {
    (red * 299 + green * 587 + blue * 114) / 1000
}

#[cfg(test)]
impl From<image::RgbImage> for Raster {
    fn from(image: image::RgbImage) -> Self {
        Self::new(image.width() as usize, image.pixels().map(|pixel| pixel.0).collect())
    }
}

#[cfg(test)]
mod tests {
    use image::metadata::Orientation;
    use image::{DynamicImage, Rgb, RgbImage};

    use super::*;

    #[test]
    fn all_eight_orientations_are_set_upright_as_image_does_it() {
        let tones = |v: u32| v.to_le_bytes()[0];
        let image = RgbImage::from_fn(3, 2, |x, y| Rgb([tones(x), tones(y), 7]));
        for orientation in 1..=8 {
            let mut theirs = DynamicImage::ImageRgb8(image.clone());
            theirs.apply_orientation(Orientation::from_exif(orientation).unwrap());
            let ours = Raster::from(image.clone()).upright(orientation);
            assert_eq!(ours, theirs.into_rgb8().into(), "{orientation}");
        }
    }

    #[test]
    fn what_is_pasted_covers_its_place_and_nothing_else() {
        let mut picture = Raster::white(4);
        picture.paste(&Raster::new(2, vec![[0; 3]; 2]), 1, 2);
        let (x, o) = ([0; 3], [255; 3]);
        assert_eq!(picture.pixels(), [o, o, o, o, o, o, o, o, o, x, x, o, o, o, o, o]);
    }
}
