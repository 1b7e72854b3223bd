use super::{Access, Action, Policy, PolicyMemory};
use crate::domain::{Account, UnixTime};

/// Whether a factor is asked for, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// Let in without one.
    Allow,
    /// Ask for one; a remembered device and location would have done.
    Prompt,
    /// Ask for a fresh code, whatever is remembered.
    Require,
    /// Enrol first.
    Enrol,
    /// Do not let in.
    Deny,
}

/// Why a decision is as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A service account, which the policy excludes.
    ServiceAccount,
    /// Not enrolled, which the policy leaves to each.
    Optional,
    /// Not enrolled yet, within the grace period.
    GracePeriod,
    /// Not enrolled.
    NotEnrolled,
    /// A device that is not remembered, or not given.
    NewDevice,
    /// A location that is not remembered, or not given.
    NewLocation,
    /// Something sensitive.
    SensitiveAction,
}

/// A decision, and what led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Outcome {
    /// The decision.
    pub decision: Decision,
    /// What led to it; nothing where nothing speaks against letting in.
    pub reasons: Vec<Reason>,
    /// The end of the grace period, if that is why.
    pub enrol_by: Option<UnixTime>,
}

/// An outcome, and the memory to record before anyone hears of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Decided {
    /// The outcome.
    pub outcome: Outcome,
    /// The memory from now on.
    pub memory: PolicyMemory,
}

impl Policy {
    /// Decides on an access at `now` by somebody with this account, or none, and this memory.
    pub fn decide(
        &self,
        access: &Access,
        account: Option<&Account>,
        memory: &PolicyMemory,
        now: UnixTime,
    ) -> Decided {
        let told = |outcome, memory| Decided { outcome, memory };
        if self.lets_in_unasked(access) {
            let outcome = Outcome::new(Decision::Allow, Reason::ServiceAccount);
            return told(outcome, memory.clone());
        }
        let risks = self.risks(access, account, memory, now);
        if account.is_some() {
            return told(strongest(&risks), memory.enrolled(now));
        }
        let memory = self.noted(memory, now);
        told(self.not_enrolled(access, &risks, &memory, now), memory)
    }

    /// Reports whether an access is a service account's, and excluded.
    #[must_use]
    pub fn lets_in_unasked(&self, access: &Access) -> bool {
        access.is_service_account && self.exclude_service_accounts
    }

    /// Returns the end of the grace period of somebody who is not enrolled, if they are within it.
    ///
    /// A clock that was ahead at the first check must not stretch it, nor one that is set back now.
    #[must_use]
    pub fn enrol_by(&self, memory: &PolicyMemory, now: UnixTime) -> Option<UnixTime> {
        let begun = memory.first_seen.unwrap_or(now);
        let by = UnixTime(begun.0.saturating_add(self.grace_period));
        let latest = memory.latest.map_or(now, |latest| latest.max(now));
        (!memory.ever_enrolled && begun <= now && latest < by).then_some(by)
    }

    /// Returns the memory after a check of somebody who is not enrolled; once their grace period is
    /// seen to be over, nothing changes any more.
    fn noted(&self, memory: &PolicyMemory, now: UnixTime) -> PolicyMemory {
        let is_over = memory.latest.is_some_and(|latest| self.enrol_by(memory, latest).is_none());
        if is_over || !self.all_users { memory.clone() } else { memory.not_enrolled(now) }
    }

    /// Decides on somebody who is not enrolled: what is denied to those who are is denied all the
    /// more.
    fn not_enrolled(
        &self,
        access: &Access,
        risks: &[(Reason, Action)],
        memory: &PolicyMemory,
        now: UnixTime,
    ) -> Outcome {
        let judged = strongest(risks);
        if judged.decision == Decision::Deny {
            return judged;
        }
        let wants_factor = self.all_users || self.rules.sensitive_action > Action::Allow;
        if access.sensitive.is_some() && wants_factor {
            let reasons = vec![Reason::NotEnrolled, Reason::SensitiveAction];
            return Outcome { decision: Decision::Enrol, reasons, enrol_by: None };
        }
        if !self.all_users {
            return Outcome::new(Decision::Allow, Reason::Optional);
        }
        match self.enrol_by(memory, now) {
            Some(by) => {
                let granted = Outcome::new(Decision::Allow, Reason::GracePeriod);
                Outcome { enrol_by: Some(by), ..granted }
            }
            None => Outcome::new(Decision::Enrol, Reason::NotEnrolled),
        }
    }

    /// Returns the risks of an access, and what the rules demand for each.
    fn risks(
        &self,
        access: &Access,
        account: Option<&Account>,
        memory: &PolicyMemory,
        now: UnixTime,
    ) -> Vec<(Reason, Action)> {
        let enrolment = account.and_then(|account| account.enrolment);
        let knows_device =
            access.device.as_ref().is_some_and(|it| memory.knows_device(it, enrolment, now));
        let knows_location =
            access.location.as_ref().is_some_and(|it| memory.knows_location(it, enrolment, now));
        let rules = self.rules;
        let risks = [
            (!knows_device, Reason::NewDevice, rules.new_device),
            (!knows_location, Reason::NewLocation, rules.new_location),
            (access.sensitive.is_some(), Reason::SensitiveAction, rules.sensitive_action),
        ];
        risks.into_iter().filter(|risk| risk.0).map(|(_, risk, action)| (risk, action)).collect()
    }
}

/// Returns the outcome of the strongest action, with the risks that demand it.
fn strongest(risks: &[(Reason, Action)]) -> Outcome {
    let most = risks.iter().map(|risk| risk.1).max().unwrap_or(Action::Allow);
    let demanding = risks.iter().filter(|risk| risk.1 == most && most > Action::Allow);
    let reasons = demanding.map(|risk| risk.0).collect();
    Outcome { decision: most.into(), reasons, enrol_by: None }
}

impl Outcome {
    fn new(decision: Decision, reason: Reason) -> Self {
        Self { decision, reasons: vec![reason], enrol_by: None }
    }
}

impl From<Action> for Decision {
    fn from(action: Action) -> Self {
        match action {
            Action::Allow => Self::Allow,
            Action::PromptMfa => Self::Prompt,
            Action::RequireMfa => Self::Require,
            Action::Deny => Self::Deny,
        }
    }
}

impl Decision {
    /// Returns its name as JSON and the audit log write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Prompt => "prompt",
            Self::Require => "require",
            Self::Enrol => "enrol",
            Self::Deny => "deny",
        }
    }
}

impl Reason {
    /// Returns its name as JSON writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceAccount => "service_account",
            Self::Optional => "optional",
            Self::GracePeriod => "grace_period",
            Self::NotEnrolled => "not_enrolled",
            Self::NewDevice => "new_device",
            Self::NewLocation => "new_location",
            Self::SensitiveAction => "sensitive_action",
        }
    }
}
