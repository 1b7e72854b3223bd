//! Connections: how many there may be, how long they may take, and how they end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

use super::guard::Peer;
use super::socket::{Listener, Stream};

/// The number of connections at a time; more wait until one ends. Each takes some 30 kB.
const CONNECTIONS: usize = 1024;

/// The time in which the head of a request has to be there, also that of the next one on a connection
/// that is kept: what is idle makes room.
const HEAD: Duration = Duration::from_secs(10);

/// The longest head of a request in bytes, and the most headers in it.
const LONGEST_HEAD: usize = 16 * 1024;
const HEADERS: usize = 64;

/// The time that requests under way have to end in once the service is told to stop.
const STOPPING: Duration = Duration::from_secs(30);

/// The pause after a connection could not be accepted, for want of descriptors.
const RELIEF: Duration = Duration::from_millis(100);

/// Answers every connection of a listener until `stop` is done, and then what is under way.
pub(super) async fn answer(listener: Listener, router: Router, stop: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let ending = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let next = async {
            let room = Arc::clone(&room).acquire_owned().await;
            (room, listener.accept().await)
        };
        tokio::select! {
            () = &mut stop => break,
            next = next => match next {
                (Ok(room), Ok((stream, peer))) => hold(stream, peer, room, &router, &ending),
                _ => sleep(RELIEF).await,
            },
        }
    }
    drop(listener);
    let _ = timeout(STOPPING, ending.shutdown()).await;
}

/// Answers the requests of one connection, which takes its room until it ends.
fn hold(
    stream: Box<dyn Stream>,
    peer: Peer,
    room: OwnedSemaphorePermit,
    router: &Router,
    ending: &GracefulShutdown,
) {
    let router = router.clone();
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .auto_date_header(false)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_headers(HEADERS)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), answer);
    let connection = ending.watch(connection);
    tokio::spawn(async move {
        // It ended in some way; whoever asked knows.
        let _ = connection.await;
        drop(room);
    });
}
