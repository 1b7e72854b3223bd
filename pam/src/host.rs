//! The program that asks, and the system below it: the outside world as it is.

use std::cell::Cell;
use std::ffi::CStr;
use std::io;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use mfa::audit::Login;
use mfa::domain::{ClockError, UnixTime};
use nix::unistd::{gethostname, getuid};
use pam::constants::{
    PAM_ERROR_MSG, PAM_PROMPT_ECHO_OFF, PAM_PROMPT_ECHO_ON, PAM_TEXT_INFO, PamResultCode,
};
use pam::conv::Conv;
use pam::items::{RHost, RUser, Service, Tty};
use pam::module::PamHandle;
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use crate::end::End;
use crate::world::{Echo, Tone, Typed, Unheard, World};
use crate::{account, syslog};

/// The time that a refusal takes after an answer, so that nobody can tell what was done meanwhile: a code that
/// is looked at is recorded and logged, on a disk that may be slow, and a backup code takes a computation.
const SETTLED: Duration = Duration::from_millis(500);

/// The bytes of an answer and its end: `PAM_MAX_RESP_SIZE` of libpam's `_pam_types.h`, which not every program
/// keeps to.
const LONGEST: usize = 512;

/// Returns what is known of the login, and the end of one of which it is not known whose it is.
pub fn caller(handle: &mut PamHandle) -> (Login, Result<(), End>) {
    let user = handle.get_user(None).map_err(|code| match code {
        PamResultCode::PAM_CONV_ERR | PamResultCode::PAM_CONV_AGAIN => End::Unheard,
        _ => End::Unavailable("libpam has no name, or one that is not UTF-8".into()),
    });
    let text = |text: &CStr| Some(text.to_string_lossy().into_owned()).filter(|s| !s.is_empty());
    let login = Login {
        service: handle.get_item().ok().flatten().and_then(|Service(name)| text(name)),
        user: user.as_ref().ok().cloned(),
        rhost: handle.get_item().ok().flatten().and_then(|RHost(name)| text(name)),
        ruser: handle.get_item().ok().flatten().and_then(|RUser(name)| text(name)),
        tty: handle.get_item().ok().flatten().and_then(|Tty(name)| text(name)),
    };
    (login, user.map(drop))
}

/// Does something with the world that this handle opens.
pub fn with_world<T>(handle: &PamHandle, work: impl FnOnce(&World<'_>) -> T) -> T {
    let host = gethostname().ok().and_then(|host| host.into_string().ok());
    let answered = Cell::new(monotonic());
    work(&World {
        ask: &|prompt, echo| {
            let answer = ask(handle, prompt, echo);
            answered.set(monotonic());
            answer
        },
        tell: &|tone, text| tell(handle, tone, text),
        account: &account::find,
        clock,
        random: |bytes| SysRng.try_fill_bytes(bytes).map_err(io::Error::other),
        warn: syslog::warn,
        settle: &|| thread::sleep(SETTLED.saturating_sub(answered.get().elapsed())),
        pause: &|| thread::sleep(Duration::from_secs(1)),
        host: host.as_deref(),
        uid: getuid().as_raw(),
    })
}

fn ask(handle: &PamHandle, prompt: &str, echo: Echo) -> Typed {
    let style = match echo {
        Echo::Shown => PAM_PROMPT_ECHO_ON,
        Echo::Hidden => PAM_PROMPT_ECHO_OFF,
    };
    let conversation: Conv<'_> = handle.get_item().ok().flatten().ok_or(Unheard)?;
    let answer = conversation.send(style, prompt).ok().flatten().ok_or(Unheard)?;
    // What is no text, or longer than libpam has answers, is no code either.
    let text = answer.as_str().ok().filter(|text| text.len() < LONGEST);
    Ok(Zeroizing::new(text.unwrap_or_default().to_owned()))
}

/// Shows a text.
pub fn tell(handle: &PamHandle, tone: Tone, text: &str) -> Result<(), Unheard> {
    let style = match tone {
        Tone::Info => PAM_TEXT_INFO,
        Tone::Error => PAM_ERROR_MSG,
    };
    let conversation: Conv<'_> = handle.get_item().ok().flatten().ok_or(Unheard)?;
    conversation.send(style, text).map(drop).map_err(|_| Unheard)
}

#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn monotonic() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the one place where the world enters")]
fn clock() -> Result<UnixTime, ClockError> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(|_| ClockError)?;
    Ok(UnixTime(since.as_secs()))
}
