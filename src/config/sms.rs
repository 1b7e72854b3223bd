use std::num::NonZeroU32;

use super::error::Mistake;
use super::section::{Found, Section};
use super::{Base, form, twilio};
use crate::send::SmsGateway;
use crate::send::request::Form;
use crate::send::template::{TEXT, TO, knows_places};
use crate::sms;

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
    let ok = form::statuses(&mut section)?;
    let form = match section.one_of("preset", &[("twilio", ())])? {
        Some(_) => twilio::form(&mut section, base)?,
        None => form(&mut section, base)?,
    };
    section.finish()?;
    let gateway = SmsGateway { form, ok };
    Ok(SmsConfig { gateway, text: text.unwrap_or_else(|| sms::TEXT.into()), per_hour })
}

/// Reads a request that has a place for the number and one for the text.
fn form(section: &mut Section<'_>, base: Base<'_>) -> Result<Form, Mistake> {
    let places = [TO, TEXT];
    let form = form::read(section, base, &places)?;
    for place in places {
        if !form.templates().any(|template| template.has(place)) {
            return Err(section.lacks(&format!("{place} in 'params' or 'headers'")));
        }
    }
    Ok(form)
}

fn text_checked(text: String) -> Result<String, &'static str> {
    match () {
        () if !text.contains("{code}") => Err("the text lacks {code}"),
        () if !knows_places(&text, &["{code}", "{issuer}"]) => {
            Err("the text has a placeholder other than {code} and {issuer}")
        }
        () if text.contains(char::is_control) => Err("the text has a control character in it"),
        () => Ok(text),
    }
}

fn per_hour(section: &mut Section<'_>) -> Result<Option<NonZeroU32>, Mistake> {
    let Some(Found { at, it }) = section.any("per_hour") else { return Ok(None) };
    let number = form::number(&it).and_then(NonZeroU32::new);
    number.map(Some).ok_or_else(|| section.wrong(at, "per_hour", "a number from 1 on"))
}
