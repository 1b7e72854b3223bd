use super::Service;
use super::problem::Problem;
use super::routes::AnyStore;

impl Service {
    /// Does something with the store on a thread of its own, since it may wait for a disk or a lock.
    ///
    /// What was begun is ended even where nobody waits for the answer any more.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        act: impl FnOnce(&AnyStore, &Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let service = self.clone();
        let done = tokio::task::spawn_blocking(move || act(&*service.store, &service)).await;
        // It panicked, and has let nobody in.
        done.unwrap_or_else(|_| Err(Problem::panicked()))
    }

    /// Does the same with something that hashes backup codes, of which few are done at a time.
    pub(super) async fn work_hashing<T: Send + 'static>(
        &self,
        act: impl FnOnce(&AnyStore, &Self) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let _turn = self.hashing.acquire().await;
        self.work(act).await
    }
}
