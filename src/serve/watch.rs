use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch::{Receiver, Sender};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

use super::routes::AnyStore;
use crate::domain::{AppName, Challenge};
use crate::store::StoreError;

/// The time between two looks at the store: what a person does not notice who has just tapped a phone.
const APART: Duration = Duration::from_secs(1);

/// What is known of an app's last challenge; `None` for what could not be read.
pub(super) type Seen = Option<Option<Challenge>>;

/// Looks at the store once a second for all who wait for a challenge to change.
#[derive(Clone, Default)]
pub(super) struct Watch(Arc<Mutex<Watched>>);

#[derive(Default)]
struct Watched {
    apps: HashMap<AppName, Sender<Seen>>,
    is_looking: bool,
}

impl Watch {
    /// Waits until one of these challenges is another one than was seen, or the time is over.
    ///
    /// Nothing is decided by it: whoever waited then asks the store.
    pub(super) async fn wait(
        &self,
        store: &Arc<AnyStore>,
        seen: Vec<(AppName, Option<Challenge>)>,
        until: Instant,
    ) {
        let mut changes = JoinSet::new();
        for (app, seen) in seen {
            let mut receiver = self.receiver(store, app);
            // What was seen before this moment may be older than what the caller has seen.
            changes.spawn(async move {
                while receiver.changed().await.is_ok() {
                    if receiver.borrow().as_ref() != Some(&seen) {
                        return;
                    }
                }
            });
        }
        let _ = timeout_at(until, changes.join_next()).await;
    }

    fn receiver(&self, store: &Arc<AnyStore>, app: AppName) -> Receiver<Seen> {
        let mut watched = self.watched();
        let receiver = watched.apps.entry(app).or_default().subscribe();
        if !watched.is_looking {
            watched.is_looking = true;
            tokio::spawn(self.clone().look(Arc::clone(store)));
        }
        receiver
    }

    /// Looks until nobody waits any more.
    async fn look(self, store: Arc<AnyStore>) {
        while let Some(apps) = self.waited_for() {
            sleep(APART).await;
            let store = Arc::clone(&store);
            let read = move || apps.into_iter().map(|app| look_at(&*store, app)).collect();
            let seen: Vec<_> = tokio::task::spawn_blocking(read).await.unwrap_or_default();
            let watched = self.watched();
            for (app, seen) in seen {
                let tell = |sender: &Sender<Seen>| sender.send_replace(seen);
                watched.apps.get(&app).map(tell);
            }
        }
    }

    /// Returns the apps that somebody waits for, or says that nobody looks any more.
    fn waited_for(&self) -> Option<Vec<AppName>> {
        let mut watched = self.watched();
        watched.apps.retain(|_, sender| sender.receiver_count() > 0);
        watched.is_looking = !watched.apps.is_empty();
        watched.is_looking.then(|| watched.apps.keys().cloned().collect())
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn look_at(store: &AnyStore, app: AppName) -> (AppName, Seen) {
    let seen = match store.account(&app) {
        Ok(account) => Some(account.push.challenge),
        Err(StoreError::NoSuchApp(_)) => Some(None),
        Err(_) => None,
    };
    (app, seen)
}
