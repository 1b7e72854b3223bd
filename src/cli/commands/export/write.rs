//! Writing an export to stdout, to a file or, as pictures, to several.

use std::fs;
use std::path::{Path, PathBuf};

use mfa::qr::Qr;

use super::Form;

use crate::cli::error::Result;
use crate::cli::{Env, drawing, files};

/// Writes an export, and returns the paths of the files that were made.
pub fn write(form: &Form, output: Option<&Path>, env: &mut Env<'_>) -> Result<Vec<PathBuf>> {
    match (form, output) {
        (Form::Text(text), None) => {
            env.stdout.write_bytes(text);
            Ok(Vec::new())
        }
        (Form::Codes(codes), None) => {
            // All or none, since a single part would be mistaken for the whole.
            let drawings: Vec<_> =
                codes.iter().map(|code| drawing::draw(code, env)).collect::<Result<_, _>>()?;
            env.stdout.write(&drawings.concat());
            Ok(Vec::new())
        }
        (Form::Text(text), Some(path)) => {
            files::write_new(path, text)?;
            Ok(vec![path.into()])
        }
        (Form::Codes(codes), Some(path)) => write_pictures(codes, path),
    }
}

/// Writes all parts or none, since a single part would be mistaken for the whole.
fn write_pictures(codes: &[Qr], path: &Path) -> Result<Vec<PathBuf>> {
    let pictures: Vec<_> = codes.iter().map(Qr::png).collect::<Result<_, _>>()?;
    let paths: Vec<_> = (1..=codes.len()).map(|n| numbered(path, n, codes.len())).collect();
    for (written, (picture, path)) in pictures.iter().zip(&paths).enumerate() {
        files::write_new(path, picture).inspect_err(|_| {
            paths.iter().take(written).for_each(|path| drop(fs::remove_file(path)));
        })?;
    }
    Ok(paths)
}

/// Returns the path of one picture of several.
fn numbered(path: &Path, number: usize, of: usize) -> PathBuf {
    let path = if path.extension().is_some_and(|end| end == "png") {
        path.with_extension("")
    } else {
        path.into()
    };
    let mut name = path.into_os_string();
    name.push(if of == 1 { ".png".into() } else { format!("-{number}.png") });
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_pictures_are_numbered() {
        let name = |path: &str, of| {
            numbered(Path::new(path), 2, of).into_os_string().into_string().unwrap()
        };
        assert_eq!((name("a/b", 1), name("a/b.png", 1)), ("a/b.png".into(), "a/b.png".into()));
        assert_eq!((name("a/b", 3), name("a/b.png", 3)), ("a/b-2.png".into(), "a/b-2.png".into()));
    }
}
