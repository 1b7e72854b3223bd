use std::convert::Infallible;

use mfa::domain::{Account, AppName, Enrolment, Label, Otp, Secret};
use mfa::transfer::export::{Entry, aegis, migration, uri};
use mfa::transfer::import::{Found, read};
use proptest::prelude::*;

use crate::{cases, labels, otps, secrets};

/// An app once it is imported: issuer, account, secret and parameters.
type Values = (Option<String>, Option<String>, Vec<u8>, Otp);

fn entry(secret: &Secret, issuer: &Label, account: &Label, otp: Otp) -> Entry {
    let account = Account::new(issuer.clone(), Some(account.clone()), otp, None);
    ("app".parse::<AppName>().unwrap(), Enrolment { secret: secret.clone(), account })
}

fn values(entry: &Entry) -> Values {
    let Enrolment { secret, account } = &entry.1;
    let text = |label: &Label| label.as_str().trim().to_owned();
    let name = account.name.as_ref().map(text).filter(|name| !name.is_empty());
    (Some(text(&account.issuer)), name, secret.expose_bytes().to_vec(), account.otp)
}

/// Reads the only entry of an export.
fn imported(export: &[u8]) -> Values {
    let import = read(export, &mut || unreachable!()).unwrap();
    let [Found::Entry(entry)] = &import.found[..] else { panic!("{:?}", import.found) };
    let text = |label: &Option<Label>| label.as_ref().map(|label| label.as_str().to_owned());
    let secret = entry.secret.expose_bytes().to_vec();
    (text(&entry.issuer), text(&entry.account), secret, entry.otp)
}

/// Returns a stand-in for the random generator, since nothing here is secret.
fn sevens() -> impl FnMut(&mut [u8]) -> Result<(), Infallible> {
    |bytes| {
        bytes.fill(7);
        Ok(())
    }
}

/// Generates visible labels, whose account may begin with the issuer.
fn parties() -> impl Strategy<Value = (Label, Label)> {
    let said = || labels().prop_filter("blank", |label| !label.as_str().trim().is_empty());
    (said(), said(), any::<bool>()).prop_map(|(issuer, account, again)| {
        let both = format!("{}:{}", issuer.as_str(), account.as_str());
        (issuer, if again { both.parse().unwrap() } else { account })
    })
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn what_is_exported_comes_in_again_the_same(
        secret in secrets(), (issuer, account) in parties(), otp in otps()
    ) {
        let entry = [entry(&secret, &issuer, &account, otp)];
        let expected = values(&entry[0]);
        prop_assert_eq!(imported(uri(&entry).as_bytes()), expected.clone());
        prop_assert_eq!(imported(&aegis(&entry, &mut sevens()).unwrap()), expected);
    }

    #[test]
    fn google_authenticators_form_keeps_issuer_and_account(
        secret in secrets(), (issuer, account) in parties(), otp in otps()
    ) {
        let entry = [entry(&secret, &issuer, &account, otp)];
        let out = migration(&entry, &mut sevens()).unwrap();
        let Some(part) = out.parts.first() else {
            prop_assert_eq!(out.left_out.len(), 1);
            return Ok(());
        };
        prop_assert_eq!(imported(part.uri.as_bytes()), values(&entry[0]));
    }
}
