//! Whether there is enough memory for something large.

use std::hint::black_box;

/// Reports whether this many bytes can be allocated, for libraries that abort, panic or hang where
/// they cannot.
pub(crate) fn is_available(bytes: u64) -> bool {
    let mut trial = Vec::<u8>::new();
    let reserved = usize::try_from(bytes).map(|bytes| trial.try_reserve_exact(bytes));
    // Without this the compiler leaves out an allocation that nobody uses.
    black_box(&mut trial);
    matches!(reserved, Ok(Ok(())))
}
