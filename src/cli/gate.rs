//! The gate that a command asks: that of a store, or one elsewhere.

use mfa::domain::{AppName, Credential, Factor, Verdict};
use mfa::policy::Remember;
#[cfg(feature = "remote")]
use mfa::remote::Server;
use mfa::store::StoreError;
use mfa::{Attempt, Authentication, GateError, Notices};

use super::Env;
use super::any_store::AnyStore;
use super::error::Result;
use super::location::Location;
use super::remembering::RememberArgs;
#[cfg(feature = "remote")]
use super::server::ServerArgs;

/// The gate to ask, as far as the arguments give it.
#[derive(clap::Args)]
pub struct GateArgs {
    #[cfg(feature = "remote")]
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    pub remember: RememberArgs,
}

/// A gate.
pub enum Gate {
    /// That of a store on this machine.
    Store(AnyStore),
    /// That of a service.
    #[cfg(feature = "remote")]
    Server(Server),
}

/// An attempt, whichever gate judges it.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    pub app: &'a AppName,
    /// The credential, and its text as it was typed.
    pub credential: (&'a Credential, &'a str),
    /// Its purpose, as the log states it.
    pub action: &'a str,
    pub remember: Option<&'a Remember>,
}

/// The verdict of a gate, and what its owner should hear with it.
pub struct Judged {
    pub verdict: Verdict,
    /// The factor of what was presented, if the gate says so.
    pub factor: Option<Factor>,
    pub backup_codes_left: Option<usize>,
    /// Why nothing was remembered with an acceptance.
    pub unremembered: Option<StoreError>,
    /// What the owner should hear after an acceptance.
    pub notices: Notices,
    /// Whether the factors are suspended, since they were stolen.
    pub suspended: bool,
}

impl GateArgs {
    /// Finds the gate.
    #[cfg_attr(
        not(feature = "remote"),
        expect(clippy::unused_self, reason = "this build asks no server")
    )]
    pub fn find(&self, location: &Location, env: &Env<'_>) -> Result<Gate> {
        #[cfg(feature = "remote")]
        if let Some(server) = self.server.find(location, env)? {
            self.remember.expect_none()?;
            return Ok(Gate::Server(server));
        }
        Ok(Gate::Store(location.find(env)?))
    }
}

impl Gate {
    /// Fails for an app that is not there, as far as that can be known before a code is presented.
    pub fn expect_app(&self, app: &AppName) -> Result<(), GateError> {
        match self {
            Self::Store(store) => store.get(app).map(drop).map_err(GateError::from),
            #[cfg(feature = "remote")]
            Self::Server(_) => Ok(()),
        }
    }

    /// Presents a credential.
    pub fn judge(&self, presented: Presented<'_>, env: &Env<'_>) -> Result<Judged> {
        let Presented { app, credential, action, remember } = presented;
        match self {
            Self::Store(store) => {
                let caller = &(env.process.caller)();
                let credential = credential.0;
                let attempt = Attempt { app, credential, action, caller, remember };
                Ok(mfa::authenticate(&**store, attempt, env.clock.now)?.into())
            }
            #[cfg(feature = "remote")]
            Self::Server(server) => Ok(server.verify(app, credential.1)?.into()),
        }
    }

    /// Returns a command on an app of this gate, for its owner.
    pub fn command(&self, name: &str, app: &AppName, location: &Location) -> String {
        let command = location.command(name, app);
        match self {
            Self::Store(_) => command,
            #[cfg(feature = "remote")]
            Self::Server(_) => format!("{command}, on the server"),
        }
    }
}

impl Judged {
    /// Returns a verdict about which nothing else is known.
    #[cfg(feature = "remote")]
    pub fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            factor: None,
            backup_codes_left: None,
            unremembered: None,
            notices: Notices::default(),
            suspended: false,
        }
    }
}

impl From<Authentication> for Judged {
    fn from(judged: Authentication) -> Self {
        Self {
            notices: judged.notices(),
            verdict: judged.verdict,
            factor: Some(judged.factor),
            backup_codes_left: Some(judged.backup_codes_left),
            unremembered: judged.unremembered,
            suspended: judged.suspended,
        }
    }
}

#[cfg(feature = "remote")]
impl From<mfa::remote::Judged> for Judged {
    fn from(judged: mfa::remote::Judged) -> Self {
        let mfa::remote::Judged { verdict, factor, backup_codes_left, notices } = judged;
        Self { factor, backup_codes_left, notices, ..Self::of(verdict) }
    }
}
