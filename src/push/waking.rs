use super::subscribe;
use crate::config::Config;
use crate::domain::{AppName, Bounded, Question, UnixTime};
use crate::send::{self, Notifier, SendError, Wake, WebPush};
use crate::store::Store;

/// What wakes the devices of an app once they are asked something.
///
/// The page on them looks for itself as well, so that nothing depends on it.
#[derive(Clone, Default)]
pub struct Waker {
    /// What wakes the browsers that have subscribed to it.
    pub push: Option<WebPush>,
    /// What tells the owner in another way.
    pub notify: Option<Notifier>,
    /// The address of the page.
    pub origin: String,
}

/// Wakes as the configuration of a store describes it.
impl From<Config> for Waker {
    fn from(config: Config) -> Self {
        let origin = config.reached_at().to_string();
        Self { push: config.push, notify: config.notify, origin }
    }
}

impl Waker {
    /// Returns the same, for a program that is not ours: once it returns, all its threads have ended, even
    /// where the name service hangs. It waits for that as long as the system does.
    #[must_use]
    pub fn leaving_no_thread(self) -> Self {
        let (push, notify) = (self.push, self.notify);
        let push = push.map(WebPush::on_this_thread);
        Self { push, notify: notify.map(Notifier::on_this_thread), ..self }
    }

    /// Wakes the devices of an app, and forgets the subscriptions that have ended; returns what failed.
    ///
    /// It is left at that: who does not wake looks at the page.
    pub fn wake(
        &self,
        store: &(impl Store + ?Sized),
        app: &AppName,
        question: &Question,
        now: UnixTime,
    ) -> Vec<SendError> {
        let Ok(account) = store.account(app) else { return Vec::new() };
        let purpose = question.purpose.as_ref().map(Bounded::as_str);
        let wake = Wake { app, purpose, origin: &self.origin };
        let (push, notify) = (self.push.as_ref(), self.notify.as_ref());
        let woken = send::wake(&account.push.devices, push, notify, &wake, now);
        for gone in woken.iter().filter_map(send::Outcome::gone) {
            let _ = subscribe(store, app, gone, None);
        }
        let failed = |outcome: send::Outcome| outcome.result.err();
        woken.into_iter().filter_map(failed).filter(|error| *error != SendError::Gone).collect()
    }
}
