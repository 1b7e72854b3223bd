use std::path::{Path, PathBuf};

use mfa::domain::AppName;

use super::ArgumentError;

/// The name of an app, with `%u` for the account and `%s` for the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppTemplate(String);

/// The folder of a store, in the account's home after `%h`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorePath {
    Absolute(PathBuf),
    InHome(PathBuf),
}

impl AppTemplate {
    /// Returns the app of an account for a service, or `None` where that is no name.
    pub fn app(&self, account: &str, service: &str) -> Option<AppName> {
        let mut name = String::new();
        let mut parts = self.0.split('%');
        name.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (which, rest) = part.split_at_checked(1)?;
            name.push_str(if which == "u" { account } else { service });
            name.push_str(rest);
        }
        name.parse().ok()
    }
}

impl Default for AppTemplate {
    fn default() -> Self {
        Self("%u".into())
    }
}

impl TryFrom<&str> for AppTemplate {
    type Error = ArgumentError;

    fn try_from(text: &str) -> Result<Self, ArgumentError> {
        let no = |why| Err(ArgumentError::Value { name: "app=", why });
        let template = Self(text.into());
        if text.split('%').skip(1).any(|part| !part.starts_with(['u', 's'])) {
            no("behind % comes u (the account) or s (the service)")
        } else if template.app("u", "s").is_none() {
            no("this cannot be the name of an app")
        } else {
            Ok(template)
        }
    }
}

impl StorePath {
    /// Returns the folder, for somebody with this home; without a home there is none in it.
    pub fn folder(&self, home: Option<&Path>) -> Option<PathBuf> {
        match self {
            Self::Absolute(path) => Some(path.clone()),
            Self::InHome(path) => {
                home.filter(|home| home.is_absolute()).map(|home| home.join(path))
            }
        }
    }
}

impl Default for StorePath {
    fn default() -> Self {
        Self::Absolute("/var/lib/mfa".into())
    }
}

impl TryFrom<&str> for StorePath {
    type Error = ArgumentError;

    fn try_from(text: &str) -> Result<Self, ArgumentError> {
        let no = |why| Err(ArgumentError::Value { name: "store=", why });
        match text.strip_prefix("%h/") {
            _ if text.starts_with("postgres:") || text.starts_with("postgresql:") => {
                no("a database is asked through the service: server=URL token_file=FILE")
            }
            Some("") => no("the home itself is no store"),
            Some(path) if Path::new(path).is_relative() => Ok(Self::InHome(path.into())),
            _ if text.contains('%') => no("only %h/, at the beginning, stands for something"),
            _ if Path::new(text).is_absolute() => Ok(Self::Absolute(text.into())),
            _ => no("the path is not absolute"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_named_after_the_account_and_the_service() {
        for (template, expected) in [
            ("%u", Some("alice")),
            ("%s-%u", Some("sshd-alice")),
            ("server", Some("server")),
            ("%uu%s", Some("aliceusshd")),
        ] {
            let template = AppTemplate::try_from(template).unwrap();
            let app = template.app("alice", "sshd");
            assert_eq!(app.as_ref().map(AppName::as_str), expected);
        }
        let template = AppTemplate::default();
        assert!(template.app("../alice", "sshd").is_none(), "no path");
        assert!(template.app("", "sshd").is_none());
    }

    #[test]
    fn a_percent_sign_in_an_account_stands_for_itself() {
        let app = AppTemplate::try_from("%u").unwrap().app("%s", "sshd").unwrap();
        assert_eq!(app.as_str(), "%s");
    }

    #[test]
    fn a_store_is_at_an_absolute_path_or_in_the_home() {
        let folder = |text: &str, home: Option<&str>| {
            let path = StorePath::try_from(text).unwrap().folder(home.map(Path::new));
            path.map(|path| path.to_str().unwrap().to_owned())
        };
        assert_eq!(folder("/srv/mfa", None).unwrap(), "/srv/mfa");
        assert_eq!(folder("%h/.mfa", Some("/home/alice")).unwrap(), "/home/alice/.mfa");
        assert_eq!(folder("%h/.mfa", None), None);
        assert_eq!(folder("%h/.mfa", Some("")), None);
    }
}
