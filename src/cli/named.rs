//! Finding the apps that a person means by what people call them, where guessing is safe: never for a
//! gate.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use mfa::domain::{Account, AppName, Label, escaped, quoted};
use mfa::store::{Store, StoreError};
use unicode_normalization::UnicodeNormalization;

use super::error::{CommandError, Result};

/// The number of apps that a message names; the others are counted.
const MOST: usize = 20;

/// The apps of a store, to be found by their names, issuers and accounts.
pub struct Directory<'a> {
    store: &'a dyn Store,
    /// Sorted.
    apps: Vec<AppName>,
    /// Read once a text has to be looked for in all of them.
    entries: OnceCell<Vec<Entry>>,
}

/// An app and what people call it.
struct Entry {
    app: AppName,
    account: Option<String>,
    /// Its name, issuer and account, folded, parted by what no argument holds.
    words: String,
}

/// Finds the one app that a text means.
pub fn find(store: &dyn Store, text: &str) -> Result<AppName> {
    Directory::read(store)?.one(text)
}

/// Finds the one app that each text means, each app once.
pub fn find_each(store: &dyn Store, texts: &[String]) -> Result<Vec<AppName>> {
    let directory = Directory::read(store)?;
    let mut apps = texts.iter().map(|text| directory.one(text)).collect::<Result<Vec<_>>>()?;
    let mut seen = BTreeSet::new();
    apps.retain(|app| seen.insert(app.clone()));
    Ok(apps)
}

impl<'a> Directory<'a> {
    pub fn read(store: &'a dyn Store) -> Result<Self> {
        Ok(Self { store, apps: store.apps()?, entries: OnceCell::new() })
    }

    /// Returns the app of exactly this name, which opens none of the others.
    pub fn exact(&self, text: &str) -> Option<&AppName> {
        let place = self.apps.binary_search_by(|app| app.as_str().cmp(text)).ok()?;
        self.apps.get(place)
    }

    /// Finds all apps with the text in their name, issuer or account, whatever the case.
    pub fn matches(&self, text: &str) -> Vec<&AppName> {
        self.matching(text).into_iter().map(|entry| &entry.app).collect()
    }

    /// Finds the one app that a text means: an exact name, else the only match.
    pub fn one(&self, text: &str) -> Result<AppName> {
        if let Some(app) = self.exact(text) {
            return Ok(app.clone());
        }
        match self.matching(text).as_slice() {
            [] => Err(StoreError::NoSuchApp(text.into()).into()),
            [entry] => Ok(entry.app.clone()),
            several => {
                let error = format!("{} could be any of several apps", quoted(text));
                Err(CommandError::usage(error).hint(listed(several)))
            }
        }
    }

    /// Names the apps that a text matches besides the one whose name it is, where there are any.
    pub fn others(&self, exact: &AppName) -> Option<String> {
        let mut others = self.matching(exact.as_str());
        others.retain(|entry| entry.app != *exact);
        (!others.is_empty()).then(|| listed(&others))
    }

    fn matching(&self, text: &str) -> Vec<&Entry> {
        let text = folded(text);
        let entries = self.entries.get_or_init(|| self.entries());
        entries.iter().filter(|entry| !text.is_empty() && entry.words.contains(&text)).collect()
    }

    /// Reads all apps; one that cannot be read is known by its name alone.
    fn entries(&self) -> Vec<Entry> {
        let account = |app| self.store.account(app).ok();
        self.apps.iter().map(|app| Entry::new(app, account(app).as_ref())).collect()
    }
}

impl Entry {
    fn new(app: &AppName, account: Option<&Account>) -> Self {
        let issuer = account.map(|account| account.issuer.as_str());
        let name = account.and_then(|account| account.name.as_ref()).map(Label::as_str);
        let words = [Some(app.as_str()), issuer, name].into_iter().flatten();
        let words = words.map(folded).collect::<Vec<_>>().join("\0");
        Self { app: app.clone(), account: name.map(str::to_owned), words }
    }
}

/// Takes the differences of case and of Unicode's spellings out of a text.
fn folded(text: &str) -> String {
    text.to_lowercase().nfc().collect()
}

fn listed(entries: &[&Entry]) -> String {
    let name = |entry: &&Entry| {
        let account = entry.account.as_ref().map(|account| format!(" ({})", escaped(account)));
        quoted(entry.app.as_str()) + &account.unwrap_or_default()
    };
    first(entries.iter().map(name))
}

/// Joins the first of many names, and counts the others.
pub fn first(names: impl ExactSizeIterator<Item = String>) -> String {
    let others = names.len().saturating_sub(MOST);
    let names = names.take(MOST).collect::<Vec<_>>().join(", ");
    match others {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use mfa::domain::{Enrolment, Secret, Totp};
    use mfa::store::{Existing, Memory};

    use super::*;

    /// Makes a store of apps with their issuers and accounts.
    fn store(apps: &[[&str; 3]]) -> Memory {
        let store = Memory::default();
        for [app, issuer, account] in apps {
            let name = Some(account.parse().unwrap());
            let account = Account::new(issuer.parse().unwrap(), name, Totp::default(), None);
            let secret = Secret::parse(b"GEZDGNBVGY3TQOJQ").unwrap();
            let new = Enrolment { secret, account };
            store.enrol(&app.parse().unwrap(), &new, Existing::Keep).unwrap();
        }
        store
    }

    fn found(store: &Memory, text: &str) -> String {
        let directory = Directory::read(store).unwrap();
        directory.matches(text).iter().map(|app| app.as_str()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn an_app_is_found_by_any_part_of_its_name_issuer_or_account_whatever_the_case() {
        let store = store(&[
            ["Google", "Google", "alice@gmail.com"],
            ["Google 2", "Google", "bob@example.com"],
            ["work", "ÉCOLE", "Straße"],
        ]);
        for (text, expected) in [
            ("goog", "Google, Google 2"),
            ("OGLE 2", "Google 2"),
            ("Bob@", "Google 2"),
            ("école", "work"),
            ("e\u{301}cole", "work"),
            ("STRA", "work"),
            ("o", "Google, Google 2, work"),
            ("e\nalice", ""),
            ("", ""),
            ("zoo", ""),
        ] {
            assert_eq!(found(&store, text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_exact_name_wins_and_no_other_app_is_read_for_it() {
        let store = store(&[["A", "A", "a"], ["A 2", "A", "b"]]);
        let directory = Directory::read(&store).unwrap();
        assert_eq!(directory.one("A").unwrap().as_str(), "A");
        assert!(directory.entries.get().is_none());
        assert_eq!(directory.others(&"A".parse().unwrap()), Some("'A 2' (b)".into()));
        assert_eq!(directory.others(&"A 2".parse().unwrap()), None);
    }

    #[test]
    fn of_many_apps_that_could_be_meant_the_first_are_named_and_the_others_counted() {
        let names: Vec<String> = (100..123).map(|n| format!("app {n}")).collect();
        let apps: Vec<_> = names.iter().map(|name| [name.as_str(), "I", "me"]).collect();
        let error = find(&store(&apps), "app").unwrap_err();
        assert_eq!(error.text(), "'app' could be any of several apps");
        let hint = error.help(|_| None).unwrap();
        assert!(hint.starts_with("'app 100' (me), 'app 101' (me), "), "{hint}");
        assert!(hint.ends_with(", 'app 119' (me) and 3 more"), "{hint}");
    }
}
