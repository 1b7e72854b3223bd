use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::thread;

use tokio::sync::Semaphore;

use super::failures::Failures;
use super::journal::Journal;
use super::log::NotWoken;
use super::metrics::Metrics;
use super::passkeys::Passkeys;
use super::routes::AnyStore;
use super::watch::Watch;
use super::{Options, World};
use crate::config::{OriginError, SmsConfig};
use crate::domain::{AppName, Question, UnixTime, escaped};
use crate::push::Waker;
use crate::send::WebPush;
use crate::store::Store;

/// The number of backup codes that are hashed at a time, each in 19 MiB: what is asked at once must
/// not exhaust the memory of all.
const HASHED_AT_ONCE: usize = 4;

/// A service: the store, and all that a request is answered by.
#[derive(Clone)]
pub struct Service {
    pub(super) store: Arc<AnyStore>,
    pub(super) options: Arc<Options>,
    pub(super) world: World,
    pub(super) hashing: Arc<Semaphore>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) journal: Arc<Journal>,
    pub(super) sms: Option<Arc<SmsConfig>>,
    pub(super) passkeys: Arc<Passkeys>,
    pub(super) watch: Watch,
    pub(super) waker: Arc<Waker>,
    /// The failures of networks, and those with names that no app has.
    pub(super) networks: Arc<Failures<IpAddr>>,
    pub(super) unknown: Arc<Failures<AppName>>,
}

impl Service {
    /// Returns a service for a store.
    ///
    /// # Errors
    /// [`OriginError`] if a browser keeps no passkey for the origin.
    pub fn new(
        store: impl Store + Send + Sync + 'static,
        options: Options,
        world: World,
    ) -> Result<Self, OriginError> {
        let passkeys = Arc::new(Passkeys::new(&options.origin)?);
        Ok(Self {
            store: Arc::new(store),
            options: Arc::new(options),
            world,
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            metrics: Arc::default(),
            journal: Arc::new(Journal::new(world.log)),
            sms: None,
            passkeys,
            watch: Watch::default(),
            waker: Arc::default(),
            networks: Arc::default(),
            unknown: Arc::default(),
        })
    }

    /// Draws the random bits of an identifier.
    pub(super) fn drawn(&self) -> io::Result<[u8; 16]> {
        let mut bits = [0; 16];
        (self.world.random)(&mut bits)?;
        Ok(bits)
    }

    /// Returns the same service with what wakes devices.
    #[must_use]
    pub fn with_waker(self, waker: Waker) -> Self {
        Self { waker: Arc::new(waker), ..self }
    }

    /// Wakes the devices of an app, for which nobody waits.
    pub(super) fn wake(&self, app: AppName, question: Question, now: UnixTime) {
        let service = self.clone();
        let wake = move || {
            for error in service.waker.wake(&*service.store, &app, &question, now) {
                let line = NotWoken {
                    time: now.to_rfc3339(),
                    app: escaped(app.as_str()),
                    cause: error.to_string(),
                };
                service.journal.add(line.to_json());
            }
        };
        // Without a thread for it, the devices look for themselves.
        let _ = thread::Builder::new().spawn(wake);
    }

    /// Returns the key by which a browser subscribes to be woken.
    pub(super) fn vapid(&self) -> Option<String> {
        self.waker.push.as_ref().map(WebPush::public_key)
    }

    /// Returns the same service with a gateway that takes texts to phones.
    #[must_use]
    pub fn with_sms(self, sms: Option<SmsConfig>) -> Self {
        Self { sms: sms.map(Arc::new), ..self }
    }
}
