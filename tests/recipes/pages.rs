//! The pages of the documentation that have commands.

pub const README: &str = include_str!("../../README.md");
pub const GATE: &str = include_str!("../../docs/gate.md");
pub const POLICY: &str = include_str!("../../docs/policy.md");
pub const RECOVERY: &str = include_str!("../../docs/recovery.md");
#[cfg(feature = "service")]
pub const SERVICE: &str = include_str!("../../docs/service.md");
