use qrcode::bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, ec};
use zeroize::Zeroizing;

use super::{QrError, mask};

const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// The modules of a code, row by row, without the quiet zone; true is dark.
pub(super) struct Matrix {
    width: usize,
    dark: Zeroizing<Vec<bool>>,
}

impl Matrix {
    /// Encodes a URI at level H in the smallest version that holds it.
    ///
    /// `qrcode` has one call for all of this, but its choice of the mask takes 1.1 ms of 1.2 for
    /// a usual URI (57 modules), where [`mask::penalty`] takes a tenth.
    pub(super) fn encode(uri: &str) -> Result<Self, QrError> {
        let (canvas, width) = draw(uri)?;
        let codes = MASKS.iter().map(|&pattern| Self::masked(&canvas, pattern, width));
        codes.min_by_key(mask::penalty).ok_or(QrError::TooLong)
    }

    fn masked(canvas: &Canvas, pattern: MaskPattern, width: usize) -> Self {
        let mut canvas = canvas.clone();
        canvas.apply_mask(pattern);
        let dark = canvas.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Self { width, dark: Zeroizing::new(dark) }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[bool]> {
        self.dark.chunks_exact(self.width)
    }

    pub(super) fn column(&self, x: usize) -> impl Iterator<Item = bool> {
        self.dark.iter().skip(x).step_by(self.width).copied()
    }
}

/// Draws a code before the mask is chosen, and tells its width.
fn draw(uri: &str) -> Result<(Canvas, usize), QrError> {
    if !uri.is_ascii() {
        return Err(QrError::NotAscii);
    }
    let bits = bits::encode_auto(uri.as_bytes(), EcLevel::H).map_err(|_| QrError::TooLong)?;
    let version = bits.version();
    let data = Zeroizing::new(bits.into_bytes());
    let (words, check) =
        ec::construct_codewords(&data, version, EcLevel::H).map_err(|_| QrError::TooLong)?;
    let mut canvas = Canvas::new(version, EcLevel::H);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&Zeroizing::new(words), &Zeroizing::new(check));

    let width = usize::from(version.width().unsigned_abs());
    Ok((canvas, width))
}

#[cfg(test)]
impl Matrix {
    /// Reads a drawing in which `#` is dark.
    pub(super) fn from_drawing(rows: &[&str]) -> Self {
        let dark: Vec<bool> = rows.concat().chars().map(|module| module == '#').collect();
        Self { width: rows.len(), dark: Zeroizing::new(dark) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str) -> String {
        let matrix = Matrix::encode(uri).unwrap();
        let rows: Vec<&[bool]> = matrix.rows().collect();
        let grid = rqrr::SimpleGrid::from_func(matrix.width(), |x, y| rows[y][x]);
        let (meta, text) = rqrr::Grid::new(grid).decode().unwrap();
        assert_eq!(meta.ecc_level, 2, "level H");
        text
    }

    #[test]
    fn codes_of_all_lengths_give_back_their_text() {
        for length in (1..1270).step_by(97) {
            let text: String =
                (b' '..=b'~').cycle().step_by(7).take(length).map(char::from).collect();
            assert_eq!(read(&text), text);
        }
    }

    #[test]
    fn the_code_is_as_small_as_its_text_allows() {
        assert_eq!(Matrix::encode("AAAAAAAAAA").unwrap().width(), 21);
        assert_eq!(Matrix::encode("AAAAAAAAAAA").unwrap().width(), 25);
    }

    #[test]
    fn the_mask_is_the_one_that_scores_least() {
        let uri = "otpauth://totp/a?secret=AAAAAAAAAAAAAAAA";
        let (canvas, width) = draw(uri).unwrap();
        let scores = MASKS.map(|pattern| mask::penalty(&Matrix::masked(&canvas, pattern, width)));
        let chosen = mask::penalty(&Matrix::encode(uri).unwrap());
        assert_eq!(Some(&chosen), scores.iter().min());
        assert_ne!(Some(&chosen), scores.iter().max());
    }

    #[test]
    fn what_no_code_holds_is_refused() {
        assert_eq!(Matrix::encode(&"a".repeat(1273)).unwrap().width(), 177);
        assert!(matches!(Matrix::encode(&"a".repeat(1274)), Err(QrError::TooLong)));
        assert!(matches!(Matrix::encode(&"a".repeat(100_000)), Err(QrError::TooLong)));
    }

    #[test]
    fn what_readers_would_disagree_on_is_refused() {
        assert!(matches!(Matrix::encode("otpauth://totp/Žižek"), Err(QrError::NotAscii)));
    }
}
