use super::{Contents, Found, Import, ImportError};
use crate::domain::{AppName, Drift, Label, Provisioned, Secret, SecretError, Totp};

/// A file's name, and the secret in it.
type Read<'a> = (&'a str, Result<Secret, SecretError>);

/// Reads the files of `mfa.py`'s `secrets` folder, each given as its name and contents.
///
/// # Errors
/// [`ImportError::Foreign`] if most of the files are no secrets: the folder is some other one.
pub fn mfa_py<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Import, ImportError> {
    let files = files.into_iter().map(|(name, contents)| (name, Secret::parse(contents)));
    let files: Vec<Read<'_>> = files.collect();
    if files.iter().filter(|file| is_foreign(file)).count() * 2 > files.len() {
        return Err(ImportError::Foreign {
            what: "not a folder of mfa.py",
            hint: "name the files in it that are to be imported",
        });
    }
    let found = files.into_iter().map(found).collect();
    Ok(Contents { found, ..Contents::default() }.of("mfa.py"))
}

/// Reports whether a file is something else than a secret, even one that is too short.
fn is_foreign((_, secret): &Read<'_>) -> bool {
    !matches!(secret, Ok(_) | Err(SecretError::TooShort(_)))
}

/// Makes an entry of a file: `mfa.py` knew nothing but the app's name, and made one kind of code.
fn found((name, secret): Read<'_>) -> Found {
    let refused = |why: String| Found::Refused { what: name.into(), why };
    match (name.parse::<AppName>(), secret) {
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
}
