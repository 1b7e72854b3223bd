//! One attempt to log in, from the account to the end.

use std::net::IpAddr;

use mfa::audit::{Caller, Login};
use mfa::domain::AppName;
use mfa::policy::{Policy, Remember};
use mfa::remote::Server;
use mfa::store::Folder;

use crate::arguments::{Arguments, Newcomers};
use crate::end::End;
use crate::gate::{Failure, Gate, chain, enrolled, expect_store};
use crate::world::{Account, World};
use crate::{codes, deciding, enrolling, pushing};

/// Somebody who wants to log in, and all that is known of it.
pub struct Visit<'a> {
    pub args: &'a Arguments,
    pub login: &'a Login,
    pub caller: Caller,
    pub world: &'a World<'a>,
}

/// An app of somebody's, and the gate that knows it.
pub struct Door<'a> {
    pub gate: &'a Gate,
    pub app: &'a AppName,
    /// What the policy remembers with an acceptance.
    pub remember: Option<Remember>,
}

/// What is known of somebody before they are asked.
struct Known {
    /// Whether they may have devices to ask.
    has_devices: bool,
    /// What the policy remembers with an acceptance.
    remember: Option<Remember>,
}

/// Decides whether somebody is let in.
pub fn authenticate(args: &Arguments, login: &Login, world: &World<'_>) -> End {
    let account = match account(login, world) {
        Ok(account) => account,
        Err(end) => return end,
    };
    let caller = Caller { uid: world.uid, login: Some(login.clone()), ..Caller::default() };
    let visit = Visit { args, login, caller, world };
    let home = account.as_ref().map(|account| account.home.as_path());
    let gate = match Gate::open(&args.place, home, world) {
        Ok(gate) => gate,
        Err(why) => return End::Unavailable(why),
    };
    match account.and_then(|account| visit.app(&account)) {
        Some(app) => visit.at(&gate, &app),
        None => visit.at_nobody(&gate),
    }
}

/// Looks the account up.
pub fn account(login: &Login, world: &World<'_>) -> Result<Option<Account>, End> {
    (world.account)(login.user.as_deref().unwrap_or_default())
        .map_err(|error| End::Unavailable(format!("cannot look the account up: {error}")))
}

impl Visit<'_> {
    /// Returns the app of an account.
    fn app(&self, account: &Account) -> Option<AppName> {
        self.args.app.app(&account.name, self.login.service.as_deref().unwrap_or_default())
    }

    /// Returns the address that they come from; a name would be what the owner of the address calls it.
    pub fn address(&self) -> Option<IpAddr> {
        self.login.rhost.as_deref()?.parse().ok()
    }

    fn at(&self, gate: &Gate, app: &AppName) -> End {
        let decided = match gate {
            Gate::Store { folder, policy } => self.at_store(folder, policy.as_ref(), app),
            Gate::Server(server) => self.at_server(server, app),
        };
        match decided {
            Ok(Known { has_devices, remember }) => {
                let door = Door { gate, app, remember };
                let pushes = self.args.push && has_devices;
                if pushes { pushing::ask(self, &door) } else { codes::ask(self, Some(&door), None) }
            }
            Err(end) => end,
        }
    }

    /// Asks somebody who is nobody on this machine like everybody else, while others can be let in.
    fn at_nobody(&self, gate: &Gate) -> End {
        let there = match gate {
            Gate::Store { folder, .. } => expect_store(folder),
            Gate::Server(_) => Ok(()),
        };
        there.map_or_else(End::Unavailable, |()| codes::ask(self, None, None))
    }

    /// Returns what is known of who is asked for a code, or the end where none is asked for.
    fn at_store(
        &self,
        store: &Folder,
        policy: Option<&Policy>,
        app: &AppName,
    ) -> Result<Known, End> {
        let is_enrolled = enrolled(store, app).map_err(End::Unavailable)?.is_some();
        let enrols = self.args.newcomers == Newcomers::Enrolled;
        let remember = match policy.map(|policy| deciding::decide(self, store, app, policy)) {
            Some(Err(End::MustEnrol)) if enrols => return Err(enrolling::enrol(self, store, app)),
            decided => decided.transpose()?.flatten(),
        };
        match self.args.newcomers {
            _ if is_enrolled => Ok(Known { has_devices: true, remember }),
            Newcomers::Ignored => Err(End::Ignored),
            Newcomers::Enrolled => Err(enrolling::enrol(self, store, app)),
            // The gate is asked as for everybody else, so that what is wrong with it tells nothing.
            Newcomers::Refused => Ok(Known { has_devices: false, remember: None }),
        }
    }

    /// Does the same for a service, which keeps what a policy remembers to itself.
    fn at_server(&self, server: &Server, app: &AppName) -> Result<Known, End> {
        let known = Known { has_devices: true, remember: None };
        if self.args.newcomers != Newcomers::Ignored {
            return Ok(known);
        }
        match server.knows(app) {
            Ok(true) => Ok(known),
            Ok(false) => Err(End::Ignored),
            Err(error) => Err(End::Unavailable(chain(&error))),
        }
    }
}

/// What an attempt without a verdict ends with, if it ends it.
pub fn of_failure(failure: Failure) -> Option<End> {
    match failure {
        Failure::NoCode | Failure::NotEnrolled => None,
        Failure::Unavailable(why) => Some(End::Unavailable(why)),
    }
}
