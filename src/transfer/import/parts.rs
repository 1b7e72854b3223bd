use std::collections::{BTreeMap, BTreeSet};

use super::migration::Batch;

/// The parts of Google Authenticator's exports that were seen, in one file or in several.
#[derive(Clone, Debug, Default)]
pub struct Parts(BTreeMap<(i32, i32), BTreeSet<i32>>);

impl Parts {
    /// Adds a part, ignoring a size beyond what anyone would scan.
    pub(super) fn add(&mut self, batch: &Batch) {
        if (2..=1000).contains(&batch.size) {
            self.0.entry((batch.id, batch.size)).or_default().insert(batch.index);
        }
    }

    /// Adds the parts that were in another file.
    pub fn extend(&mut self, other: Self) {
        for (export, seen) in other.0 {
            self.0.entry(export).or_default().extend(seen);
        }
    }

    /// Returns a remark on each export with missing parts.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let incomplete = self.0.iter().filter_map(|((_, size), seen)| {
            let missing: Vec<_> = (0..*size)
                .filter(|index| !seen.contains(index))
                .map(|index| (index + 1).to_string())
                .collect();
            match missing.as_slice() {
                [] => None,
                [one] => Some(format!("part {one} of an export in {size} parts is missing")),
                _ => {
                    let missing = missing.join(", ");
                    Some(format!("parts {missing} of an export in {size} parts are missing"))
                }
            }
        });
        incomplete.collect()
    }
}
