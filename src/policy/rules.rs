/// What an administrator requires of whoever wants to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Whether everybody has to enrol in the end; else only those who did are asked.
    pub all_users: bool,
    /// The time to enrol, in seconds from the first check.
    pub grace_period: u64,
    /// Whether a service account, which has no phone, is let in without a factor.
    pub exclude_service_accounts: bool,
    /// The rules for each risk.
    pub rules: Rules,
    /// What a lost factor is replaced by.
    pub recovery: Recovery,
}

/// What each risk leads to; of those that are there, the strongest action counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// For a device that is not remembered, or not given.
    pub new_device: Action,
    /// For a location that is not remembered, or not given.
    pub new_location: Action,
    /// For what the caller calls sensitive.
    pub sensitive_action: Action,
}

/// What a rule demands, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "policy", derive(serde::Deserialize))]
#[cfg_attr(feature = "policy", serde(rename_all = "snake_case"))]
pub enum Action {
    /// Nothing.
    Allow,
    /// A factor, unless the device and the location are remembered.
    PromptMfa,
    /// A fresh code, whatever is remembered.
    RequireMfa,
    /// That nobody is let in.
    Deny,
}

/// How a lost factor is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The number of backup codes that are made with an enrolment.
    pub backup_codes: u8,
    /// What an administrator may do for somebody who has lost everything.
    pub admin_recovery: AdminRecovery,
    /// The time for which an administrator's recovery code is good, in seconds.
    pub timeout: u64,
}

/// What an administrator may do for somebody who has lost everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "policy", derive(serde::Deserialize))]
#[cfg_attr(feature = "policy", serde(rename_all = "snake_case"))]
pub enum AdminRecovery {
    /// Issue a recovery code, having seen who it is.
    VerifyWithId,
    /// Nothing.
    None,
}
