use super::QUIET;
use super::code::Matrix;

/// Black on white whatever the terminal's own colours: `0` and `15` of the 256 would follow a
/// theme, these two are fixed corners of the colour cube (ISO 8613-6 SGR 38 and 48).
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// Draws two rows of modules to a line of text, quiet zone included.
pub(super) fn draw(matrix: &Matrix) -> String {
    let width = matrix.width() + 2 * QUIET;
    let light = vec![false; width];
    let mut rows = vec![light.clone(); QUIET];
    for modules in matrix.rows() {
        let mut row = vec![false; QUIET];
        row.extend(modules);
        row.resize(width, false);
        rows.push(row);
    }
    rows.resize(width, light.clone());

    // Three bytes a block, and 22 of escape sequences and newline a line.
    let mut drawing = String::with_capacity(width.div_ceil(2) * (width * 3 + 24));
    for pair in rows.chunks(2) {
        let (upper, lower) = match pair {
            [upper, lower] => (upper, lower),
            [upper] => (upper, &light),
            _ => continue,
        };
        drawing.push_str(BLACK_ON_WHITE);
        drawing.extend(upper.iter().zip(lower).map(block));
        drawing.push_str(RESET);
        drawing.push('\n');
    }
    drawing
}

fn block((upper, lower): (&bool, &bool)) -> char {
    match (upper, lower) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_black_on_white_with_its_quiet_zone() {
        let drawing = draw(&Matrix::encode("AAAAAAAAAA").unwrap());
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
        assert_eq!(drawing, expected.map(line).concat());
    }
}
