//! What is wrong with a database as a store, for its administrator.

use tokio_postgres::Row;

use super::Postgres;
use super::failure::{Failure, Purpose};
use super::session::Session;
use super::settings::Settings;
use super::standby::Standbys;
use crate::domain::{UnixTime, quoted};
use crate::store::{Finding, StoreError};

/// The seconds by which two clocks that are kept right may differ.
const DRIFT: u64 = 5;

/// What an inspection finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The version of the server.
    pub server: String,
    /// The role that we are, and what it may do.
    pub role: String,
    /// What confirms changes.
    pub standby: String,
    /// The number of apps.
    pub apps: usize,
    /// What is wrong.
    pub problems: Vec<Finding>,
}

const SERVER: &str = "SELECT current_setting('server_version'), current_user::text, \
    extract(epoch FROM clock_timestamp())::bigint, \
    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), \
    pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'mfa.app'::regclass), 'USAGE'), \
    has_table_privilege('mfa.app', 'DELETE'), \
    (SELECT count(*) FROM pg_stat_replication)";

impl Postgres {
    /// Looks for what is wrong with the server's settings, our role, the clocks and the records.
    ///
    /// # Errors
    /// [`StoreError`] if there is no store to be looked at.
    pub fn inspect(&self, now: UnixTime) -> Result<Inspection, StoreError> {
        let mut found = self.asked(None, Purpose::Reading, async |session, settings, _| {
            settings.expect_schema(&self.url)?;
            self.of_server(session, settings, now).await
        })?;
        for app in self.pages() {
            found.apps += 1;
            found.problems.extend(app?.1.err().map(Finding::from));
        }
        Ok(found)
    }

    async fn of_server(
        &self,
        session: &Session,
        settings: &Settings,
        now: UnixTime,
    ) -> Result<Inspection, Failure> {
        let row = session.row(SERVER, &[]).await?.ok_or(Failure::Late)?;
        let standbys = Standbys::parsed(&settings.standby_names);
        let (role, power) = role(&row)?;
        let problems = [
            power,
            self.of_commit(settings),
            standbys.problem(row.try_get(6)?),
            drift(row.try_get(2)?, now),
        ];
        Ok(Inspection {
            server: format!("PostgreSQL {}", row.try_get::<_, &str>(0)?),
            role,
            standby: standbys.to_string(),
            apps: 0,
            problems: problems.into_iter().flatten().map(Finding::of).collect(),
        })
    }

    /// Returns what is wrong where a change counts before another server has it.
    fn of_commit(&self, settings: &Settings) -> Option<String> {
        if !self.url.needs_standby {
            return Some(
                "standby=none: a code that was accepted opens again where the server is lost, and \
                 an older copy takes its place"
                    .into(),
            );
        }
        let why = "every change is refused, since no standby is to confirm it";
        settings.expect_lasting(&self.url).is_err().then(|| why.into())
    }
}

/// Returns who we are, and what is wrong with that.
fn role(row: &Row) -> Result<(String, Option<String>), Failure> {
    let [is_super, owns, deletes] =
        [row.try_get(3)?, row.try_get(4)?, row.try_get(5)?].map(Option::unwrap_or_default);
    let name = quoted(row.try_get(1)?);
    let told = match (is_super, owns, deletes) {
        (true, ..) => "a superuser",
        (_, true, _) => "the owner of the tables",
        (.., true) => "an administrator",
        _ => "a gate",
    };
    let much = format!("{name} is {told}, which can change the log: a role for init alone");
    Ok((format!("{name}, {told}"), (is_super || owns).then_some(much)))
}

/// Returns what is wrong with two clocks that differ.
fn drift(theirs: i64, UnixTime(ours): UnixTime) -> Option<String> {
    let drift = u64::try_from(theirs).unwrap_or_default().abs_diff(ours);
    let told = format!("the clocks of this machine and of the database differ by {drift} s");
    (drift > DRIFT).then_some(told)
}
