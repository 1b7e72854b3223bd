use super::{Found, Import, Parts};
use crate::domain::{AppName, Drift, Label, Provisioned, Secret, Totp};

/// Reads the files of `mfa.py`'s `secrets` folder, each given as its name and contents.
///
/// That program knew nothing but the app's name, and made one kind of code.
pub fn mfa_py<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Import {
    let found = files.into_iter().map(|(name, secret)| {
        let refused = |why: String| Found::Refused { what: name.into(), why };
        match (name.parse::<AppName>(), Secret::parse(secret)) {
            (Ok(app), Ok(secret)) => Found::Entry(Provisioned {
                issuer: Some(Label::from(&app)),
                app: Some(app),
                secret,
                account: None,
                otp: Totp::default().into(),
                is_hardware: false,
                serial: None,
                drift: Drift::default(),
            }),
            (Err(error), _) => refused(error.to_string()),
            (_, Err(error)) => refused(error.to_string()),
        }
    });
    Import { format: "mfa.py", found: found.collect(), notes: Vec::new(), parts: Parts::default() }
}
