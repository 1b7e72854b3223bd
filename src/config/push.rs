use super::Base;
use super::error::Mistake;
use super::section::{Found, Section};
use crate::domain::quoted;
use crate::send::{Contact, PushService, VapidKey, WebPush};

/// Reads the section `[push]`: who wakes browsers, and at which push services besides the known ones.
pub(super) fn read(mut section: Section<'_>, base: Base<'_>) -> Result<WebPush, Mistake> {
    let key = |text: &str| text.parse::<VapidKey>().map_err(|error| error.to_string());
    let key = section.secret("key", base)?.parse(|text| key(&text))?;
    let contact = |text: &str| text.parse::<Contact>().map_err(|error| error.to_string());
    let contact = section.needed("contact")?.parse(|text| contact(&text))?;
    let services = section.texts("services", "a list of hosts")?;
    let services = services.into_iter().map(service).collect::<Result<_, _>>()?;
    section.finish()?;
    Ok(WebPush::new(key, contact, services))
}

fn service(Found { at, it }: Found<String>) -> Result<PushService, Mistake> {
    it.parse().map_err(|error| Mistake::new(at, format!("{}: {error}", quoted("services"))))
}
