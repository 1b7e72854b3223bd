//! One attempt to log in, from the account to the end.

use std::net::IpAddr;

use mfa::audit::{Caller, Login};
use mfa::domain::AppName;
use mfa::policy::{Policy, Remember};
use mfa::remote::Server;
use mfa::store::Folder;

use crate::arguments::{Arguments, Newcomers};
use crate::end::End;
use crate::gate::{Failure, Gate, chain, is_enrolled};
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

/// Decides whether somebody is let in.
pub fn authenticate(args: &Arguments, login: &Login, world: &World<'_>) -> End {
    let account = match account(login, world) {
        Ok(account) => account,
        Err(end) => return end,
    };
    let caller = Caller { uid: world.uid, login: Some(login.clone()), ..Caller::default() };
    let visit = Visit { args, login, caller, world };
    // Whoever is nobody on this machine is asked all the same.
    let Some((app, account)) = account.and_then(|account| Some((visit.app(&account)?, account)))
    else {
        return codes::ask(&visit, None, None);
    };
    match Gate::open(&args.place, Some(&account.home), world) {
        Ok(gate) => visit.at(&gate, &app),
        Err(why) => End::Unavailable(why),
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
        let door = match decided {
            Ok(remember) => Door { gate, app, remember },
            Err(end) => return end,
        };
        if self.args.push { pushing::ask(self, &door) } else { codes::ask(self, Some(&door), None) }
    }

    /// Returns what to remember with an accepted code, or the end where none is asked for.
    fn at_store(
        &self,
        store: &Folder,
        policy: Option<&Policy>,
        app: &AppName,
    ) -> Result<Option<Remember>, End> {
        let enrols = self.args.newcomers == Newcomers::Enrolled;
        let remember = match policy.map(|policy| deciding::decide(self, store, app, policy)) {
            Some(Err(End::MustEnrol)) if enrols => return Err(enrolling::enrol(self, store, app)),
            decided => decided.transpose()?.flatten(),
        };
        match (is_enrolled(store, app), self.args.newcomers) {
            (Ok(true), _) => Ok(remember),
            (Ok(false), Newcomers::Ignored) => Err(End::Ignored),
            (Ok(false), Newcomers::Enrolled) => Err(enrolling::enrol(self, store, app)),
            (Ok(false), Newcomers::Refused) => Err(codes::ask(self, None, None)),
            (Err(error), _) => Err(End::Unavailable(chain(&error))),
        }
    }

    /// Does the same for a service, which keeps what a policy remembers to itself.
    fn at_server(&self, server: &Server, app: &AppName) -> Result<Option<Remember>, End> {
        if self.args.newcomers != Newcomers::Ignored {
            return Ok(None);
        }
        match server.knows(app) {
            Ok(true) => Ok(None),
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
