//! Asking the owner's devices in place of a code, for every command that is a gate.

use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use mfa::GateError;
use mfa::domain::{
    AppName, Approval, Asked, Bounded, Credential, Question, REDEEMED_WITHIN, Verdict,
};
use mfa::policy::Remember;
use mfa::push::{self, Ask, Waker, ask, cancel};
use mfa::remote::Server;

use super::any_store::AnyStore;
use super::env::Signals;
use super::error::{CommandError, Result};
use super::gate::{Gate, Judged, Presented};
use super::location::Location;
use super::{Env, Status};

/// The time between two looks at whether a signal has come.
const TICK: Duration = Duration::from_millis(50);

/// The ticks between two looks at the answer: a second.
const LOOK_AFTER: u32 = 20;

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
        let waker = Waker::from(store.config()?);
        let caller = &(env.process.caller)();
        let asked = ask(&**store, Ask { app, question, caller }, env.clock.now)?;
        expect_asked(asked, app, location)?;
        let now = (env.clock.now)()?;
        thread::scope(|scope| {
            let waking = scope.spawn(|| waker.wake(&**store, app, question, now));
            let approval = Approval { id: question.id, caller: None };
            let clock = env.clock.now;
            // It expires by itself where that fails.
            let cancel = || drop(cancel(&**store, app, &approval, caller, clock));
            show(question.number.into(), env).inspect_err(|_| cancel())?;
            while is_waiting(store, app, &approval, env)? {
                self.pause(&cancel);
            }
            let credential = (&Credential::Approval(approval.clone()), "");
            let (action, remember) = (self.action, self.remember);
            let judged = gate.judge(Presented { app, credential, action, remember }, env);
            self.heed(&cancel);
            for error in waking.join().unwrap_or_else(|panic| resume_unwind(panic)) {
                env.warn(&format!("a device may not have been woken: {error}"));
            }
            judged
        })
    }

    fn at_server(&self, server: &Server, location: &Location, env: &mut Env<'_>) -> Result<Judged> {
        let purpose = self.question.purpose.as_ref().map(Bounded::as_str);
        let challenge = match server.push(self.app, purpose)? {
            Ok(challenge) => challenge,
            Err(refused) => return Err(refusal(refused, self.app, location)),
        };
        let cancel = || drop(server.cancel(self.app, &challenge));
        show(challenge.number, env).inspect_err(|_| cancel())?;
        // A server that never says that it is over is not waited for for ever.
        for _ in 0..=(challenge.expires_in.saturating_add(REDEEMED_WITHIN)) / WAIT {
            let judged = self.attend(&cancel, || server.redeem(self.app, &challenge, WAIT))?;
            if judged.verdict != Verdict::Waiting {
                return Ok(judged.into());
            }
        }
        cancel();
        Ok(Judged::of(Verdict::Expired))
    }

    /// Waits for what somebody else does.
    fn attend<T: Send>(&self, cancel: &dyn Fn(), work: impl FnOnce() -> T + Send) -> T {
        thread::scope(|scope| {
            let working = scope.spawn(work);
            while !working.is_finished() {
                self.heed(cancel);
                thread::sleep(TICK);
            }
            // Whoever has asked that it end is not let in by what came meanwhile.
            self.heed(cancel);
            working.join().unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    /// Waits until the next look at the answer.
    fn pause(&self, cancel: &dyn Fn()) {
        for _ in 0..LOOK_AFTER {
            self.heed(cancel);
            thread::sleep(TICK);
        }
        self.heed(cancel);
    }

    /// Cancels, and ends the process, if a signal asks for that.
    fn heed(&self, cancel: &dyn Fn()) {
        if (self.signals.came)() {
            cancel();
            (self.signals.obey)();
        }
    }
}

/// Shows the number, which the devices do not know; fails where nobody can see it.
fn show(number: u8, env: &mut Env<'_>) -> Result<()> {
    env.stderr.line(&format!("Number: {number}"));
    if env.stderr.delivered().is_err() {
        let why = "the number could not be shown, and nobody can approve without it";
        return Err(CommandError::new(Status::Record, anyhow::Error::msg(why)));
    }
    if env.stderr.is_terminal {
        env.stderr.line("type it on your device to approve, within two minutes; Ctrl-C cancels");
    }
    Ok(())
}

fn is_waiting(store: &AnyStore, app: &AppName, approval: &Approval, env: &Env<'_>) -> Result<bool> {
    Ok(push::is_waiting(&**store, app, approval, (env.clock.now)()?).map_err(GateError::from)?)
}

fn expect_asked(asked: Asked, app: &AppName, location: &Location) -> Result<()> {
    if asked == Asked::Sent { Ok(()) } else { Err(refusal(asked, app, location)) }
}

/// Returns the error for devices that may not be asked.
fn refusal(asked: Asked, app: &AppName, location: &Location) -> CommandError {
    let (status, why, hint) = match asked {
        Asked::Throttled { retry_after } => {
            let unlock = location.command("unlock", app);
            let hint = format!(
                "use a code, or try again in {retry_after} s; its owner can end the wait: {unlock}"
            );
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
            let why = "no device was asked, since the app is disabled";
            (Status::Throttled, why, hint)
        }
    };
    let error = CommandError::new(status, anyhow::Error::msg(why)).hint(hint);
    error.because(asked.reason(), asked.retry_after())
}
