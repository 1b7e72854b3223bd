//! The preset for Twilio's Programmable Messaging
//! (<https://www.twilio.com/docs/messaging/api/message-resource>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::http::Method;
use ureq::http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use super::error::Mistake;
use super::section::Section;
use super::{Base, url};
use crate::send::request::{Body, Form};
use crate::send::template::{TEXT, TO, Template};

/// Reads the request that Twilio takes; `url` is for another region's, and as it stands.
pub(super) fn form(section: &mut Section<'_>, base: Base<'_>) -> Result<Form, Mistake> {
    let sid = section.needed("account_sid")?.parse(account)?;
    let from = section.needed("from")?.parse(sender)?;
    let token = section.secret("auth_token", base)?.it;
    let url = match section.text("url")? {
        Some(url) => url.parse(url::checked)?,
        None => format!("https://api.twilio.com/2010-04-01/Accounts/{sid}/Messages.json").into(),
    };
    let literal = |value: String| Template::Literal(value.into());
    let filled = |place: &str| Template::Filled(place.to_owned().into());
    // RFC 7617 §2.
    let pair = Zeroizing::new([&sid, ":", &token].concat());
    let basic = Template::Literal(Zeroizing::new(format!("Basic {}", STANDARD.encode(&*pair))));
    Ok(Form {
        url,
        method: Method::POST,
        body: Body::Form,
        params: vec![
            ("To".into(), filled(TO)),
            (from_key(&from).into(), literal(from)),
            ("Body".into(), filled(TEXT)),
        ],
        headers: vec![(AUTHORIZATION, basic)],
    })
}

/// Returns the parameter of a sender: a service of several numbers has an identifier.
fn from_key(from: &str) -> &'static str {
    if is_sid(from, "MG") { "MessagingServiceSid" } else { "From" }
}

fn account(sid: String) -> Result<String, &'static str> {
    if is_sid(&sid, "AC") {
        Ok(sid)
    } else {
        Err("an account of Twilio is AC and 32 hexadecimal digits")
    }
}

fn sender(from: String) -> Result<String, &'static str> {
    let is_one = !from.is_empty() && !from.contains(char::is_control);
    if is_one { Ok(from) } else { Err("the sender is empty or has a control character in it") }
}

fn is_sid(text: &str, kind: &str) -> bool {
    let digits = text.strip_prefix(kind).unwrap_or_default();
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
