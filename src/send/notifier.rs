use super::exchange::hand_over;
use super::request::Form;
use super::{Receiver, SendError, Wake};
use crate::domain::is_deceptive;

/// What stands for the parts of a notification in a template.
pub(crate) const PLACES: [&str; 4] = ["{app}", "{purpose}", "{origin}", "{device}"];

/// A service that shows notifications, such as ntfy; its secrets are wiped on drop.
#[derive(Clone)]
pub struct Notifier {
    pub(crate) form: Form,
    /// The statuses that say that it took the notification.
    pub(crate) ok: Vec<u16>,
}

impl Notifier {
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
        hand_over(request, Receiver::Notifier, |status| self.ok.contains(&status.as_u16()))
    }
}
