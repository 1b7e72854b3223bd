//! The pages of the documentation that have commands.

pub const README: &str = include_str!("../../README.md");
pub const AUTHENTICATOR: &str = include_str!("../../docs/authenticator.md");
pub const ENROL: &str = include_str!("../../docs/enrol.md");
pub const GATE: &str = include_str!("../../docs/gate.md");
pub const PAM: &str = include_str!("../../pam/README.md");
pub const POLICY: &str = include_str!("../../docs/policy.md");
#[cfg(feature = "service")]
pub const PUSH: &str = include_str!("../../docs/push.md");
pub const RECOVERY: &str = include_str!("../../docs/recovery.md");
#[cfg(feature = "service")]
pub const SERVICE: &str = include_str!("../../docs/service.md");
#[cfg(feature = "service")]
pub const SMS: &str = include_str!("../../docs/sms.md");
pub const STORES: &str = include_str!("../../docs/stores.md");
pub const TOKENS: &str = include_str!("../../docs/tokens.md");
