//! The pages of the documentation: that their links lead somewhere, and that a stranger finds the way.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a section that fit a screen.
const SCREEN: usize = 50;

/// A page without its blocks of code.
struct Page {
    path: PathBuf,
    lines: Vec<String>,
}

impl Page {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let prose = text.split("\n```").step_by(2);
        let lines = prose.flat_map(str::lines).map(str::to_owned).collect();
        Self { path, lines }
    }

    fn headings(&self) -> impl Iterator<Item = &str> {
        let headings = self.lines.iter().filter(|line| line.starts_with('#'));
        headings.map(|line| line.trim_start_matches('#').trim())
    }

    /// Returns the anchors that GitHub gives the headings.
    fn anchors(&self) -> BTreeSet<String> {
        let mut anchors = BTreeSet::new();
        for heading in self.headings() {
            let anchor = slug(heading);
            let doubles = (1..).map(|number| format!("{anchor}-{number}"));
            let free = std::iter::once(anchor.clone()).chain(doubles);
            anchors.extend(free.into_iter().find(|anchor| !anchors.contains(anchor)));
        }
        anchors
    }

    /// Returns where the links and pictures lead to, but for other sites.
    fn links(&self) -> Vec<String> {
        let text: String = self.lines.join("\n").split('`').step_by(2).collect();
        let behind = |opening, closing| {
            let targets: Vec<String> = text
                .split(opening)
                .skip(1)
                .filter_map(|rest| Some(rest.split_once(closing)?.0.to_owned()))
                .collect();
            targets
        };
        let links = behind("](", ")").into_iter().chain(behind("src=\"", "\""));
        links.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).collect()
    }

    /// Says what is wrong with a link.
    fn fault(&self, link: &str) -> Option<&'static str> {
        let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
        let path = if file.is_empty() {
            self.path.clone()
        } else {
            self.path.parent().unwrap().join(file)
        };
        if !path.exists() {
            return Some("there is no such file");
        }
        let found = anchor.is_empty() || Self::read(path).anchors().contains(anchor);
        (!found).then_some("there is no such heading")
    }
}

/// Makes an anchor of a heading as GitHub does.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns every page in this folder, and in those below but for what is built, hidden or a store.
fn pages(folder: &Path) -> Vec<Page> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if name.starts_with('.') || ["target", "secrets", "img"].contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            pages.extend(self::pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(Page::read(path));
        }
    }
    pages
}

#[test]
fn every_link_leads_to_a_file_and_to_a_heading_in_it() {
    let mut links = 0;
    for page in pages(root()) {
        for link in page.links() {
            assert_eq!(page.fault(&link), None, "{}: {link}", page.path.display());
            links += 1;
        }
    }
    assert!(links > 100, "{links}");
}

#[test]
fn anchors_are_those_of_github() {
    assert_eq!(slug("SSH's ForceCommand"), "sshs-forcecommand");
    assert_eq!(slug("`[sms]`: what, and how"), "sms-what-and-how");
    let lines = ["# One", "## Two", "## Two"].map(str::to_owned).into();
    let page = Page { path: PathBuf::new(), lines };
    assert_eq!(page.anchors(), ["one", "two", "two-1"].map(str::to_owned).into());
}

#[test]
fn the_readme_leads_to_every_page_and_every_page_leads_back() {
    let readme = Page::read(root().join("README.md")).links();
    for page in pages(&root().join("docs")) {
        let name = page.path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(readme.contains(&format!("docs/{name}")), "{name}");
        let [title, _, way, _, intro, ..] = &*page.lines else { panic!("{name}") };
        assert!(title.starts_with("# "), "{name}: {title}");
        assert!(way.starts_with("[mfa](../README.md) › "), "{name}: {way}");
        assert!(intro.starts_with(|c: char| c.is_uppercase() || c == '`'), "{name}: {intro}");
    }
}

/// Returns each heading, and how many lines its section has.
fn sections(text: &str) -> Vec<(&str, usize)> {
    let (mut sections, mut in_code) = (Vec::new(), false);
    for line in text.lines() {
        in_code ^= line.starts_with("```");
        if line.starts_with('#') && !in_code {
            sections.push((line, 0));
        }
        sections.last_mut().unwrap().1 += 1;
    }
    sections
}

#[test]
fn every_section_fits_a_screen() {
    let readme = Page::read(root().join("README.md"));
    for page in pages(&root().join("docs")).into_iter().chain([readme]) {
        for (heading, lines) in sections(&fs::read_to_string(&page.path).unwrap()) {
            assert!(lines <= SCREEN, "{}: {heading}: {lines} lines", page.path.display());
        }
    }
}
