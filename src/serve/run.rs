//! Running the service, from its sockets to its end.

use std::io;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::listen::answer;
use super::socket::Listener;
use super::{Options, Service, router};

/// The threads that answer, and those that wait for the store.
const ANSWERING: usize = 2;
const WAITING: usize = 64;

/// The reasons why a service does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// An address or a socket that it cannot listen on.
    #[error("cannot listen on {0}")]
    Listen(String, #[source] io::Error),
    /// A system without threads or signals.
    #[error("cannot start")]
    Start(#[source] io::Error),
}

/// Runs the service until it is told to stop (SIGTERM or SIGINT), and calls `ready` with the place that
/// it listens on once it does.
///
/// # Errors
/// [`ServeError`] if it cannot begin.
pub fn serve(service: Service, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(ANSWERING)
        .max_blocking_threads(WAITING)
        .enable_all()
        .build();
    runtime.map_err(ServeError::Start)?.block_on(run(service, ready))
}

async fn run(service: Service, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    let stop = told_to_stop().map_err(ServeError::Start)?;
    let (listener, place) = listener(&service.options).await?;
    let for_metrics = match service.options.metrics {
        Some(address) => Some(bound(address.to_string(), Listener::on_address(address).await)?),
        None => None,
    };
    ready(&place);
    // Without systemd nobody wants to know.
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    let mut stopped = stop.clone();
    let answering = answer(listener, router(service.clone()), async move {
        let _ = stopped.wait_for(|stop| *stop).await;
        let _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
    });
    if let Some((for_metrics, _)) = for_metrics {
        tokio::spawn(answer(for_metrics, metrics(service), std::future::pending()));
    }
    answering.await;
    Ok(())
}

async fn listener(options: &Options) -> Result<(Listener, String), ServeError> {
    if let Some(path) = &options.socket {
        return bound(path.display().to_string(), Listener::on_socket(path));
    }
    bound(format!("http://{}", options.listen), Listener::on_address(options.listen).await)
}

fn bound(place: String, listener: io::Result<Listener>) -> Result<(Listener, String), ServeError> {
    match listener {
        Ok(listener) => Ok((listener, place)),
        Err(error) => Err(ServeError::Listen(place, error)),
    }
}

/// Waits for the signals that end a service, from now on.
fn told_to_stop() -> io::Result<watch::Receiver<bool>> {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (told, stop) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        let _ = told.send(true);
    });
    Ok(stop)
}

/// Returns the routes of the metrics, which have a listener of their own.
fn metrics(service: Service) -> Router {
    let metrics = |State(service): State<Service>| async move { service.metrics.text() };
    Router::new().route("/metrics", get(metrics)).with_state(service)
}
