//! What a reader other than ours sees on a terminal.

use image::{GrayImage, Luma};

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::common::tmux::Terminal;
use crate::uri;

/// The pixels along a module; a character is a module wide and two high.
const MODULE: u32 = 5;

/// The tones of a terminal's own colours.
#[derive(Clone, Copy)]
struct Theme {
    text: u8,
    background: u8,
}

const DARK: Theme = Theme { text: 220, background: 20 };
const LIGHT: Theme = Theme { text: 40, background: 250 };

/// Paints a screen, two tones to a character: those of its upper and of its lower half.
fn painted(screen: &str, theme: Theme) -> Vec<Vec<[u8; 2]>> {
    let mut pen = theme;
    let line = |line: &str| {
        let mut cells = Vec::new();
        for (number, part) in line.split("\x1b[").enumerate() {
            let text = if number == 0 { part } else { coloured(part, &mut pen, theme) };
            cells.extend(text.chars().map(|c| halves(c, pen)));
        }
        cells
    };
    screen.lines().map(line).collect()
}

/// Takes up the colours that a sequence sets, and returns the text after it.
fn coloured<'a>(part: &'a str, pen: &mut Theme, theme: Theme) -> &'a str {
    let (codes, text) = part.split_once('m').unwrap();
    let tone = |colour| if colour == "16" { 0 } else { 255 };
    match codes.split(';').collect::<Vec<_>>()[..] {
        ["" | "0"] => *pen = theme,
        ["39"] => pen.text = theme.text,
        ["49"] => pen.background = theme.background,
        ["38", "5", colour @ ("16" | "231")] => pen.text = tone(colour),
        ["48", "5", colour @ ("16" | "231")] => pen.background = tone(colour),
        _ => panic!("no colours of ours: {codes}"),
    }
    text
}

/// Returns the tones of a character; one that is no block looks much like a lower half.
fn halves(c: char, pen: Theme) -> [u8; 2] {
    match c {
        ' ' => [pen.background; 2],
        '█' => [pen.text; 2],
        '▀' => [pen.text, pen.background],
        _ => [pen.background, pen.text],
    }
}

/// Returns what zbar reads on a terminal with these colours.
fn read(store: &TempStore, terminal: &Terminal, theme: Theme, columns: u32) -> String {
    let cells = painted(&terminal.coloured(), theme);
    let height = u32::try_from(cells.len()).unwrap() * 2;
    let tone = |x: u32, y: u32| {
        let (x, y) = ((x / MODULE) as usize, (y / MODULE) as usize);
        let cell = cells[y / 2].get(x).copied();
        Luma([cell.map_or(theme.background, |halves| halves[y % 2])])
    };
    let path = store.outside().join("screen.png");
    GrayImage::from_fn(columns * MODULE, height * MODULE, tone).save(&path).unwrap();
    store.program("zbarimg", ["-q", "--raw", path.to_str().unwrap()]).said().stdout
}

/// Makes a store with an app, and draws its code on a terminal of this size.
fn drawn(label: &str, size: [&str; 2]) -> (TempStore, Terminal) {
    let store = TempStore::new();
    assert_eq!(store.mfa(["import", "-"]).fed(uri(label, SECRET)).said().status, Some(0));
    let terminal = Terminal::sized(&store, "mfa qr me", size);
    terminal.shows("status");
    (store, terminal)
}

#[test]
#[ignore = "needs tmux and zbarimg"]
fn zbar_reads_a_code_off_dark_and_light_terminals_where_it_fits() {
    let issuer = "Example%20Corp:me@example.com";
    for (label, [columns, lines]) in [
        (issuer, ["80", "24"]),
        (issuer, ["60", "24"]),
        (issuer, ["40", "24"]),
        ("C:me", ["40", "20"]),
    ] {
        let (store, terminal) = drawn(label, [columns, lines]);
        let uri = store.mfa(["uri", "me"]).said().stdout;
        for theme in [DARK, LIGHT] {
            let text = read(&store, &terminal, theme, columns.parse().unwrap());
            assert_eq!(text, uri, "{columns}x{lines}:\n{}", terminal.screen());
        }
    }
}

#[test]
#[ignore = "needs tmux"]
fn where_a_code_does_not_fit_a_line_says_so_and_names_the_option_for_a_picture() {
    let (_store, terminal) = drawn("Example%20Corp:me@example.com", ["60", "20"]);
    let told = "error: the QR code needs 39 columns and 21 lines
hint: --output FILE.png writes a picture
status 2";
    assert_eq!(terminal.screen(), told);
}
