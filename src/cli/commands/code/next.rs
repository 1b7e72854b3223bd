//! The next code of an app with codes by counter.

use mfa::domain::{Account, AppName, Enrolment, Hotp, Otp, quoted};
use mfa::store::{Store, update};

use super::{Args, Shown, copy, single};
use crate::cli::error::{CommandError, Result};
use crate::cli::named::Directory;
use crate::cli::{Env, Status, audit};

/// Takes the next counter, records that it is taken, and only then shows its code: two processes
/// never show the same one.
pub fn show(args: &Args, store: &dyn Store, env: &mut Env<'_>) -> Result<Status> {
    let [text] = args.apps.as_slice() else {
        return Err(CommandError::usage("--next takes one APP"));
    };
    let app = Directory::read(store)?.one(text)?;
    let shown = update(store, &app, |enrolment| match taken(&app, enrolment) {
        Ok((shown, account)) => (Ok(shown), account),
        Err(error) => (Err(error), enrolment.account.clone()),
    })??;
    audit::record_done(store, app.as_str(), "code", env);
    // It is used up, and would be lost where there is no clipboard.
    single(&shown, args, env);
    if args.copy {
        copy(std::slice::from_ref(&shown), env)?;
    }
    Ok(Status::Done)
}

/// Returns the error for an app whose codes are shown only on request, since each is used up by it.
pub fn needed(app: &AppName) -> CommandError {
    CommandError::usage(format!("the codes of {} go by a counter", quoted(app.as_str())))
        .hint("--next takes the next one")
}

fn taken(app: &AppName, Enrolment { secret, account }: &Enrolment) -> Result<(Shown, Account)> {
    let Otp::Hotp(hotp) = account.otp else {
        let error = format!("the codes of {} go by the clock", quoted(app.as_str()));
        return Err(CommandError::usage(error).hint("leave --next out"));
    };
    let Some(counter) = hotp.counter.checked_add(1) else {
        return Err(CommandError::usage("the counter is at its end, there is no next code"));
    };
    let code = hotp.code(secret, hotp.counter);
    let shown = Shown { counter: Some(hotp.counter), ..Shown::new(app, account, code) };
    Ok((shown, Account { otp: Hotp { counter, ..hotp }.into(), ..account.clone() }))
}
