use zeroize::Zeroizing;

use super::Entry;

/// Writes provisioning URIs, one per line, which nearly every app imports.
#[must_use]
pub fn uri(entries: &[Entry]) -> Zeroizing<String> {
    let lines: Vec<_> = entries.iter().map(|(_, entry)| entry.provisioning_uri()).collect();
    // Reserved in full, so that no reallocation leaves an unwiped copy behind.
    let length = lines.iter().map(|line| line.len() + 1).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for line in &lines {
        text.push_str(line);
        text.push('\n');
    }
    text
}
