//! Finding the app that a person means, where guessing is safe: never for `authenticate`.

use mfa::domain::{AppName, quoted};
use mfa::store::{Store, StoreError};

use super::error::{CommandError, Result};

/// Finds an app by its name or by a prefix that no other app's name begins with.
pub fn find(store: &impl Store, text: &str) -> Result<AppName> {
    let apps = store.apps()?;
    if let Some(exact) = apps.iter().find(|app| app.as_str() == text) {
        return Ok(exact.clone());
    }
    let meant: Vec<&AppName> =
        apps.iter().filter(|app| !text.is_empty() && app.as_str().starts_with(text)).collect();
    match meant.as_slice() {
        [] => Err(StoreError::NoSuchApp(text.into()).into()),
        [app] => Ok((*app).clone()),
        several => {
            let names =
                several.iter().map(|app| quoted(app.as_str())).collect::<Vec<_>>().join(", ");
            let error = format!("{} could be any of several apps", quoted(text));
            Err(CommandError::usage(error).hint(names))
        }
    }
}
