//! The part of a state that describes the codes.

use serde::{Deserialize, Serialize};

use super::Record;
use crate::domain::{Algorithm, Hotp, Otp, Totp};

/// The kind of codes; a state without one, as the first versions wrote it, has codes by the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    #[default]
    Totp,
    Hotp,
    Steam,
}

impl Kind {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_totp(&self) -> bool {
        *self == Self::Totp
    }
}

impl From<&Otp> for Kind {
    fn from(otp: &Otp) -> Self {
        match otp {
            Otp::Totp(_) => Self::Totp,
            Otp::Hotp(_) => Self::Hotp,
            Otp::Steam => Self::Steam,
        }
    }
}

/// Reads the codes that a record describes, which must be told whole and without what belongs to
/// another kind.
pub(super) fn otp(record: &Record) -> Result<Otp, String> {
    let Record { algorithm, digits, period, counter, types_identifier, .. } = *record;
    let drifts = record.drift.is_some();
    match (record.kind, digits, period, counter) {
        (Kind::Totp, Some(digits), Some(period), None) if !types_identifier => {
            Ok(Totp { algorithm, digits, period }.into())
        }
        (Kind::Hotp, Some(digits), None, Some(counter)) if !drifts => {
            Ok(Hotp { algorithm, digits, counter, types_identifier }.into())
        }
        (Kind::Steam, None, None, None)
            if algorithm == Algorithm::Sha1 && !types_identifier && !drifts =>
        {
            Ok(Otp::Steam)
        }
        (kind, ..) => Err(format!("no parameters of codes of the kind {kind:?}").to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{self as record, Tie, unrecorded, write};
    use crate::domain::{Account, AppName, Drift, Hotp, Otp, Secret, Totp};

    fn account(otp: impl Into<Otp>) -> Account {
        let app: AppName = "a".parse().unwrap();
        Account::new((&app).into(), None, otp, None)
    }

    fn read(state: &str) -> Result<Account, String> {
        let secret = Secret::parse(b"AAAAAAAAAAAAAAAA").unwrap();
        record::read(state.as_bytes(), &Tie::of_secret(&secret)).map(|state| state.account)
    }

    #[test]
    fn each_kind_of_codes_reads_back_from_a_record_that_older_programs_call_newer() {
        let yubikey = Hotp { counter: 7, types_identifier: true, ..Hotp::default() };
        let drift = Some(Drift::try_from(-3).unwrap());
        for (account, fields) in [
            (
                account(Hotp::default()),
                r#""kind":"hotp","algorithm":"SHA1","digits":6,"counter":0"#,
            ),
            (account(yubikey), r#""counter":7,"types_identifier":true,"#),
            (account(Otp::Steam), r#""kind":"steam","algorithm":"SHA1","created""#),
            (Account { drift, ..account(Totp::default()) }, r#""period":30,"drift":-3,"#),
        ] {
            let state = write(&account);
            assert!(state.starts_with(r#"{"version":2,"#), "{state}");
            assert!(state.contains(fields), "{state}");
            assert_eq!(read(&state).unwrap(), account);
        }
        let phone = write(&unrecorded(&"a".parse().unwrap()));
        assert!(phone.starts_with(r#"{"version":1,"#), "{phone}");
    }

    #[test]
    fn parameters_of_another_kind_are_refused() {
        let (hotp, totp) = (write(&account(Hotp::default())), write(&account(Totp::default())));
        for (state, from, to, kind) in [
            (&hotp, r#","counter":0"#, "", "hotp"),
            (&hotp, r#""counter":0"#, r#""counter":0,"period":30"#, "hotp"),
            (&hotp, r#""counter":0"#, r#""counter":0,"drift":1"#, "hotp"),
            (&hotp, "hotp", "steam", "steam"),
            (&totp, r#","period":30"#, "", "totp"),
            (&totp, r#""period":30"#, r#""period":30,"counter":0"#, "totp"),
            (&totp, r#""period":30"#, r#""period":30,"types_identifier":true"#, "totp"),
        ] {
            let damaged = state.replace(from, to);
            assert_ne!(&damaged, state);
            let why = format!("no parameters of codes of the kind {kind}");
            assert_eq!(read(&damaged), Err(why), "{damaged}");
        }
        let far = totp.replace(r#""period":30"#, r#""period":30,"drift":51"#);
        assert!(read(&far).unwrap_err().starts_with("no valid state"));
    }
}
