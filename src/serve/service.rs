use std::sync::Arc;

use tokio::sync::Semaphore;

use super::journal::Journal;
use super::metrics::Metrics;
use super::routes::AnyStore;
use super::{Options, World};
use crate::config::SmsConfig;
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
}

impl Service {
    /// Returns a service for a store.
    #[must_use]
    pub fn new(store: impl Store + Send + Sync + 'static, options: Options, world: World) -> Self {
        Self {
            store: Arc::new(store),
            options: Arc::new(options),
            world,
            hashing: Arc::new(Semaphore::new(HASHED_AT_ONCE)),
            metrics: Arc::default(),
            journal: Arc::new(Journal::new(world.log)),
            sms: None,
        }
    }

    /// Returns the same service with a gateway that takes texts to phones.
    #[must_use]
    pub fn with_sms(self, sms: Option<SmsConfig>) -> Self {
        Self { sms: sms.map(Arc::new), ..self }
    }
}
