//! What the sections of requests have in common.

use toml::de::DeValue;
use ureq::http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING};
use ureq::http::{HeaderName, Method};

use super::error::Mistake;
use super::section::{Found, Section};
use super::{Base, url};
use crate::send::request::{Body, Form};

/// The statuses that say that a message was taken, unless `ok` lists others: done, made (Twilio),
/// accepted (Kannel), and done without a word.
const OK: [u16; 4] = [200, 201, 202, 204];

/// Reads a request with some of these places.
pub(super) fn read(
    section: &mut Section<'_>,
    base: Base<'_>,
    places: &[&str],
) -> Result<Form, Mistake> {
    let url = section.needed("url")?.parse(url::checked)?;
    let methods = [("get", Method::GET), ("post", Method::POST)];
    let method = section.one_of("method", &methods)?.map_or(Method::POST, |found| found.it);
    let body = body(section, &method)?;
    let params = section.section("params")?;
    let params = params.map(|table| table.templates(base, places, Ok)).transpose()?;
    let headers = section.section("headers")?;
    let headers = headers.map(|table| table.templates(base, places, header)).transpose()?;
    let (params, headers) = (params.unwrap_or_default(), headers.unwrap_or_default());
    Ok(Form { url, method, body, params, headers })
}

fn body(section: &mut Section<'_>, method: &Method) -> Result<Body, Mistake> {
    let usual = if *method == Method::GET { Body::Query } else { Body::Form };
    let bodies = [("query", Body::Query), ("form", Body::Form), ("json", Body::Json)];
    match section.one_of("body", &bodies)? {
        Some(Found { at, it }) if *method == Method::GET && it != Body::Query => {
            Err(Mistake::new(at, "a request with the method 'get' has the body 'query'"))
        }
        found => Ok(found.map_or(usual, |found| found.it)),
    }
}

fn header(name: String) -> Result<HeaderName, &'static str> {
    let name = HeaderName::try_from(name).map_err(|_| "this is no name of a header")?;
    if [CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING].contains(&name) {
        return Err("this header is not for the configuration to set");
    }
    Ok(name)
}

/// Reads the statuses that say that a message was taken.
pub(super) fn statuses(section: &mut Section<'_>) -> Result<Vec<u16>, Mistake> {
    let Some(Found { at, it }) = section.any("ok") else { return Ok(OK.to_vec()) };
    let wrong = || section.wrong(at, "ok", "a list of statuses from 200 to 299");
    let DeValue::Array(statuses) = it else { return Err(wrong()) };
    let status = |value| number(value).and_then(|status| status.try_into().ok());
    let statuses: Option<Vec<u16>> = statuses.iter().map(|value| status(value.get_ref())).collect();
    let is_good = |statuses: &Vec<u16>| {
        !statuses.is_empty() && statuses.iter().all(|status| (200..300).contains(status))
    };
    statuses.filter(is_good).ok_or_else(wrong)
}

/// Reads a number of at most 32 bits.
pub(super) fn number(value: &DeValue<'_>) -> Option<u32> {
    match value {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}
