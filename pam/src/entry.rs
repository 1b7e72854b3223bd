//! What libpam calls.

use std::ffi::{CStr, CString};
use std::panic;
use std::sync::Once;

use mfa::audit::Login;
use pam::constants::{PamFlag, PamResultCode};
use pam::items::{AuthTok, Item};
use pam::module::{PamHandle, PamHooks};
use zeroize::Zeroizing;

use crate::arguments::{ArgumentError, Arguments, FirstPass};
use crate::end::End;
use crate::first_pass::Parts;
use crate::host::{caller, tell, with_world};
use crate::world::{Tone, World};
use crate::{first_pass, login, syslog};

/// The name of what one line keeps for another.
const CODE: &str = "pam_mfa_code";

/// The module.
struct Module;

pam::pam_hooks!(Module);

impl PamHooks for Module {
    /// `PAM_SILENT` is not heard: sudo always says it, and a refusal without a reason helps nobody.
    fn sm_authenticate(handle: &mut PamHandle, args: Vec<&CStr>, _: PamFlag) -> PamResultCode {
        report_panics();
        let (login, known) = caller(handle);
        let end = known.map_or_else(|end| end, |()| attempt(handle, &args, &login));
        syslog::log(&login, &end);
        if let Some(text) = end.text() {
            let _ = tell(handle, Tone::Error, &text);
        }
        end.code()
    }

    /// There are no credentials to set, and sshd ends a session for which nobody says so.
    fn sm_setcred(_: &mut PamHandle, _: Vec<&CStr>, _: PamFlag) -> PamResultCode {
        PamResultCode::PAM_SUCCESS
    }
}

fn attempt(handle: &mut PamHandle, args: &[&CStr], login: &Login) -> End {
    let words: Result<Vec<_>, _> = args.iter().map(|word| word.to_str()).collect();
    let Ok(words) = words else { return End::Argument(ArgumentError::NotText) };
    #[cfg(feature = "test-panic")]
    assert_ne!(words, ["panic"], "on purpose");
    let args = match Arguments::read(&words) {
        Ok(args) => args,
        Err(error) => return End::Argument(error),
    };
    match args.first_pass {
        None => with_world(handle, |world| login::authenticate(&args, login, world)),
        Some(FirstPass::Split) => {
            match with_world(handle, |world| first_pass::ask(&args, login, world)) {
                Ok(parts) => hand_on(handle, parts),
                Err(end) => end,
            }
        }
        Some(FirstPass::Use) => {
            let Some(code) = kept(handle) else {
                return End::Argument(ArgumentError::Needs(
                    "first_pass=use",
                    "a line with first_pass=split above it",
                ));
            };
            let args = Arguments { tries: 1, ..args };
            with_world(handle, |world| {
                let ask = |_: &str, _| Ok(code.clone());
                login::authenticate(&args, login, &World { ask: &ask, ..*world })
            })
        }
    }
}

/// Gives the password to the next module, and keeps the code.
fn hand_on(handle: &mut PamHandle, Parts { password, code }: Parts) -> End {
    let unkept = |_| End::Unavailable("libpam does not keep the password".into());
    // What was typed has come as a string of C, and has no NUL in it.
    let Ok(password) = CString::new(password.as_bytes()).map(Zeroizing::new) else {
        return End::Unheard;
    };
    // SAFETY: it is a string that ends with a NUL and outlives the call, which copies it.
    #[expect(unsafe_code, reason = "the crate has no other way to make this item")]
    let item = unsafe { AuthTok::from_raw(password.as_ptr()) };
    let kept = handle.set_item_str(item).and_then(|()| handle.set_data(CODE, Box::new(code)));
    kept.map_or_else(unkept, |()| End::Split)
}

/// Returns the code that another line has kept.
fn kept(handle: &PamHandle) -> Option<Zeroizing<String>> {
    // SAFETY: this name is this module's own, and `hand_on` alone sets it, to this type.
    #[expect(unsafe_code, reason = "libpam does not know the type of what it keeps")]
    let code = unsafe { handle.get_data::<Zeroizing<String>>(CODE) };
    code.ok().cloned()
}

/// Has panics of this module reported to the system's log: standard error may be a user's terminal.
fn report_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            syslog::log_panic(&place.unwrap_or_default());
        }));
    });
}
