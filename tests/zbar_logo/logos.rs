//! Logos that are hard to read around: dark, busy, or shaped like a part of a QR code.

use image::{Rgba, RgbaImage};

const SIDE: u32 = 360;
const BLACK: Rgba<u8> = Rgba([0, 0, 0, 255]);
const WHITE: Rgba<u8> = Rgba([255, 255, 255, 255]);
const CLEAR: Rgba<u8> = Rgba([0, 0, 0, 0]);

/// Returns each hard logo with its name.
pub fn hard() -> Vec<(&'static str, RgbaImage)> {
    vec![
        ("black", draw(|_, _| true)),
        ("rings", draw(|x, y| rings(x, y, 9))),
        ("few rings", draw(|x, y| rings(x, y, 7))),
        ("disc in a ring", draw(disc_in_ring)),
        ("finder", draw(|x, y| finder(x, y, SIDE))),
        ("four finders", draw(|x, y| finder(x % (SIDE / 2), y % (SIDE / 2), SIDE / 2 - 20))),
        ("noise", noise(1)),
        ("coarse noise", noise(SIDE / 9)),
        ("checkers", draw(|x, y| (x / 40 + y / 40) % 2 == 0)),
        ("stripes", draw(|x, _| x / 40 % 2 == 0)),
        ("text", draw(text)),
        ("wide", RgbaImage::from_pixel(SIDE, SIDE / 6, BLACK)),
        ("tall", RgbaImage::from_pixel(SIDE / 6, SIDE, BLACK)),
        ("one pixel", RgbaImage::from_pixel(1, 1, BLACK)),
        ("transparent", RgbaImage::from_pixel(SIDE, SIDE, CLEAR)),
        ("cut-out", cut_out()),
        ("red target", red_target()),
    ]
}

fn draw(dark: impl Fn(u32, u32) -> bool) -> RgbaImage {
    RgbaImage::from_fn(SIDE, SIDE, |x, y| if dark(x, y) { BLACK } else { WHITE })
}

/// Returns the distance from the centre in thousandths of half a side.
fn radius(x: u32, y: u32) -> u32 {
    let (x, y) = (x.abs_diff(SIDE / 2), y.abs_diff(SIDE / 2));
    (x * x + y * y).isqrt() * 2000 / SIDE
}

fn rings(x: u32, y: u32, count: u32) -> bool {
    radius(x, y) < 1000 && (radius(x, y) * count / 1000).is_multiple_of(2)
}

/// Draws a disc in a ring, whose runs through the middle are 1:1:3:1:1 in every direction.
fn disc_in_ring(x: u32, y: u32) -> bool {
    matches!(radius(x, y) * 7 / 1000, 0..3 | 5..7)
}

fn finder(x: u32, y: u32, side: u32) -> bool {
    let ring = |v: u32| (v * 7 / side).min(6 - (v * 7 / side).min(6));
    x < side && y < side && ring(x).min(ring(y)) != 1
}

/// Draws the letters MFA, each of five by seven fields.
fn text(x: u32, y: u32) -> bool {
    const ROWS: [&str; 7] = [
        "#...#.#####..###.",
        "##.##.#.....#...#",
        "#.#.#.#.....#...#",
        "#.#.#.####..#####",
        "#...#.#.....#...#",
        "#...#.#.....#...#",
        "#...#.#.....#...#",
    ];
    let (column, row) = (x * 17 / SIDE, y * 7 / SIDE);
    ROWS[row as usize].as_bytes()[column as usize] == b'#'
}

/// Draws black and white blocks with a xorshift generator, so that they are the same every time.
fn noise(block: u32) -> RgbaImage {
    let mut state = 0x2545_f491_u32;
    let cells = SIDE / block;
    let dark: Vec<bool> = (0..cells * cells)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state & 0x10 != 0
        })
        .collect();
    draw(|x, y| dark[(y / block * cells + x / block) as usize])
}

/// Draws a finder pattern in black throughout, visible only by its transparency.
fn cut_out() -> RgbaImage {
    RgbaImage::from_fn(SIDE, SIDE, |x, y| if disc_in_ring(x, y) { BLACK } else { CLEAR })
}

fn red_target() -> RgbaImage {
    let red = Rgba([200, 0, 20, 255]);
    RgbaImage::from_fn(SIDE, SIDE, |x, y| if disc_in_ring(x, y) { red } else { WHITE })
}
