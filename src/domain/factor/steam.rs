use super::Totp;
use crate::domain::{Secret, UnixTime};

/// The number of characters of a Steam Guard code.
pub(super) const LENGTH: u8 = 5;

/// Returns the Steam Guard code that is current at `now`: a time-based one-time password of the
/// default parameters, written in an alphabet of its own.
pub(super) fn code(secret: &Secret, now: UnixTime) -> String {
    let codes = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::Steam)
        .with_digits(LENGTH)
        .with_step_duration(1)
        .with_secret(secret.expose_bytes());
    codes.build_noncompliant().generate(Totp::default().step(now)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_that_steams_app_showed() {
        let secret = Secret::parse(b"63BEDWCQZKTQWPESARIERL5DTTQFCJTK").unwrap();
        let codes = [1_511_200_518, 1_511_200_714].map(|now| code(&secret, UnixTime(now)));
        assert_eq!(codes, ["FR8RV", "9P3VP"]);
    }
}
