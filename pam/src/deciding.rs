//! What a policy says of a login.

use mfa::domain::{AppName, EnrolmentId, UnixTime};
use mfa::enforce::{self, Check};
use mfa::policy::{Access, Decision, Policy, Remember};
use mfa::store::Folder;

use crate::end::End;
use crate::gate::chain;
use crate::login::Visit;
use crate::world::Tone;

/// Returns what to remember with an accepted code, or what the attempt ends with without one.
pub fn decide(
    visit: &Visit<'_>,
    store: &Folder,
    app: &AppName,
    policy: &Policy,
) -> Result<Option<Remember>, End> {
    let location = visit.address().and_then(|address| address.to_string().parse().ok());
    let access = &Access { location, ..Access::default() };
    let check = Check { app, access, caller: &visit.caller };
    let outcome = enforce::check(store, policy, check, visit.world.clock)
        .map_err(|error| End::Unavailable(chain(&error)))?;
    match outcome.decision {
        Decision::Allow => {
            if let Some(by) = outcome.enrol_by.filter(|_| !visit.args.quiet) {
                let by = UnixTime::to_rfc3339(by);
                let text = format!("a second factor has to be enrolled by {by}");
                let _ = (visit.world.tell)(Tone::Info, &text);
            }
            Err(End::Unasked)
        }
        Decision::Prompt | Decision::Require => remember(visit, access),
        Decision::Enrol => Err(End::MustEnrol),
        Decision::Deny => Err(End::Forbidden),
    }
}

/// Returns the location to remember, if there is one, with the random numbers that a first time takes.
fn remember(visit: &Visit<'_>, access: &Access) -> Result<Option<Remember>, End> {
    let Some(location) = access.location.clone() else { return Ok(None) };
    let (mut enrolment, mut salt) = (EnrolmentId([0; 16]), [0; 32]);
    for bytes in [&mut enrolment.0[..], &mut salt] {
        (visit.world.random)(bytes)
            .map_err(|e| End::Unavailable(format!("no randomness is available: {e}")))?;
    }
    Ok(Some(Remember { device: None, location: Some(location), enrolment, salt }))
}
