//! Rows in columns, in which text from elsewhere is escaped.

use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, Table, Width};
use mfa::domain::escaped;

/// The number of rows that are laid out at a time.
const BLOCK: usize = 1000;

/// Returns a number with its noun: `1 failure`, `2 failures`.
pub fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// Returns rows laid out in columns under a heading.
pub fn table<const N: usize>(
    heading: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    laid_out(Some(heading), rows).trim_fmt()
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
            assert_eq!(streamed, table(["NUMBER", "TEXT"], rows()) + "\n");
        }
        let none = || Ok::<_, ()>(std::iter::empty());
        assert_eq!(stream(["NUMBER"], none, |_| ()), Ok(false));
    }
}
