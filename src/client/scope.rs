use crate::domain::AppName;

/// The apps that a client may ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All apps, those to come included.
    AllApps,
    /// These apps, whether or not they exist.
    Apps(Vec<AppName>),
}

impl Scope {
    /// Reports whether an app is among them.
    #[must_use]
    pub fn covers(&self, app: &AppName) -> bool {
        match self {
            Self::AllApps => true,
            Self::Apps(apps) => apps.contains(app),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_covers_the_apps_that_it_names_or_all() {
        let app = |name: &str| name.parse::<AppName>().unwrap();
        let some = Scope::Apps(vec![app("deploy"), app("Example Corp")]);
        for (name, expected) in
            [("deploy", true), ("Example Corp", true), ("Deploy", false), ("Example", false)]
        {
            assert_eq!(some.covers(&app(name)), expected, "{name}");
            assert!(Scope::AllApps.covers(&app(name)));
        }
        assert!(!Scope::Apps(Vec::new()).covers(&app("deploy")));
    }
}
