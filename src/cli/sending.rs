//! Sending codes by SMS, for every command that does.

use mfa::GateError;
use mfa::audit::Caller;
use mfa::config::SmsConfig;
use mfa::domain::{AppName, Asked, PhoneNumber};
use mfa::send::SendError;
use mfa::sms::{Message, Proof, SmsError, send, send_proof};

use super::any_store::AnyStore;
use super::error::{CommandError, Result};
use super::gate::Gate;
use super::location::Location;
use super::{Env, Status};

/// Whether to send a code first, for every command that is a gate.
#[derive(clap::Args)]
pub struct SmsArgs {
    /// Send a code by SMS first, then ask for it on the terminal, or read it with `-o -`
    #[arg(long, conflicts_with = "push")]
    sms: bool,
}

impl SmsArgs {
    /// Sends a code if that is asked for, and there is a way to give it afterwards.
    pub fn send(
        &self,
        app: &AppName,
        code: Option<&str>,
        gate: &Gate,
        location: &Location,
        env: &Env<'_>,
    ) -> Result<()> {
        if !self.sms {
            return Ok(());
        }
        if !code.map_or_else(|| (env.terminal.tell)("").is_ok(), |code| code == "-") {
            let error = CommandError::usage("--sms sends a code that nobody has yet");
            return Err(error.hint("it is asked for on the terminal, or read with -o -"));
        }
        let asked = match gate {
            Gate::Store(store) => Sender::new(app, store, env)?.send(env)?,
            Gate::Server(server) => server.send_sms(app)?,
        };
        expect_sent(asked, app, location)
    }
}

/// What it takes to send a code.
pub struct Sender<'a> {
    app: &'a AppName,
    store: &'a AnyStore,
    config: SmsConfig,
    caller: Caller,
    nonce: [u8; 16],
}

impl<'a> Sender<'a> {
    /// Finds the app, and reads how codes are sent, before any is recorded.
    pub fn new(app: &'a AppName, store: &'a AnyStore, env: &Env<'_>) -> Result<Self> {
        store.account(app).map_err(GateError::from)?;
        if env.process.elevated {
            let why = "with rights that are not the caller's, no code is sent";
            return Err(CommandError::usage(why));
        }
        let missing = || {
            CommandError::usage("there is no SMS gateway to send codes with")
                .hint("the section [sms] of the store's config.toml describes one")
        };
        let config = store.config()?.sms.ok_or_else(missing)?;
        let (mut nonce, caller) = ([0; 16], (env.process.caller)());
        (env.random)(&mut nonce).map_err(CommandError::no_randomness)?;
        Ok(Self { app, store, config, caller, nonce })
    }

    /// Sends a code to the app's phone.
    pub fn send(&self, env: &Env<'_>) -> Result<Asked> {
        Ok(send(&**self.store, self.message(), &self.config.gateway, env.clock.now)?)
    }

    /// Sends a code to a number that is not the app's yet.
    pub fn send_proof(&self, phone: &PhoneNumber, env: &Env<'_>) -> Result<(Asked, Proof)> {
        let gateway = &self.config.gateway;
        Ok(send_proof(&**self.store, self.message(), phone, gateway, env.clock.now)?)
    }

    fn message(&self) -> Message<'_> {
        let Self { app, nonce, caller, config, .. } = self;
        let (nonce, per_hour) = (*nonce, Some(config.per_hour));
        Message { app, nonce, text: &config.text, per_hour, caller }
    }
}

/// Returns the error for a code that may not be sent, or else nothing.
pub fn expect_sent(asked: Asked, app: &AppName, location: &Location) -> Result<()> {
    let (status, why, hint) = match asked {
        Asked::Sent => return Ok(()),
        Asked::Throttled { retry_after } => {
            let hint = format!("try again in {retry_after} s");
            (Status::Throttled, "no code was sent, since there were others lately", hint)
        }
        Asked::NoPhone => {
            let hint = format!("{} +NUMBER", location.command("phone", app));
            (Status::NoSuchApp, "no code was sent, since the app has no phone", hint)
        }
        _ => {
            let hint = format!("its owner can unlock it: {}", location.command("unlock", app));
            (Status::Throttled, "no code was sent, since the app is disabled", hint)
        }
    };
    let error = CommandError::new(status, anyhow::Error::msg(why)).hint(hint);
    Err(error.because(asked.reason(), asked.retry_after()))
}

impl From<SmsError<SendError>> for CommandError {
    fn from(error: SmsError<SendError>) -> Self {
        match error {
            SmsError::Gate(error) => error.into(),
            SmsError::Gateway(error) => Self::from(error).because("gateway", None),
            error => Self::new(Status::Record, error),
        }
    }
}
