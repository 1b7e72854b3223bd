use clap::builder::NonEmptyStringValueParser;
use mfa::domain::{AppName, UnixTime};
use mfa::enforce::{self, Check};
use mfa::policy::{Access, Decision, Device, Location, Outcome, Reason};
use serde::Serialize;

use super::PolicyArgs;
use crate::cli::error::Result;
use crate::cli::{Context, Status};

/// Decide whether a factor is asked for: status 0 only if none is
#[derive(clap::Args)]
#[command(
    after_help = "Status 10: ask for a factor, 11: for a fresh code, 12: enrol first, 13: denied"
)]
pub struct Args {
    /// Name of whoever wants to be let in: of their app, if they are enrolled
    app: AppName,
    #[command(flatten)]
    policy: PolicyArgs,
    /// The device, as `--remember-device` names it; without it, it counts as new
    #[arg(long, value_name = "ID")]
    device: Option<Device>,
    /// An address, which stands for its network, or a label of the place; without it, it counts as
    /// new
    #[arg(long)]
    location: Option<Location>,
    /// What is to be done, if it is sensitive
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    sensitive: Option<String>,
    /// A program asks, which has no phone
    #[arg(long, conflicts_with_all = ["device", "location", "sensitive"])]
    service_account: bool,
    /// Answer with a JSON object: `decision`, `reasons`, `enrol_by`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer {
    decision: &'static str,
    reasons: Vec<&'static str>,
    enrol_by: Option<String>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let policy = args.policy.read()?;
    let store = location.find(env)?;
    let access = Access {
        is_service_account: args.service_account,
        device: args.device.clone(),
        location: args.location.clone(),
        sensitive: args.sensitive.clone(),
    };
    let caller = &(env.process.caller)();
    let check = Check { app: &args.app, access: &access, caller };
    let outcome = enforce::check(&*store, &policy, check, env.clock.now)?;
    if args.json {
        env.stdout.json(&Answer::from(&outcome));
    } else {
        env.stdout.line(&in_words(&outcome));
    }
    Ok(outcome.decision.into())
}

impl From<&Outcome> for Answer {
    fn from(outcome: &Outcome) -> Self {
        Self {
            decision: outcome.decision.name(),
            reasons: outcome.reasons.iter().map(|reason| reason.name()).collect(),
            enrol_by: outcome.enrol_by.map(UnixTime::to_rfc3339),
        }
    }
}

fn in_words(outcome: &Outcome) -> String {
    let decision = match outcome.decision {
        Decision::Allow => "Allowed",
        Decision::Prompt => "A factor is asked for",
        Decision::Require => "A fresh code is required",
        Decision::Enrol => "Enrol first",
        Decision::Deny => "Denied",
    };
    let reasons = outcome.reasons.iter().map(|reason| in_a_word(*reason).to_owned());
    let by = outcome.enrol_by.map(|by| format!("enrol by {}", by.to_rfc3339()));
    let reasons: Vec<String> = reasons.chain(by).collect();
    if reasons.is_empty() { decision.into() } else { format!("{decision}: {}", reasons.join(", ")) }
}

fn in_a_word(reason: Reason) -> &'static str {
    match reason {
        Reason::ServiceAccount => "service account",
        Reason::Optional => "enrolling is optional",
        Reason::GracePeriod => "grace period",
        Reason::NotEnrolled => "not enrolled",
        Reason::NewDevice => "new device",
        Reason::NewLocation => "new location",
        Reason::SensitiveAction => "sensitive action",
    }
}

impl From<Decision> for Status {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Allow => Self::Done,
            Decision::Prompt => Self::Prompt,
            Decision::Require => Self::Require,
            Decision::Enrol => Self::Enrol,
            Decision::Deny => Self::Deny,
        }
    }
}
