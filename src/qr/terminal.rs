use qrcode::QrCode;
use qrcode::render::Renderer;
use qrcode::render::unicode::Dense1x2;
use zeroize::Zeroizing;

use super::{QUIET, QrError};

/// Black on white, whatever the terminal's own colours (ISO 8613-6, SGR 38 and 48).
///
/// Colours 0 and 15 of the 256 would follow a theme; these two are fixed corners of the colour
/// cube.
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// Draws two rows of modules per line of text, with as wide a quiet zone as there is room for, at
/// least one module.
///
/// One line of the terminal stays free for typing.
pub(super) fn draw(code: &QrCode, columns: u16, rows: u16) -> Result<String, QrError> {
    let size = |quiet: u32| {
        let side = u32::try_from(code.width()).unwrap_or(u32::MAX).saturating_add(2 * quiet);
        (side, side.div_ceil(2) + 1)
    };
    let fits = |quiet: &u32| {
        let (width, height) = size(*quiet);
        width <= columns.into() && height <= rows.into()
    };
    let Some(quiet) = (1..=QUIET).rev().find(fits) else {
        let (columns, rows) = size(1);
        return Err(QrError::NoRoom { columns, rows });
    };
    let blocks = Renderer::<Dense1x2>::new(&code.to_colors(), code.width(), quiet).build();
    Ok(blocks.lines().flat_map(|line| [BLACK_ON_WHITE, line, RESET, "\n"]).collect())
}

/// Draws two rows of modules per line of text, light on dark, with a quiet zone of two modules: colours
/// that cannot be set are those of most terminals.
pub(super) fn plain(code: &QrCode) -> String {
    let modules = code.to_colors();
    let mut renderer = Renderer::<Dense1x2>::new(&modules, code.width(), 2);
    renderer.dark_color(Dense1x2::Light).light_color(Dense1x2::Dark);
    // Joined in one piece, so that no shorter copy stays behind unwiped.
    [&**Zeroizing::new(renderer.build()), "\n"].concat()
}

#[cfg(test)]
mod tests {
    use qrcode::EcLevel;

    use super::*;

    /// Returns a code of 21 modules.
    fn code() -> QrCode {
        QrCode::with_error_correction_level("AAAAAAAAAA", EcLevel::H).unwrap()
    }

    #[test]
    fn a_code_is_drawn_black_on_white_with_its_quiet_zone() {
        let line = |blocks: &str| format!("\x1b[38;5;16;48;5;231m{blocks}\x1b[0m\n");
        let expected = [
            "                             ",
            "                             ",
            "    █▀▀▀▀▀█ ██▀█  █▀▀▀▀▀█    ",
            "    █ ███ █ ▀▄█▄  █ ███ █    ",
            "    █ ▀▀▀ █ ▄███▀ █ ▀▀▀ █    ",
            "    ▀▀▀▀▀▀▀ █ █ ▀ ▀▀▀▀▀▀▀    ",
            "      █▀▀▄▀ █▀▀ ▀█▀█  █▀▀    ",
            "    ▀ ▀▄▀▀▀▄ ▀█▀█▄██ ▀ ▀▀    ",
            "    ▀▀ ▀▀▀▀ ▄▄▀▄█▄ ▄▀▀▀█▀    ",
            "    █▀▀▀▀▀█  ▄▀▀ █▄ ▀▄█▄     ",
            "    █ ███ █ █ ▄█▄▀▀█▄▀▄▀     ",
            "    █ ▀▀▀ █ ▀█▄ █▄▄▄▄▀▄ ▄    ",
            "    ▀▀▀▀▀▀▀  ▀ ▀▀   ▀ ▀      ",
            "                             ",
            "                             ",
        ];
        assert_eq!(draw(&code(), 80, 24).unwrap(), expected.map(line).concat());
    }

    #[test]
    fn without_colours_what_is_light_is_drawn_and_what_is_dark_is_left_out() {
        let coloured = draw(&code(), 25, 14).unwrap();
        let inverse = |c| match c {
            ' ' => '█',
            '█' => ' ',
            '▀' => '▄',
            '▄' => '▀',
            c => c,
        };
        let bare = coloured.replace(BLACK_ON_WHITE, "").replace(RESET, "");
        let (bare, plain) =
            (bare.lines().map(|line| line.chars().map(inverse).collect()), plain(&code()));
        let expected: Vec<String> = bare.collect();
        let drawn: Vec<_> = plain.lines().collect();
        // The last line has one row of modules alone.
        assert_eq!(
            (drawn.len(), &drawn[..12]),
            (13, &*expected.iter().take(12).map(|line| &**line).collect::<Vec<_>>())
        );
        assert_eq!(drawn[12], "▀".repeat(25));
    }

    #[test]
    fn the_quiet_zone_shrinks_to_the_room_that_there_is_and_a_line_stays_free() {
        let size = |columns, rows| {
            let drawing = draw(&code(), columns, rows).ok()?;
            let lines = drawing.lines().map(|line| line.chars().count() - 23);
            Some((lines.clone().max()?, lines.count()))
        };
        assert_eq!(size(29, 16), Some((29, 15)));
        assert_eq!(size(28, 16), Some((27, 14)));
        assert_eq!(size(29, 15), Some((27, 14)));
        assert_eq!(size(23, 13), Some((23, 12)));
        assert_eq!(size(22, 13), None);
        assert_eq!(size(23, 12), None);
        assert_eq!(size(0, 0), None);
    }

    #[test]
    fn the_error_says_how_much_room_it_takes() {
        let error = draw(&code(), 10, 10).unwrap_err().to_string();
        assert_eq!(error, "the QR code needs 23 columns and 13 lines");
    }
}
