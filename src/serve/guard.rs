//! What every request passes before its route: the name of the host, and the service's log.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tokio::time::Instant;

use super::Service;
use super::caller::Asking;
use super::client_address::client_address;
use super::log::Line;
use super::metrics::Counted;
use super::problem::Problem;
use crate::domain::UnixTime;

/// The peer of a connection; none for a socket of this machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) Option<SocketAddr>);

/// Passes a request on if it is meant for this host, and logs what became of it.
pub(super) async fn guard(
    State(service): State<Service>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let asking = asking(&service, &request);
    request.extensions_mut().insert(asking.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "none".into());
    let mut response = match expect_host(&service, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    let status = response.status().as_u16();
    let problem = response.extensions().get::<Problem>();
    let reason = problem.map_or("", Problem::reason);
    let seconds = began.elapsed().as_secs_f64();
    service.metrics.count(&Counted { method: &method, route: &route, status, reason, seconds });
    let now = (service.world.clock)().ok();
    let line = Line {
        time: now.map(UnixTime::to_rfc3339),
        method: method.as_str(),
        route: &route,
        app: asking.app.get().map(String::as_str),
        client: asking.client.get().map(String::as_str),
        address: asking.address.map(|address| address.to_string()),
        status,
        reason,
        cause: problem.and_then(Problem::cause),
        ms: (seconds * 1e6).round() / 1e3,
    };
    service.journal.add(line.to_json());
    if let Some(date) = now.and_then(date) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

fn asking(service: &Service, request: &Request) -> Asking {
    let peer = request.extensions().get::<Peer>().and_then(|peer| peer.0);
    let peer: Option<IpAddr> = peer.map(|peer| peer.ip());
    let address = client_address(peer, request.headers(), &service.options.trusted_proxies);
    Asking { address, ..Asking::default() }
}

/// Returns the date of an answer (RFC 9110 §5.6.7); hyper's own panics before 1970 and after 9999.
fn date(now: UnixTime) -> Option<HeaderValue> {
    let time = Timestamp::from_second(now.0.try_into().ok()?).ok()?;
    HeaderValue::from_str(&time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()
}

/// Fails for a name that is not ours: a page of another site may have had its own name lead here.
fn expect_host(service: &Service, request: &Request) -> Result<(), Problem> {
    let is_ours = |host: &str| service.options.origin.is_host(host) || is_this_machine(host);
    if host(request).is_some_and(is_ours) { Ok(()) } else { Err(misdirected()) }
}

/// Passes on what is for the origin's own host: elsewhere a page would have neither passkeys nor cookies.
pub(super) async fn of_origin(
    State(service): State<Service>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let is_ours = host(&request).is_some_and(|host| service.options.origin.is_host(host));
    if is_ours { Ok(next.run(request).await) } else { Err(misdirected()) }
}

/// Returns the host that a request names, if it names one.
fn host(request: &Request) -> Option<&str> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (named.next(), named.next()) else { return None };
    match request.uri().authority() {
        // What the target names counts (RFC 9112 §3.2.2).
        Some(authority) => Some(authority.as_str()),
        None => host.to_str().ok(),
    }
}

fn misdirected() -> Problem {
    Problem::new(StatusCode::MISDIRECTED_REQUEST, "host")
}

/// Reports whether a host is a name of this machine that no other name leads to.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name.to_ascii_lowercase().as_str(), "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_three_names() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80", "[::1]:8080"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["", "localhost.example.org", "127.0.0.1.nip.io", "127.0.0.2", "::1", "a:80"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
