//! Tables of any number of rows, laid out in bounded memory.

use comfy_table::{ColumnConstraint, Table, Width};

use super::{escaped, laid_out, paragraph, table_of, width};

/// The number of rows that are laid out at a time.
const BLOCK: usize = 1000;

/// The widths of the columns of a table.
#[derive(Default)]
struct Widths {
    /// Those of the longest cells.
    cells: Vec<u16>,
    /// Those of the longest words.
    words: Vec<u16>,
}

/// Lays out rows under a heading, and reports whether there were any.
///
/// `rows` is called twice, each time for a pass over them, since the widths of the columns must be
/// known before the first row is written.
///
/// Where a terminal has too few columns, cells break between words; where that is not enough, each
/// row becomes a paragraph.
pub fn stream<const N: usize, E, I: Iterator<Item = Result<[String; N], E>>>(
    heading: [&str; N],
    columns: Option<u16>,
    mut rows: impl FnMut() -> Result<I, E>,
    mut write: impl FnMut(&str),
) -> Result<bool, E> {
    let mut widths = Widths::default();
    for_each_block(rows()?, |block| widths.extend(heading, &block))?;
    if widths.cells.is_empty() {
        return Ok(false);
    }
    let Some(widths) = widths.within(columns) else {
        let paragraph = |row| paragraph(heading, row, columns.unwrap_or(u16::MAX));
        let mut before = "";
        for_each_block(rows()?, |block| {
            let block: Vec<_> = block.into_iter().map(paragraph).collect();
            write(&format!("{before}{}\n", block.join("\n\n")));
            before = "\n";
        })?;
        return Ok(true);
    };
    let mut heading = Some(heading);
    for_each_block(rows()?, |block| {
        let mut table = laid_out(heading.take(), block.into_iter());
        // The padding of one space on each side counts.
        let widths = widths.iter().map(|width| Width::Fixed(width.saturating_add(2)));
        table.set_constraints(widths.map(ColumnConstraint::Absolute));
        write(&(table.trim_fmt() + "\n"));
    })?;
    Ok(true)
}

impl Widths {
    /// Takes the rows of a block into account.
    fn extend<const N: usize>(&mut self, heading: [&str; N], block: &[[String; N]]) {
        let words = |cell: &String| escaped(cell).replace(' ', "\n");
        let words = block.iter().map(|row| row.each_ref().map(words));
        widen(&mut self.cells, &laid_out(Some(heading), block.iter().cloned()));
        widen(&mut self.words, &table_of(Some(heading), words));
    }

    /// Returns the widths of columns that fit, those with the longest cells for their words made
    /// narrower, or `None` if a word would break.
    fn within(self, columns: Option<u16>) -> Option<Vec<u16>> {
        let Self { mut cells, words } = self;
        while columns.is_some_and(|columns| width(cells.iter().copied()) > columns) {
            let spare = |(cell, word): &(&mut u16, &u16)| cell.saturating_sub(**word);
            let (cell, word) = cells.iter_mut().zip(&words).max_by_key(spare)?;
            *cell = Some(*cell - 1).filter(|cell| cell >= word)?;
        }
        Some(cells)
    }
}

/// Makes columns as wide as those of a table, where that is wider.
fn widen(columns: &mut Vec<u16>, table: &Table) {
    let widths = table.column_max_content_widths();
    columns.resize(widths.len(), 0);
    columns.iter_mut().zip(widths).for_each(|(column, width)| *column = width.max(*column));
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

#[cfg(test)]
mod tests {
    use super::super::fitted;
    use super::*;

    const HEADING: [&str; 3] = ["TIME", "APP", "OUTCOME"];

    /// Lays out rows for a terminal of this many columns.
    fn streamed(columns: u16, rows: &[[&str; 3]]) -> String {
        let mut text = String::new();
        let pass = || Ok::<_, ()>(rows.iter().map(|row| Ok(row.map(str::to_owned))));
        assert_eq!(stream(HEADING, Some(columns), pass, |lines| text += lines), Ok(true));
        text
    }

    #[test]
    fn a_streamed_table_is_the_same_as_one_laid_out_at_once() {
        for (rows, columns) in [(1, None), (BLOCK, None), (BLOCK + 1, Some(5)), (3 * BLOCK, None)] {
            let rows = || (0..rows).map(|n| [n.to_string(), "字é".repeat(n % 7)]);
            let mut streamed = String::new();
            let pass = || Ok::<_, ()>(rows().map(Ok));
            assert_eq!(
                stream(["NUMBER", "TEXT"], columns, pass, |text| streamed += text),
                Ok(true)
            );
            assert_eq!(streamed, fitted(["NUMBER", "TEXT"], rows(), columns) + "\n");
        }
        let none = || Ok::<_, ()>(std::iter::empty());
        assert_eq!(stream(["NUMBER"], None, none, |_| ()), Ok(false));
    }

    #[test]
    fn in_a_narrow_terminal_cells_break_between_words_and_no_word_does() {
        let rows = [["12:00", "A", "done"], ["13:00", "Büro 字", "throttled, 30 s"]];
        let whole = " TIME   APP      OUTCOME
 12:00  A        done
 13:00  Büro 字  throttled, 30 s
";
        assert_eq!(streamed(32, &rows), whole);
        let broken = " TIME   APP      OUTCOME
 12:00  A        done
 13:00  Büro 字  throttled, 30
                 s
";
        assert_eq!(streamed(31, &rows), broken);
        let narrow = " TIME   APP   OUTCOME
 12:00  A     done
 13:00  Büro  throttled,
        字    30 s
";
        assert_eq!(streamed(24, &rows), narrow);
        let paragraphs = " TIME     12:00
 APP      A
 OUTCOME  done

 TIME     13:00
 APP      Büro 字
 OUTCOME  throttled, 30
          s
";
        assert_eq!(streamed(23, &rows), paragraphs);
    }
}
