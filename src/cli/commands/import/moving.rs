//! Moving a whole store over, with what its codes, policies and callers remember.

use std::collections::BTreeSet;
use std::path::Path;

use mfa::domain::{AppName, Enrolment, SmsQuota, quoted};
use mfa::policy::PolicyMemory;
use mfa::store::StoreError;

use super::report::{Arrival, Report};
use super::{Args, BATCH};
use crate::cli::any_store::AnyStore;
use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::table::count;
use crate::cli::{Env, Status, audit};

/// A store that is moved into another.
struct Move<'a> {
    from: AnyStore,
    to: AnyStore,
    /// What is in the other store already.
    taken: BTreeSet<AppName>,
    dry_run: bool,
    arrivals: Vec<Arrival>,
    status: Status,
    location: &'a Location,
}

pub fn run(from: &Path, args: &Args, location: &Location, env: &mut Env<'_>) -> Result<Status> {
    let [from, to] = location.find_both(from, env)?;
    expect_store(&from)?;
    to.expect_key_if_sealed()?;
    let taken = to.apps()?.into_iter().collect();
    let (dry_run, status) = (args.dry_run, Status::Done);
    let mut moved = Move { from, to, taken, dry_run, arrivals: Vec::new(), status, location };
    for batch in moved.from.apps()?.chunks(BATCH) {
        moved.apps(batch, env)?;
    }
    let notes = if dry_run { Vec::new() } else { moved.told_rest(env) };
    let Move { arrivals, status, .. } = moved;
    Report { arrivals: &arrivals, failed: &[], notes: &notes, dry_run }.say(args.json, env);
    Ok(match status {
        Status::Done if arrivals.is_empty() && notes.is_empty() => Status::Usage,
        Status::Done if !arrivals.iter().all(Arrival::is_in) => Status::Refused,
        status => status,
    })
}

/// Fails for a folder that is none: whoever mistyped its name would believe that all is moved.
fn expect_store(from: &AnyStore) -> Result<()> {
    match from.folder().filter(|folder| !folder.exists()) {
        Some(folder) => Err(StoreError::NoStore(folder.root().into()).into()),
        None => Ok(()),
    }
}

impl Move<'_> {
    /// Moves apps; one that cannot be read or is there already does not stop the others.
    fn apps(&mut self, apps: &[AppName], env: &mut Env<'_>) -> Result<()> {
        let mut new = Vec::with_capacity(apps.len());
        for app in apps {
            match self.from.get(app) {
                _ if self.taken.contains(app) => self.arrivals.push(exists(app)),
                Ok(enrolment) => new.push((app.clone(), enrolment)),
                // It was removed since.
                Err(StoreError::NoSuchApp(_)) => {}
                Err(error) => self.refuse(app, error, env),
            }
        }
        if self.dry_run {
            self.arrivals.extend(new.iter().map(arrived));
            return Ok(());
        }
        let results = self.to.enrol_all(&new, &mut || {})?;
        let done = new.iter().zip(&results).filter(|(_, result)| result.is_ok());
        audit::record_all_done(&*self.to, done.map(|((app, _), _)| app), "import", env);
        for (moved, result) in new.iter().zip(results) {
            match result {
                Ok(()) => self.arrivals.push(arrived(moved)),
                Err(StoreError::Exists(_)) => self.arrivals.push(exists(&moved.0)),
                Err(error) => self.refuse(&moved.0, error, env),
            }
        }
        Ok(())
    }

    fn refuse(&mut self, app: &AppName, error: StoreError, env: &mut Env<'_>) {
        let error = CommandError::from(error);
        self.arrivals.push(Arrival::Refused { what: app.to_string(), why: error.text() });
        let left = format!("{} is not moved", quoted(app.as_str()));
        self.status = tell(&error.context(left), env, self.location);
    }

    /// Moves what is kept besides apps, and returns what there was, or reports why not.
    fn told_rest(&mut self, env: &mut Env<'_>) -> Vec<String> {
        self.rest().unwrap_or_else(|error| {
            self.status = tell(&error, env, self.location);
            Vec::new()
        })
    }

    /// Moves what is kept besides apps, and says what there was.
    fn rest(&self) -> Result<Vec<String>> {
        let names = self.from.policy_names()?;
        for name in &names {
            let memory = self.from.policy_memory(name)?.unwrap_or_default();
            let mut over = |there: &PolicyMemory| memory.clone().moved_over(there);
            self.to.change_policy_memory(name, &mut over)?;
        }
        self.quota()?;
        let remembered = (!names.is_empty()).then(|| {
            format!("what policies remember is moved too: {}", count(names.len(), "name"))
        });
        Ok(remembered.into_iter().chain(self.clients()?).collect())
    }

    fn quota(&self) -> Result<()> {
        let mut from = SmsQuota::default();
        self.from.change_sms_quota(&mut |quota| {
            from = *quota;
            from
        })?;
        if from != SmsQuota::default() {
            let more = |there: &SmsQuota| if there.sent < from.sent { from } else { *there };
            self.to.change_sms_quota(&mut |there| more(there))?;
        }
        Ok(())
    }

    /// Moves the callers of the service that are not there yet.
    #[cfg(feature = "service")]
    fn clients(&self) -> Result<Option<String>> {
        let clients = self.from.clients()?;
        if clients.is_empty() {
            return Ok(None);
        }
        let mut moved = 0;
        self.to.change_clients(&mut |there| {
            let is_new = |client: &&mfa::client::Client| {
                !there.iter().any(|other| other.clashes_with(client))
            };
            let new: Vec<_> = clients.iter().filter(is_new).cloned().collect();
            moved = new.len();
            [there, &new].concat()
        })?;
        Ok(Some(format!("{} of {} moved too", moved, count(clients.len(), "client"))))
    }

    #[cfg(not(feature = "service"))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "this build serves nobody")]
    fn clients(&self) -> Result<Option<String>> {
        Ok(None)
    }
}

fn arrived((app, enrolment): &(AppName, Enrolment)) -> Arrival {
    let bits = enrolment.secret.bits();
    Arrival::Imported {
        app: app.clone(),
        otp: enrolment.account.otp,
        bits,
        unfit: None,
        wanted: None,
    }
}

fn exists(app: &AppName) -> Arrival {
    Arrival::Skipped { what: app.to_string(), why: "exists already".into() }
}
