//! Codes that stay on the screen, with a countdown.

use mfa::domain::{AppName, Enrolment};

use super::{all_shown, rows};
use crate::cli::error::{CommandError, Result};
use crate::cli::{Env, Status, table};

/// The lines below the codes: an empty one, and the one that says how to end.
const ENDING: usize = 2;

/// Redraws once a second, reading the clock and the terminal's size anew each time.
pub fn watch(apps: &[(AppName, Enrolment)], env: &mut Env<'_>) -> Result<()> {
    if !env.stdout.is_terminal {
        return Err(CommandError::usage("--watch needs a terminal")
            .hint("without it the codes are shown once"));
    }
    let (clock, size) = (env.clock.now, env.terminal.size);
    (env.terminal.watch)(&mut || {
        let Ok(now) = clock() else { return "the clock is before 1970".into() };
        let (columns, lines) = size().unzip();
        screen(&rows(&all_shown(apps, now), columns), lines)
    })
    .map_err(|error| CommandError::new(Status::Usage, error).context("cannot use the terminal"))
}

/// Cuts a table to what the terminal has room for: it would scroll, and lose its heading.
fn screen(table: &str, lines: Option<u16>) -> String {
    let room = lines.map_or(usize::MAX, |lines| usize::from(lines).saturating_sub(ENDING));
    let shown = table.lines().take(room).collect::<Vec<_>>().join("\n");
    match table.lines().count().saturating_sub(room) {
        0 => format!("{shown}\n\nany key ends"),
        more => format!("{shown}\n\nany key ends; not shown: {}", table::count(more, "line")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_with_more_lines_than_the_terminal_is_cut_and_says_so() {
        for lines in [None, Some(5), Some(80)] {
            assert_eq!(screen("A\nB\nC", lines), "A\nB\nC\n\nany key ends");
        }
        assert_eq!(screen("A\nB\nC", Some(4)), "A\nB\n\nany key ends; not shown: 1 line");
        assert_eq!(screen("A\nB\nC", Some(3)), "A\n\nany key ends; not shown: 2 lines");
    }
}
