use std::time::Duration;

use ureq::Agent;
use ureq::http::header::AUTHORIZATION;
use ureq::http::{HeaderValue, Request, StatusCode};

use super::exchange::hand_over;
use super::{Contact, PushService, Receiver, SendError, Subscription, SubscriptionError, VapidKey};
use crate::domain::{ANSWERED_WITHIN, UnixTime};
use crate::outgoing;

/// What wakes browsers through their push services, by messages without content (RFC 8030).
///
/// What a woken browser shows it fetches from the service itself, so that nothing of it passes through
/// others.
#[derive(Clone)]
pub struct WebPush {
    key: VapidKey,
    contact: Contact,
    services: Vec<PushService>,
    /// The client that push services are asked with.
    agent: fn(Duration) -> Agent,
}

impl WebPush {
    /// Makes what wakes browsers that subscribed to this key; `services` are push services besides the
    /// known ones.
    #[must_use]
    pub fn new(key: VapidKey, contact: Contact, services: Vec<PushService>) -> Self {
        Self { key, contact, services, agent: outgoing::agent }
    }

    /// Returns the same, which asks push services on the caller's thread alone.
    pub(crate) fn on_this_thread(self) -> Self {
        Self { agent: outgoing::agent_on_this_thread, ..self }
    }

    /// Returns the key that a browser subscribes to (`applicationServerKey`).
    #[must_use]
    pub fn public_key(&self) -> String {
        self.key.public_key()
    }

    /// Checks a subscription, as a browser gives it or a record keeps it.
    ///
    /// # Errors
    /// [`SubscriptionError`] if it is none, or of a push service that is neither known nor listed.
    pub fn check(&self, subscription: &str) -> Result<Subscription, SubscriptionError> {
        Subscription::read(subscription, &self.services)
    }

    /// Wakes a browser.
    ///
    /// # Errors
    /// [`SendError::Gone`] if the browser no longer has the subscription; else another [`SendError`].
    pub fn wake(&self, subscription: &Subscription, now: UnixTime) -> Result<(), SendError> {
        let request = self.request(subscription, now)?;
        let is_good = |status: StatusCode| status.is_success();
        hand_over(request, Receiver::PushService, self.agent, is_good).map_err(|error| {
            match error {
                // RFC 8030 §7.3 names 404; Mozilla, Apple and Microsoft say 410.
                SendError::Refused(_, status) if is_gone(status) => SendError::Gone,
                error => error,
            }
        })
    }

    fn request(
        &self,
        subscription: &Subscription,
        now: UnixTime,
    ) -> Result<Request<Vec<u8>>, SendError> {
        let unsendable = |why: &dyn ToString| SendError::Unsendable(why.to_string());
        let authorization = self.key.authorization(subscription.origin(), &self.contact, now);
        let mut authorization =
            HeaderValue::from_str(&authorization).map_err(|error| unsendable(&error))?;
        authorization.set_sensitive(true);
        Request::post(subscription.endpoint())
            // Whoever cannot be woken in time has nothing left to answer.
            .header("ttl", ANSWERED_WITHIN)
            .header("urgency", "high")
            .header(AUTHORIZATION, authorization)
            .body(Vec::new())
            .map_err(|error| unsendable(&error))
    }
}

fn is_gone(status: u16) -> bool {
    [StatusCode::NOT_FOUND, StatusCode::GONE].iter().any(|gone| gone.as_u16() == status)
}
