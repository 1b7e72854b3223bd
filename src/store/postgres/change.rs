//! The one statement by which a code is accepted: it changes an app only if nobody else did since it
//! was read, and logs that, in one commit.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_postgres::types::Type;

use super::Postgres;
use super::app::App;
use super::failure::{Failure, PATIENCE};
use super::session::{Session, Value};
use super::settings::guard;
use crate::audit::Event;
use crate::domain::{AppName, Enrolment};
use crate::store::StoreError;
use crate::store::sealing::SealedRow;

/// The longest pause before another try, in milliseconds, for each try before it.
const PAUSE: u64 = 4;

/// What becomes of an app, if it is to be another, and the event to log, if any.
pub(super) type Decided = (Option<Enrolment>, Option<Event>);

impl Postgres {
    /// Replaces an app by what `decide` makes of it, if anything, until nobody was faster; it may have
    /// been read already.
    pub(super) async fn change_app(
        &self,
        session: &Session,
        app: &AppName,
        mut read: Option<App>,
        decide: &mut dyn FnMut(&Enrolment) -> Decided,
    ) -> Result<(), Failure> {
        // What was tried in time should be told in time.
        let until = Instant::now() + PATIENCE.mul_f32(0.8);
        let mut refused = None;
        for tries in 1.. {
            let now = match read.take() {
                Some(app) => app,
                None => self.app(session, app).await?,
            };
            let App { version, enrolment, .. } = now;
            if refused == Some(version) {
                return Err(Failure::NoStandby);
            }
            let (new, event) = match decide(&enrolment) {
                (Some(new), event) => (new, event),
                (None, Some(event)) => return self.append(session, &[event]).await,
                (None, None) => return Ok(()),
            };
            let row = self.sealed_app(app, version + 1, &new)?;
            if self.replaced(session, app, version, &row, event.as_ref()).await? {
                return Ok(());
            }
            if Instant::now() > until {
                break;
            }
            refused = Some(version);
            sleep(Duration::from_micros(self.drawn(1000 * PAUSE * tries))).await;
        }
        Err(StoreError::Busy.into())
    }

    /// Replaces the row of this version and logs the event, or reports that neither was done.
    async fn replaced(
        &self,
        session: &Session,
        app: &AppName,
        version: i64,
        row: &SealedRow,
        event: Option<&Event>,
    ) -> Result<bool, Failure> {
        let update = format!(
            "UPDATE mfa.app SET version = version + 1, key_id = $1, record = $2 \
             WHERE name = $3 AND version = $4 AND {} RETURNING name",
            guard(&self.url)
        );
        let name = app.as_str();
        let mut values: Vec<Value<'_>> = vec![
            (&row.key_id, Type::TEXT),
            (&row.record, Type::BYTEA),
            (&name, Type::TEXT),
            (&version, Type::INT8),
        ];
        let Some(event) = event else {
            return Ok(!session.recorded(&update, &values).await?.is_empty());
        };
        let logged = format!(
            "WITH w AS ({update}) \
             INSERT INTO mfa.audit (app, event) SELECT $5, $6::jsonb FROM w RETURNING 1"
        );
        let line = event.to_line();
        values.extend([(&event.app as _, Type::TEXT), (&line as _, Type::TEXT)]);
        Ok(!session.recorded(&logged, &values).await?.is_empty())
    }

    /// Draws a number below a limit, so that those who were late do not all come again at once.
    fn drawn(&self, below: u64) -> u64 {
        let drawn = self.keys.as_ref().map_or(0, |keys| keys.drawn());
        drawn % below
    }
}
