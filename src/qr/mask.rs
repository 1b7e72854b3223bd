use super::code::Matrix;

/// Scores how ill a masked code would scan: less is better (ISO/IEC 18004, 7.8.3.1).
pub(super) fn penalty(matrix: &Matrix) -> u32 {
    let rows: u32 = matrix.rows().map(|row| line(row.iter().copied())).sum();
    let columns: u32 = (0..matrix.width()).map(|x| line(matrix.column(x))).sum();
    rows + columns + blocks(matrix) + balance(matrix)
}

/// A finder pattern along a line, 1011101, with four light modules before or after it.
const BEFORE: u16 = 0b000_0101_1101;
const AFTER: u16 = 0b101_1101_0000;

/// Scores runs of one colour (3 for five modules, 1 for each more) and finder-like patterns (40).
fn line(modules: impl Iterator<Item = bool>) -> u32 {
    let (mut score, mut run, mut last) = (0, 0, false);
    // The last eleven modules as bits. Beyond either edge all is light.
    let mut seen = 0_u16;
    let mut finder = |dark: bool| {
        seen = (seen << 1 | u16::from(dark)) & 0x7ff;
        u32::from(matches!(seen, BEFORE | AFTER)) * 40
    };
    for dark in modules {
        run = if dark == last { run + 1 } else { 1 };
        last = dark;
        score += finder(dark);
        score += match run {
            5 => 3,
            6.. => 1,
            _ => 0,
        };
    }
    score + (0..4).map(|_| finder(false)).sum::<u32>()
}

/// Scores squares of two by two modules of one colour: 3 each, overlaps counted.
fn blocks(matrix: &Matrix) -> u32 {
    let mut squares = 0;
    for (upper, lower) in matrix.rows().zip(matrix.rows().skip(1)) {
        // As numbers, since to compare slices is a call.
        let pairs =
            upper.iter().zip(lower).map(|(upper, lower)| u8::from(*upper) + u8::from(*lower));
        let mut last = 1;
        for dark in pairs {
            squares += u32::from(dark != 1 && dark == last);
            last = dark;
        }
    }
    squares * 3
}

/// Scores the share of dark modules: 10 for every full 5 per cent away from a half.
fn balance(matrix: &Matrix) -> u32 {
    let (mut dark, mut all) = (0_u32, 0_u32);
    for &module in matrix.rows().flatten() {
        dark += u32::from(module);
        all += 1;
    }
    (dark * 20).abs_diff(all * 10) / all.max(1) * 10
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(modules: &str) -> u32 {
        line(modules.chars().map(|module| module == '#'))
    }

    #[test]
    fn a_run_scores_from_five_modules_on() {
        assert_eq!(score("####.##"), 0);
        assert_eq!(score("#####.##"), 3);
        assert_eq!(score("#....."), 3);
        assert_eq!(score("#######"), 5);
    }

    #[test]
    fn a_finder_scores_beside_four_light_modules_or_the_edge() {
        assert_eq!(score("##.#.###.#.##"), 0);
        assert_eq!(score("##....#.###.#.#"), 40);
        assert_eq!(score("#.#.###.#....#"), 40);
        assert_eq!(score("#.###.#.#"), 40);
        assert_eq!(score("#.###.#"), 80);
    }

    #[test]
    fn squares_of_one_colour_score_with_their_overlaps() {
        let checkers = Matrix::from_drawing(&["#.#", ".#.", "#.#"]);
        assert_eq!((blocks(&checkers), balance(&checkers)), (0, 10));
        let dark = Matrix::from_drawing(&["###", "###", "###"]);
        assert_eq!((blocks(&dark), balance(&dark)), (12, 100));
    }
}
