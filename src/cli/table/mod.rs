//! Rows in columns, in which text from elsewhere is escaped.

mod stream;

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table};
use mfa::domain::escaped;

pub use stream::stream;

/// Returns a number with its noun: `1 failure`, `2 failures`.
pub fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// Returns rows laid out in columns under a heading.
///
/// Where a terminal has too few columns for that, all cells break into lines but those of the last
/// `whole` columns.
pub fn wrapped<const N: usize>(
    heading: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    columns: Option<u16>,
    whole: usize,
) -> String {
    let mut table = laid_out(Some(heading), rows);
    if let Some(columns) = columns {
        break_lines(&mut table, columns);
        for column in table.column_iter_mut().skip(N.saturating_sub(whole)) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.trim_fmt()
}

/// Returns rows laid out in columns under a heading.
///
/// Where a terminal has too few columns for that, each row becomes a paragraph, a line for each cell.
#[cfg(any(test, feature = "service"))]
pub fn fitted<const N: usize>(
    heading: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    columns: Option<u16>,
) -> String {
    let rows: Vec<_> = rows.collect();
    let table = laid_out(Some(heading), rows.iter().cloned());
    match columns {
        Some(columns) if width(table.column_max_content_widths()) > columns => {
            let rows = rows.into_iter().map(|row| paragraph(heading, row, columns));
            rows.collect::<Vec<_>>().join("\n\n")
        }
        _ => table.trim_fmt(),
    }
}

fn paragraph<const N: usize>(heading: [&str; N], row: [String; N], columns: u16) -> String {
    unheaded(heading.into_iter().zip(row).map(|(name, cell)| [name.to_owned(), cell]), columns)
}

/// Returns rows laid out in columns without a heading; cells break into lines where the terminal has
/// too few columns.
pub fn unheaded<const N: usize>(rows: impl Iterator<Item = [String; N]>, columns: u16) -> String {
    let mut table = laid_out(None, rows);
    break_lines(&mut table, columns);
    table.trim_fmt()
}

/// Has cells break into lines where the table would be too wide.
fn break_lines(table: &mut Table, columns: u16) {
    // The space after the last column is trimmed.
    table.set_width(columns.saturating_add(1));
    table.set_content_arrangement(ContentArrangement::Dynamic);
}

/// Returns the columns that a table with cells of these widths takes: a space on each side of a
/// cell, and none at the end.
fn width(cells: impl IntoIterator<Item = u16>) -> u16 {
    let sum = |sum: u16, width: u16| sum.saturating_add(width.saturating_add(2));
    cells.into_iter().fold(0, sum).saturating_sub(1)
}

fn laid_out<const N: usize>(
    heading: Option<[&str; N]>,
    rows: impl Iterator<Item = [String; N]>,
) -> Table {
    table_of(heading, rows.map(|row| row.map(|cell| escaped(&cell))))
}

/// Makes a table of cells that are escaped already.
fn table_of<const N: usize>(
    heading: Option<[&str; N]>,
    rows: impl Iterator<Item = [String; N]>,
) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if let Some(heading) = heading {
        table.set_header(heading);
    }
    table.add_rows(rows);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADING: [&str; 3] = ["APP", "ACCOUNT", "CODE"];

    fn row() -> std::iter::Once<[String; 3]> {
        std::iter::once(["Bücher".into(), "alice@example.com".into(), "287082".into()])
    }

    const TABLE: &str = " APP     ACCOUNT            CODE
 Bücher  alice@example.com  287082";

    #[test]
    fn a_table_that_fits_its_terminal_to_the_last_column_is_left_as_it_is() {
        for columns in [None, Some(34), Some(80)] {
            assert_eq!(wrapped(HEADING, row(), columns, 1), TABLE);
            assert_eq!(fitted(HEADING, row(), columns), TABLE);
        }
    }

    #[test]
    fn in_a_narrow_terminal_cells_break_and_the_last_columns_stay_whole() {
        let expected = " APP     ACCOUNT           CODE
 Bücher  alice@example.co  287082
         m";
        assert_eq!(wrapped(HEADING, row(), Some(33), 1), expected);
        let expected = " APP    ACCO  CODE
        UNT
 Büche  alic  287082
 r      e@ex
        ampl
        e.co
        m";
        assert_eq!(wrapped(HEADING, row(), Some(20), 1), expected);
    }

    #[test]
    fn in_a_narrow_terminal_a_row_is_a_paragraph() {
        let rows = || row().chain(row());
        let paragraph = " APP      Bücher
 ACCOUNT  alice@example.com
 CODE     287082";
        assert_eq!(fitted(HEADING, rows(), Some(33)), format!("{paragraph}\n\n{paragraph}"));
        let narrow = paragraph.replace("example", "exam\n          ple");
        assert_eq!(fitted(HEADING, row(), Some(20)), narrow);
    }
}
