use super::error::Mistake;
use super::section::Section;
use super::{Base, form};
use crate::outgoing;
use crate::send::{Notifier, OF_NOTIFICATION};

/// Reads the section `[notify]`: a request that needs no place, since "something waits" may be all that
/// others shall know.
pub(super) fn read(mut section: Section<'_>, base: Base<'_>) -> Result<Notifier, Mistake> {
    let ok = form::statuses(&mut section)?;
    let form = form::read(&mut section, base, &OF_NOTIFICATION)?;
    section.finish()?;
    Ok(Notifier { form, ok, agent: outgoing::agent })
}
