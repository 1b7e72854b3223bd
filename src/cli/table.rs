use comfy_table::Table;
use comfy_table::presets::NOTHING;
use mfa::domain::escaped;

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
