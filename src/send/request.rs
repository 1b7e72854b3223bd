//! The HTTP request that hands one message over.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::http::header::CONTENT_TYPE;
use ureq::http::{HeaderName, HeaderValue, Method, Request};
use zeroize::Zeroizing;

use super::SendError;
use super::template::Template;

/// What RFC 3986 §2.3 leaves as it is; a space is `%20`, which forms take as well as `+`.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~');

/// Where the parameters go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// Into the URL.
    Query,
    /// Into a body as web forms have it.
    Form,
    /// Into a JSON object.
    Json,
}

/// A request with places for what differs from one message to the next.
#[derive(Clone)]
pub(crate) struct Form {
    pub(crate) url: Zeroizing<String>,
    pub(crate) method: Method,
    pub(crate) body: Body,
    pub(crate) params: Vec<(String, Template)>,
    pub(crate) headers: Vec<(HeaderName, Template)>,
}

impl Form {
    /// Returns the values that are sent.
    pub(crate) fn templates(&self) -> impl Iterator<Item = &Template> {
        let params = self.params.iter().map(|(_, value)| value);
        params.chain(self.headers.iter().map(|(_, value)| value))
    }

    /// Makes the request with these values in their places, which have no control characters.
    pub(crate) fn request(&self, values: &[(&str, &str)]) -> Result<Request<Vec<u8>>, SendError> {
        let params: Vec<_> =
            self.params.iter().map(|(name, value)| (&**name, value.fill(values))).collect();
        let mut request = Request::builder().method(&self.method).uri(self.target(&params));
        if let Some(kind) = self.content_type() {
            request = request.header(CONTENT_TYPE, kind);
        }
        for (name, value) in &self.headers {
            let mut value = HeaderValue::from_bytes(value.fill(values).as_bytes())
                .map_err(|error| SendError::Unsendable(error.to_string()))?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        let request = request.body(self.content(&params));
        request.map_err(|error| SendError::Unsendable(error.to_string()))
    }

    fn target(&self, params: &[(&str, Zeroizing<String>)]) -> String {
        let joint = match &*self.url {
            _ if self.body != Body::Query || params.is_empty() => return self.url.to_string(),
            url if url.contains('?') => "&",
            _ => "?",
        };
        [&self.url, joint, &encoded(params)].concat()
    }

    /// Returns the kind of the body, unless the configuration names one.
    fn content_type(&self) -> Option<&'static str> {
        let kind = match self.body {
            Body::Query => return None,
            Body::Form => "application/x-www-form-urlencoded",
            Body::Json => "application/json",
        };
        self.headers.iter().all(|(name, _)| *name != CONTENT_TYPE).then_some(kind)
    }

    fn content(&self, params: &[(&str, Zeroizing<String>)]) -> Vec<u8> {
        match self.body {
            Body::Query => Vec::new(),
            Body::Form => encoded(params).as_bytes().to_vec(),
            Body::Json => {
                let object =
                    params.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
                serde_json::Value::Object(object.collect()).to_string().into_bytes()
            }
        }
    }
}

fn encoded(params: &[(&str, Zeroizing<String>)]) -> Zeroizing<String> {
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let pair = |(name, value): &(&str, Zeroizing<String>)| {
        Zeroizing::new([encode(name), "=".into(), encode(value)].concat())
    };
    let pairs: Vec<_> = params.iter().map(pair).collect();
    let pairs: Vec<&str> = pairs.iter().map(|pair| pair.as_str()).collect();
    Zeroizing::new(pairs.join("&"))
}
