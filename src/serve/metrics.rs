use axum::http::Method;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// What is counted and timed; no app and no caller, of which there are too many.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Labels<4>, Counter>,
    seconds: Family<Labels<1>, Histogram, fn() -> Histogram>,
}

type Labels<const N: usize> = [(&'static str, String); N];

/// One request, as it is counted.
pub(super) struct Counted<'a> {
    pub(super) method: &'a Method,
    pub(super) route: &'a str,
    pub(super) status: u16,
    pub(super) reason: &'a str,
    pub(super) seconds: f64,
}

/// The upper bounds of the times that are counted together, from a millisecond, what a synced write
/// takes, to ten seconds, after which only requests that wait for an answer go on.
const SECONDS: [f64; 9] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0];

/// Returns a method that this service has, since any word may be one, and each would be counted for ever.
fn known(method: &Method) -> &str {
    match *method {
        Method::GET | Method::POST | Method::PUT | Method::DELETE => method.as_str(),
        _ => "other",
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("mfa");
        let requests = Family::default();
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let seconds = Family::new_with_constructor(histogram);
        registry.register("requests", "Requests that were answered", requests.clone());
        registry.register("request_seconds", "Time that an answer took", seconds.clone());
        Self { registry, requests, seconds }
    }
}

impl Metrics {
    pub(super) fn count(&self, one: &Counted<'_>) {
        let route = ("route", one.route.to_owned());
        let labels = [
            ("method", known(one.method).to_owned()),
            route.clone(),
            ("status", one.status.to_string()),
            ("reason", one.reason.to_owned()),
        ];
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&[route]).observe(one.seconds);
    }

    /// Returns all metrics in the text format of Prometheus.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
