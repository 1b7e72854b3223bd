//! Enrolment at the first login: a QR code, and the phone's first code.
//!
//! It trusts whoever comes first, so that a first factor has to be before it.

use mfa::domain::{
    Account, AppName, Credential, Enrolment, Label, Secret, Totp, UnixTime, Verdict, escaped,
};
use mfa::qr::Qr;
use mfa::store::{Existing, Folder, Store, StoreError};
use zeroize::Zeroizing;

use crate::end::End;
use crate::gate::chain;
use crate::login::Visit;
use crate::world::Tone;

const PROMPT: &str = "Type the code that it shows: ";

/// What somebody is told whose phone has a secret that was not kept.
const VOID: &str = "the secret was not kept: remove it from the app again";

/// Shows a new secret, asks for its first code, and keeps it if that is right.
pub fn enrol(visit: &Visit<'_>, store: &Folder, app: &AppName) -> End {
    let enrolled = drawn(visit, store, app)
        .and_then(|new| show(visit, &new).map(|()| new))
        .and_then(|new| confirmed(visit, &new))
        .and_then(|new| keep(visit, store, app, &new));
    enrolled.map_or_else(|end| end, |()| End::Enrolled)
}

/// Makes a secret, once it is known that it can be sealed where others are, and the enrolment logged.
fn drawn(visit: &Visit<'_>, store: &Folder, app: &AppName) -> Result<Enrolment, End> {
    store.expect_key_if_sealed().map_err(|error| unavailable(&error))?;
    store.expect_room_for_event().map_err(|error| unavailable(&error))?;
    let secret = Secret::generate(visit.world.random)
        .map_err(|error| End::Unavailable(format!("no randomness is available: {error}")))?;
    let host = visit.world.host.and_then(|host| host.parse().ok());
    let issuer = host.unwrap_or_else(|| Label::from(app));
    let account = Account::new(issuer, Some(app.into()), Totp::default(), Some(now(visit)?));
    Ok(Enrolment { secret, account })
}

/// Shows the QR code and the secret itself, since not every terminal can draw.
fn show(visit: &Visit<'_>, new: &Enrolment) -> Result<(), End> {
    let drawing = Qr::new(&new.provisioning_uri()).and_then(|qr| qr.text());
    let drawing = Zeroizing::new(drawing.unwrap_or_default());
    let (secret, issuer) = (new.secret.expose_base32(), escaped(new.account.issuer.as_str()));
    let parts = [
        "A second factor is needed for ",
        &*issuer,
        ", and you have none yet.\nScan this with an authenticator app:\n",
        &drawing,
        "or type the secret into it: ",
        &secret,
    ];
    // Joined in one piece, so that no shorter copy stays behind unwiped. What libpam's caller makes of it,
    // and the crate in between, is not ours to wipe.
    let text = Zeroizing::new(parts.concat());
    (visit.world.tell)(Tone::Info, &text).map_err(|_| End::Unheard)
}

/// Asks for the first code, and returns the enrolment that has accepted it.
fn confirmed(visit: &Visit<'_>, new: &Enrolment) -> Result<Enrolment, End> {
    for left in (0..visit.args.tries).rev() {
        let typed = (visit.world.ask)(PROMPT, visit.args.echo).map_err(|_| End::Unheard)?;
        if let Ok(code) = typed.parse() {
            let judged = new.account.verify(&new.secret, &Credential::Code(code), now(visit)?);
            let judged = judged.map_err(|error| End::Unavailable(chain(&error)))?;
            if judged.verdict == Verdict::Accepted {
                return Ok(Enrolment { account: judged.account, ..new.clone() });
            }
        }
        if left > 0 {
            let _ = (visit.world.tell)(Tone::Error, "this is not the code of the new secret");
        }
    }
    Err(End::Wrong)
}

/// Keeps the app, unless somebody else was first.
fn keep(visit: &Visit<'_>, store: &Folder, app: &AppName, new: &Enrolment) -> Result<(), End> {
    // The store may have been sealed while they typed.
    let kept = store.expect_key_if_sealed().and_then(|()| store.enrol(app, new, Existing::Keep));
    if let Err(error) = kept {
        let _ = (visit.world.tell)(Tone::Error, VOID);
        return Err(unavailable(&error));
    }
    let event = visit.caller.event(Some(now(visit)?), app.as_str(), "create", "done");
    store.log(&event).map_err(|error| unavailable(&error))
}

fn now(visit: &Visit<'_>) -> Result<UnixTime, End> {
    (visit.world.clock)().map_err(|error| End::Unavailable(chain(&error)))
}

fn unavailable(error: &StoreError) -> End {
    End::Unavailable(chain(error))
}
