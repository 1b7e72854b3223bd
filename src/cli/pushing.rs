//! Asking the owner's devices in place of a code, for every command that is a gate.

use std::thread;
use std::time::Duration;

use mfa::GateError;
use mfa::domain::{
    AppName, Approval, Asked, Bounded, Credential, Progress, Question, REDEEMED_WITHIN, Verdict,
};
use mfa::policy::Remember;
use mfa::push::{Ask, Waker, ask, cancel};
use mfa::remote::Server;

use super::any_store::AnyStore;
use super::env::Signals;
use super::error::{CommandError, Result};
use super::gate::{Gate, Judged, Presented};
use super::location::Location;
use super::{Env, Status};

/// The time between two looks at the answer.
const APART: Duration = Duration::from_secs(1);

/// The seconds that a server is asked to wait for an answer at a time, well within those after which it
/// counts as silent.
const WAIT: u64 = 5;

/// Whether the devices are asked, for every command that is a gate.
#[derive(clap::Args)]
pub struct PushArgs {
    /// Ask the owner's devices in place of a code: whoever has one types the number that is shown here
    #[arg(long, conflicts_with = "otp_code")]
    push: bool,
    /// What the devices show as the reason, in 256 bytes at most
    #[arg(long, value_name = "TEXT", requires = "push")]
    purpose: Option<Bounded<256>>,
}

/// A challenge to the devices of an app.
struct Asking<'a> {
    app: &'a AppName,
    /// What the gate is for, as the log states it.
    action: &'a str,
    remember: Option<&'a Remember>,
    question: Question,
    signals: Signals,
}

impl PushArgs {
    /// Reports whether the devices are asked.
    pub fn is_wanted(&self) -> bool {
        self.push
    }

    /// Asks the devices, waits for the answer, and has it judged.
    pub fn judge(
        &self,
        (app, action, remember): (&AppName, &str, Option<&Remember>),
        gate: &Gate,
        location: &Location,
        env: &mut Env<'_>,
    ) -> Result<Judged> {
        if env.process.elevated {
            let why = "with rights that are not the caller's, no device is asked";
            return Err(CommandError::usage(why));
        }
        let signals = (env.process.signals)()
            .map_err(|error| CommandError::new(Status::Record, error).context("cannot wait"))?;
        let drawn = Question::drawn(env.random).map_err(CommandError::no_randomness)?;
        let (purpose, host) = (self.purpose.clone(), (env.process.host)());
        let host = host.and_then(|host| host.parse().ok());
        let question = Question { purpose, host, ..drawn };
        let asking = Asking { app, action, remember, question, signals };
        match gate {
            Gate::Store(store) => asking.at_store(gate, store, location, env),
            Gate::Server(server) => asking.at_server(server, location, env),
        }
    }
}

impl Asking<'_> {
    fn at_store(
        &self,
        gate: &Gate,
        store: &AnyStore,
        location: &Location,
        env: &mut Env<'_>,
    ) -> Result<Judged> {
        let Self { app, question, .. } = self;
        let waker = waker(store)?;
        let caller = &(env.process.caller)();
        let asked = ask(&**store, Ask { app, question, caller }, env.clock.now)?;
        expect_asked(asked, app, location)?;
        let now = (env.clock.now)()?;
        thread::scope(|scope| {
            scope.spawn(|| waker.wake(&**store, app, question, now));
            show(question.number.into(), env);
            let approval = Approval { id: question.id, caller: None };
            while is_waiting(store, app, &approval, env)? {
                if (self.signals.came)() {
                    // It expires by itself.
                    let _ = cancel(&**store, app, &approval, caller, env.clock.now);
                    (self.signals.obey)();
                }
                thread::sleep(APART);
            }
            let credential = (&Credential::Approval(approval), "");
            let (action, remember) = (self.action, self.remember);
            gate.judge(Presented { app, credential, action, remember }, env)
        })
    }

    fn at_server(&self, server: &Server, location: &Location, env: &mut Env<'_>) -> Result<Judged> {
        let purpose = self.question.purpose.as_ref().map(Bounded::as_str);
        let challenge = match server.push(self.app, purpose)? {
            Ok(challenge) => challenge,
            Err(refused) => return Err(refusal(refused, self.app, location)),
        };
        show(challenge.number, env);
        // A server that never says that it is over is not waited for for ever.
        for _ in 0..=(challenge.expires_in.saturating_add(REDEEMED_WITHIN)) / WAIT {
            let judged = server.redeem(self.app, &challenge, WAIT)?;
            if judged.verdict != Verdict::Waiting {
                return Ok(judged.into());
            }
            if (self.signals.came)() {
                let _ = server.cancel(self.app, &challenge);
                (self.signals.obey)();
            }
        }
        let _ = server.cancel(self.app, &challenge);
        Ok(Judged::of(Verdict::Expired))
    }
}

/// Returns what wakes devices, as the configuration that belongs to the store describes it.
fn waker(store: &AnyStore) -> Result<Waker> {
    let config = store.config()?;
    #[cfg(feature = "service")]
    let origin = config.service.reached_at().to_string();
    #[cfg(not(feature = "service"))]
    let origin = String::new();
    Ok(Waker { push: config.push, notify: config.notify, origin })
}

/// Shows the number, which the devices do not know.
fn show(number: u8, env: &mut Env<'_>) {
    env.stderr.line(&format!("Number: {number}"));
    if env.stderr.is_terminal {
        env.stderr.line("type it on your device to approve, within two minutes; Ctrl-C cancels");
    }
}

fn is_waiting(store: &AnyStore, app: &AppName, approval: &Approval, env: &Env<'_>) -> Result<bool> {
    let now = (env.clock.now)()?;
    let account = store.account(app).map_err(GateError::from)?;
    let asked = account.push.asked_by(approval);
    Ok(asked.is_some_and(|asked| asked.at(now).progress == Progress::Waiting))
}

fn expect_asked(asked: Asked, app: &AppName, location: &Location) -> Result<()> {
    if asked == Asked::Sent { Ok(()) } else { Err(refusal(asked, app, location)) }
}

/// Returns the error for devices that may not be asked.
fn refusal(asked: Asked, app: &AppName, location: &Location) -> CommandError {
    let (status, why, hint) = match asked {
        Asked::Throttled { retry_after } => {
            let hint = format!("try again in {retry_after} s, or use a code");
            (Status::Throttled, "no device was asked, since there were others lately", hint)
        }
        Asked::Pending => {
            let hint = "answer that one first, or wait two minutes".into();
            (Status::Throttled, "no device was asked, since another challenge is open", hint)
        }
        Asked::NoDevice => {
            let hint = format!("{} --add", location.command("devices", app));
            (Status::NoSuchApp, "no device was asked, since the app has none", hint)
        }
        _ => {
            let hint = format!("its owner can unlock it: {}", location.command("unlock", app));
            let why = "no device was asked, since the app is disabled after too many failures";
            (Status::Throttled, why, hint)
        }
    };
    let error = CommandError::new(status, anyhow::Error::msg(why)).hint(hint);
    error.because(asked.reason(), asked.retry_after())
}
