use std::time::Duration;

use ureq::Agent;
use ureq::http::StatusCode;

use super::exchange::hand_over;
use super::request::Form;
use super::{Receiver, SendError, Wake};
use crate::domain::is_deceptive;
use crate::outgoing;

/// What stands for the parts of a notification in a template.
pub(crate) const PLACES: [&str; 4] = ["{app}", "{purpose}", "{origin}", "{device}"];

/// A service that shows notifications, such as ntfy; its secrets are wiped on drop.
#[derive(Clone)]
pub struct Notifier {
    pub(crate) form: Form,
    /// The statuses that say that it took the notification.
    pub(crate) ok: Vec<u16>,
    /// The client that it is asked with.
    pub(crate) agent: fn(Duration) -> Agent,
}

impl Notifier {
    /// Returns the same service, asked on the caller's thread alone.
    pub(crate) fn on_this_thread(self) -> Self {
        Self { agent: outgoing::agent_on_this_thread, ..self }
    }

    /// Tells that devices of these names are asked.
    ///
    /// Who asks chooses the purpose: what could forge a line or turn the reading direction goes out as
    /// a space.
    ///
    /// # Errors
    /// [`SendError`] if the service cannot be reached, does not answer in time, or refuses.
    pub fn tell(&self, wake: &Wake<'_>, devices: &str) -> Result<(), SendError> {
        let values = [wake.app.as_str(), wake.purpose.unwrap_or_default(), wake.origin, devices];
        let [app, purpose, origin, device] = values.map(|text| text.replace(is_deceptive, " "));
        let values: [&str; 4] = [&app, &purpose, &origin, &device];
        let filled: Vec<_> = PLACES.into_iter().zip(values).collect();
        let request = self.form.request(&filled)?;
        let is_good = |status: StatusCode| self.ok.contains(&status.as_u16());
        hand_over(request, Receiver::Notifier, self.agent, is_good)
    }
}
