mod error;
mod part;

use std::str::FromStr;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_saphyr::options::MergeKeyPolicy;
use serde_saphyr::{Options, Spanned};

use super::duration::Duration;
use super::{Action, AdminRecovery, Policy, Recovery, Rules};
use crate::domain::MOST_BACKUP_CODES;
pub use error::PolicyError;
use part::Heading;

/// A policy as it is published, without indentation: the headings of its two parts stand among what
/// belongs to them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Flat {
    #[serde(rename = "mfa_enforcement")]
    _enforcement: Heading,
    all_users: bool,
    grace_period: Duration,
    exclude_service_accounts: bool,
    risk_based_prompting: Spanned<Vec<Spanned<Rule>>>,
    #[serde(rename = "recovery")]
    _recovery: Heading,
    backup_codes: Spanned<u64>,
    admin_recovery: AdminRecovery,
    recovery_timeout: Duration,
}

/// A policy with its parts indented, the recovery beside the enforcement or inside it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Indented {
    mfa_enforcement: Spanned<Enforcement>,
    recovery: Option<Spanned<Restoring>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enforcement {
    all_users: bool,
    grace_period: Duration,
    exclude_service_accounts: bool,
    risk_based_prompting: Spanned<Vec<Spanned<Rule>>>,
    recovery: Option<Spanned<Restoring>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restoring {
    backup_codes: Spanned<u64>,
    admin_recovery: AdminRecovery,
    recovery_timeout: Duration,
}

/// The first look at a policy, which tells its form.
#[derive(Deserialize)]
struct Form {
    mfa_enforcement: Option<IgnoredAny>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rule {
    NewDevice(Action),
    NewLocation(Action),
    SensitiveAction(Action),
}

/// Reads a policy, in which nothing may be missing, unknown or said twice: a slip of the pen must not
/// switch enforcement off.
impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let form: Form = read(text)?;
        if form.mfa_enforcement.is_some() { indented(read(text)?) } else { flat(read(text)?) }
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, PolicyError> {
    Ok(serde_saphyr::from_str_with_options(text, options())?)
}

/// Returns what is more than enough for a policy, and too little for a bomb.
fn options() -> Options {
    serde_saphyr::options! {
        strict_booleans: true,
        reject_unsupported_tags: true,
        merge_keys: MergeKeyPolicy::Error,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_anchors: 0,
            max_aliases: 0,
            max_depth: 8,
            max_nodes: 200,
            max_documents: 1,
        },
    }
}

fn flat(flat: Flat) -> Result<Policy, PolicyError> {
    let recovery = Restoring {
        backup_codes: flat.backup_codes,
        admin_recovery: flat.admin_recovery,
        recovery_timeout: flat.recovery_timeout,
    };
    Ok(Policy {
        all_users: flat.all_users,
        grace_period: flat.grace_period.0,
        exclude_service_accounts: flat.exclude_service_accounts,
        rules: rules(&flat.risk_based_prompting)?,
        recovery: recovery.checked()?,
    })
}

fn indented(Indented { mfa_enforcement, recovery }: Indented) -> Result<Policy, PolicyError> {
    let place = mfa_enforcement.referenced;
    let inner = mfa_enforcement.value;
    let recovery = match (inner.recovery, recovery) {
        (Some(one), None) | (None, Some(one)) => one.value.checked()?,
        (Some(_), Some(again)) => {
            return Err(PolicyError::at(again.referenced, "there is a 'recovery' already"));
        }
        (None, None) => return Err(PolicyError::at(place, "missing field `recovery`")),
    };
    Ok(Policy {
        all_users: inner.all_users,
        grace_period: inner.grace_period.0,
        exclude_service_accounts: inner.exclude_service_accounts,
        rules: rules(&inner.risk_based_prompting)?,
        recovery,
    })
}

impl Restoring {
    fn checked(self) -> Result<Recovery, PolicyError> {
        let count = self.backup_codes;
        let backup_codes = u8::try_from(count.value).ok().filter(|n| *n <= MOST_BACKUP_CODES);
        let too_many = || PolicyError::at(count.referenced, "an app has at most 20 backup codes");
        Ok(Recovery {
            backup_codes: backup_codes.ok_or_else(too_many)?,
            admin_recovery: self.admin_recovery,
            timeout: self.recovery_timeout.0,
        })
    }
}

/// Reads the list of rules, of which there is one for each risk, in any order.
fn rules(list: &Spanned<Vec<Spanned<Rule>>>) -> Result<Rules, PolicyError> {
    let (mut device, mut location, mut sensitive) = (None, None, None);
    for rule in &list.value {
        let before = match rule.value {
            Rule::NewDevice(action) => device.replace(action),
            Rule::NewLocation(action) => location.replace(action),
            Rule::SensitiveAction(action) => sensitive.replace(action),
        };
        if before.is_some() {
            return Err(PolicyError::at(rule.referenced, "there is a rule for it already"));
        }
    }
    let missing = |risk| PolicyError::at(list.referenced, &format!("missing rule `{risk}`"));
    Ok(Rules {
        new_device: device.ok_or_else(|| missing("new_device"))?,
        new_location: location.ok_or_else(|| missing("new_location"))?,
        sensitive_action: sensitive.ok_or_else(|| missing("sensitive_action"))?,
    })
}
