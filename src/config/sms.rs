use std::num::NonZeroU32;

use toml::de::DeValue;
use ureq::http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING};
use ureq::http::{HeaderName, Method};

use super::error::Mistake;
use super::section::{Found, Section};
use super::{Base, SmsGateway, twilio, url};
use crate::send::request::{Body, Form};
use crate::send::template::{TEXT, TO, knows_places};

/// The statuses that say that a gateway took a text, unless `ok` lists others: done, made (Twilio),
/// accepted (Kannel), and done without a word.
const OK: [u16; 4] = [200, 201, 202, 204];

/// The text with a code, unless `text` is another.
const DEFAULT_TEXT: &str = "Your code is: {code}";

/// The texts an hour that are sent for all apps together, unless `per_hour` is another number.
const PER_HOUR: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// The section `[sms]`: how codes are sent to phones.
#[derive(Clone)]
#[non_exhaustive]
pub struct SmsConfig {
    /// The gateway that sends them.
    pub gateway: SmsGateway,
    /// The text that goes out, with `{code}` and perhaps `{issuer}` in it.
    pub text: String,
    /// The limit on the texts an hour, for all apps together.
    pub per_hour: NonZeroU32,
}

pub(super) fn read(mut section: Section<'_>, base: Base<'_>) -> Result<SmsConfig, Mistake> {
    let text = section.text("text")?.map(|text| text.parse(text_checked)).transpose()?;
    let per_hour = per_hour(&mut section)?.unwrap_or(PER_HOUR);
    let ok = statuses(&mut section)?.unwrap_or_else(|| OK.to_vec());
    let form = match section.one_of("preset", &[("twilio", ())])? {
        Some(_) => twilio::form(&mut section, base)?,
        None => form(&mut section, base)?,
    };
    section.finish()?;
    let gateway = SmsGateway { form, ok };
    Ok(SmsConfig { gateway, text: text.unwrap_or_else(|| DEFAULT_TEXT.into()), per_hour })
}

fn form(section: &mut Section<'_>, base: Base<'_>) -> Result<Form, Mistake> {
    let url = section.needed("url")?.parse(url::checked)?;
    let methods = [("get", Method::GET), ("post", Method::POST)];
    let method = section.one_of("method", &methods)?.map_or(Method::POST, |found| found.it);
    let body = body(section, &method)?;
    let params = section.section("params")?;
    let params = params.map_or_else(|| Ok(Vec::new()), |table| table.templates(base, Ok))?;
    let headers = section.section("headers")?;
    let headers = headers
        .map_or_else(|| Ok(Vec::new()), |table| table.templates(base, |name| header(&name)))?;
    let form = Form { url, method, body, params, headers };
    for place in [TO, TEXT] {
        if !form.templates().any(|template| template.has(place)) {
            return Err(section.lacks(&format!("{place} in 'params' or 'headers'")));
        }
    }
    Ok(form)
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

fn header(name: &str) -> Result<HeaderName, &'static str> {
    let name: HeaderName = name.parse().map_err(|_| "this is no name of a header")?;
    if [CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING].contains(&name) {
        return Err("this header is not for the configuration to set");
    }
    Ok(name)
}

fn text_checked(text: String) -> Result<String, &'static str> {
    match () {
        () if !text.contains("{code}") => Err("the text lacks {code}"),
        () if !knows_places(&text, &["code", "issuer"]) => {
            Err("the text has a placeholder other than {code} and {issuer}")
        }
        () if text.contains(char::is_control) => Err("the text has a control character in it"),
        () => Ok(text),
    }
}

fn per_hour(section: &mut Section<'_>) -> Result<Option<NonZeroU32>, Mistake> {
    let Some(Found { at, it }) = section.any("per_hour") else { return Ok(None) };
    let number = number(&it).and_then(NonZeroU32::new);
    number.map(Some).ok_or_else(|| section.wrong(at, "per_hour", "a number from 1 on"))
}

fn statuses(section: &mut Section<'_>) -> Result<Option<Vec<u16>>, Mistake> {
    let Some(Found { at, it }) = section.any("ok") else { return Ok(None) };
    let wrong = || section.wrong(at, "ok", "a list of statuses from 200 to 299");
    let DeValue::Array(statuses) = it else { return Err(wrong()) };
    let status = |value| number(value).and_then(|status| status.try_into().ok());
    let statuses: Option<Vec<u16>> = statuses.iter().map(|value| status(value.get_ref())).collect();
    let is_good = |statuses: &Vec<u16>| {
        !statuses.is_empty() && statuses.iter().all(|status| (200..300).contains(status))
    };
    statuses.filter(is_good).map(Some).ok_or_else(wrong)
}

fn number(value: &DeValue<'_>) -> Option<u32> {
    match value {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}
