use crate::common::TempStore;
use crate::common::codes::{SECRET, right};
use crate::common::tmux::Terminal;
use crate::uri;

/// Reads the QR code that a screen shows in half blocks.
fn scanned(screen: &str) -> String {
    let lines: Vec<Vec<char>> = screen.lines().map(|line| line.chars().collect()).collect();
    let dark = |x: usize, y: usize| {
        let halves = if y.is_multiple_of(2) { ['█', '▀'] } else { ['█', '▄'] };
        lines.get(y / 2).and_then(|line| line.get(x)).is_some_and(|c| halves.contains(c))
    };
    let tone = |x, y| if dark(x / 4, y / 4) { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(80 * 4, lines.len() * 8, tone);
    let found: Vec<_> = image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
    found.join("\n")
}

#[test]
#[ignore = "needs tmux"]
fn an_ordinary_enrolment_is_scanned_from_a_terminal_of_80_by_24() {
    let store = TempStore::new();
    let create = "mfa create -n you@example.com -i 'Example Corp' --no-open";
    let terminal = Terminal::sized(&store, create, ["80", "24"]);
    let screen = terminal.shows("status 0");
    let uri = store.mfa(["uri", "Example Corp"]).said().stdout;
    assert_eq!(scanned(&screen) + "\n", uri, "{screen}");
    let terminal = Terminal::sized(&store, "mfa qr 'Example Corp'", ["80", "24"]);
    assert_eq!(scanned(&terminal.shows("status 0")) + "\n", uri);
}

#[test]
#[ignore = "needs tmux"]
fn where_the_code_has_no_room_create_says_so_and_enrols_all_the_same() {
    let store = TempStore::new();
    let create = "mfa create -n me -i C --no-open 2>said";
    let terminal = Terminal::sized(&store, create, ["80", "18"]);
    let screen = terminal.shows("status 0");
    assert!(!screen.contains('█') && screen.contains("QR code: "), "{screen}");
    assert!(!screen.contains("Scan the QR code"), "there is none: {screen}");
    let path = store.path();
    let said = std::fs::read_to_string(store.outside().join("said")).unwrap();
    let told = format!(
        "\nwarning: the QR code needs 35 columns and 19 lines\n\
         hint: mfa qr C --store {} --output FILE.png writes a picture\n",
        path.display()
    );
    assert!(said.ends_with(&told), "{said}");
}

#[test]
#[ignore = "needs tmux"]
fn where_the_code_has_no_room_only_a_known_secret_is_confirmed() {
    let store = TempStore::new();
    let create = "mfa create -n me -i C --no-image --confirm";
    let terminal = Terminal::sized(&store, create, ["80", "10"]);
    assert_eq!(
        terminal.shows("status"),
        "error: the QR code needs 35 columns and 19 lines\n\
         hint: make the terminal larger, or leave --confirm out\nstatus 2"
    );
    let line = format!("(echo {SECRET}; echo {}) | {create} --secret-stdin --json", right());
    let terminal = Terminal::sized(&store, &line, ["80", "10"]);
    let screen = terminal.shows("status 0");
    assert!(screen.starts_with("warning: the QR code needs"), "{screen}");
}

#[test]
fn without_a_terminal_80_columns_and_24_lines_are_assumed() {
    let store = TempStore::new();
    let long = uri(&"a".repeat(100), SECRET);
    assert_eq!(
        store.mfa(["import", "-"]).fed(format!("{}\n{long}", uri("C:me", SECRET))).said().status,
        Some(0)
    );
    let drawn = store.unattended(["qr", "C"]).said();
    assert_eq!((drawn.status, &*drawn.stderr), (Some(0), ""));
    assert!(scanned(&plain(&drawn.stdout)).starts_with("otpauth://totp/C:me?"));
    let no_room = "error: the QR code needs 67 columns and 35 lines\n\
                   hint: --output FILE.png writes a picture\n";
    store.unattended(["qr", "a"]).gives(2, "", no_room);
}

/// Removes the colours.
fn plain(drawing: &str) -> String {
    drawing.replace("\x1b[38;5;16;48;5;231m", "").replace("\x1b[0m", "")
}
