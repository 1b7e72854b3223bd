use std::fmt::Write;

use super::QUIET;
use super::code::Matrix;

/// Draws the code as an SVG picture: one path, a unit a module, so that it scales without blur.
pub(super) fn draw(matrix: &Matrix) -> String {
    let size = matrix.width() + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in matrix.rows().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\"/></svg>\n"
    )
}
