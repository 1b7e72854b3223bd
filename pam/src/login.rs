//! One attempt to log in, from the account to the end.

use std::net::IpAddr;

use mfa::audit::{Caller, Login};
use mfa::domain::AppName;

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
    pub remember: Option<mfa::policy::Remember>,
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
        let mut door = Door { gate, app, remember: None };
        if let Gate::Store { folder, policy } = gate {
            if let Some(policy) = policy {
                match deciding::decide(self, folder, app, policy) {
                    Ok(remember) => door.remember = remember,
                    Err(End::MustEnrol) if self.args.newcomers == Newcomers::Enrolled => {
                        return enrolling::enrol(self, folder, app);
                    }
                    Err(end) => return end,
                }
            }
            match (is_enrolled(folder, app), self.args.newcomers) {
                (Err(error), _) => return End::Unavailable(chain(&error)),
                (Ok(true), _) => {}
                (Ok(false), Newcomers::Ignored) => return End::Ignored,
                (Ok(false), Newcomers::Enrolled) => return enrolling::enrol(self, folder, app),
                (Ok(false), Newcomers::Refused) => return codes::ask(self, None, None),
            }
        }
        if self.args.push { pushing::ask(self, &door) } else { codes::ask(self, Some(&door), None) }
    }
}

/// What an attempt without a verdict ends with, if it ends it.
pub fn of_failure(failure: Failure) -> Option<End> {
    match failure {
        Failure::NoCode | Failure::NotEnrolled => None,
        Failure::Unavailable(why) => Some(End::Unavailable(why)),
    }
}
