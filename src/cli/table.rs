//! Rows in columns, in which text from elsewhere is escaped.

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};
use mfa::domain::escaped;

/// The number of rows that are laid out at a time.
const BLOCK: usize = 1000;

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
pub fn fitted<const N: usize>(
    heading: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    columns: Option<u16>,
) -> String {
    let rows: Vec<_> = rows.collect();
    let table = laid_out(Some(heading), rows.iter().cloned());
    match columns {
        Some(columns) if width(&table) > columns => {
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

/// Returns the columns that a table takes: a space on each side of a cell, and none at the end.
fn width(table: &Table) -> u16 {
    let cells = table.column_max_content_widths();
    cells
        .iter()
        .fold(0_u16, |sum, width| sum.saturating_add(width.saturating_add(2)))
        .saturating_sub(1)
}

/// Lays out any number of rows in bounded memory.
///
/// `rows` is called twice, each time for a pass over them, since the widths of the columns must be
/// known before the first row is written.
///
/// Reports whether there were any.
pub fn stream<const N: usize, E, I: Iterator<Item = Result<[String; N], E>>>(
    heading: [&str; N],
    mut rows: impl FnMut() -> Result<I, E>,
    mut write: impl FnMut(&str),
) -> Result<bool, E> {
    let mut widest: Option<[u16; N]> = None;
    for_each_block(rows()?, |block| {
        let mut found = widest.unwrap_or([0; N]);
        let widths = laid_out(Some(heading), block.into_iter()).column_max_content_widths();
        found.iter_mut().zip(widths).for_each(|(widest, width)| *widest = width.max(*widest));
        widest = Some(found);
    })?;
    let Some(widths) = widest else { return Ok(false) };
    let mut heading = Some(heading);
    for_each_block(rows()?, |block| {
        let mut table = laid_out(heading.take(), block.into_iter());
        table.set_constraints(widths.iter().map(|width| {
            // The padding of one space on each side counts.
            ColumnConstraint::LowerBoundary(Width::Fixed(width.saturating_add(2)))
        }));
        write(&(table.trim_fmt() + "\n"));
    })?;
    Ok(true)
}

fn for_each_block<T, E>(
    mut rows: impl Iterator<Item = Result<T, E>>,
    mut take: impl FnMut(Vec<T>),
) -> Result<(), E> {
    loop {
        let block = rows.by_ref().take(BLOCK).collect::<Result<Vec<T>, E>>()?;
        if block.is_empty() {
            return Ok(());
        }
        take(block);
    }
}

fn laid_out<const N: usize>(
    heading: Option<[&str; N]>,
    rows: impl Iterator<Item = [String; N]>,
) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if let Some(heading) = heading {
        table.set_header(heading);
    }
    for row in rows {
        table.add_row(row.map(|cell| escaped(&cell)));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streamed_table_is_the_same_as_one_laid_out_at_once() {
        for rows in [1, BLOCK, BLOCK + 1, 3 * BLOCK] {
            let rows = || (0..rows).map(|n| [n.to_string(), "字é".repeat(n % 7)]);
            let mut streamed = String::new();
            let pass = || Ok::<_, ()>(rows().map(Ok));
            assert_eq!(stream(["NUMBER", "TEXT"], pass, |text| streamed += text), Ok(true));
            assert_eq!(streamed, fitted(["NUMBER", "TEXT"], rows(), None) + "\n");
        }
        let none = || Ok::<_, ()>(std::iter::empty());
        assert_eq!(stream(["NUMBER"], none, |_| ()), Ok(false));
    }

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
