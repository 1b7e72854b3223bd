use comfy_table::Table;
use comfy_table::presets::NOTHING;
use mfa::domain::escaped;

/// Counts things in words: `1 failure`, `2 failures`.
pub fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// Lays rows out in columns under a heading, what others wrote escaped.
pub fn table<const N: usize>(
    heading: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(heading);
    for row in rows {
        table.add_row(row.map(|cell| escaped(&cell)));
    }
    table.trim_fmt()
}
