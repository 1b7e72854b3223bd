use mfa::domain::{Label, Otp, Secret, Totp, parse_provisioning_uri, provisioning_uri};
use proptest::prelude::*;

use crate::{cases, labels, otps, secrets};

/// Returns a label as readers take it: without surrounding white space, or `None` if nothing is
/// left.
fn trimmed(label: &Label) -> Option<String> {
    Some(label.as_str().trim().to_owned()).filter(|label| !label.is_empty())
}

fn text(label: Option<&Label>) -> Option<String> {
    label.map(|label| label.as_str().to_owned())
}

/// Makes a secret from these bytes, by way of base32.
fn secret_of(bytes: &[u8]) -> Secret {
    let text = base32::encode(base32::Alphabet::Rfc4648 { padding: false }, bytes);
    Secret::parse(text.as_bytes()).unwrap()
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn any_uri_that_is_written_reads_back_as_the_same_values(
        secret in secrets(), issuer in labels(), account in labels(), otp in otps()
    ) {
        let uri = provisioning_uri(&secret, &issuer, Some(&account), otp);
        prop_assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{}", *uri);
        let read = parse_provisioning_uri(&uri).unwrap();
        prop_assert_eq!(read.secret.expose_bytes(), secret.expose_bytes());
        prop_assert_eq!(text(read.issuer.as_ref()), trimmed(&issuer));
        prop_assert_eq!(text(read.account.as_ref()), trimmed(&account));
        prop_assert_eq!(read.otp, otp);
    }

    #[test]
    fn a_secret_of_any_length_reads_back(bytes in proptest::collection::vec(any::<u8>(), 10..200)) {
        let (secret, otp) = (secret_of(&bytes), Otp::from(Totp::default()));
        let issuer: Label = "I".parse().unwrap();
        let uri = provisioning_uri(&secret, &issuer, None, otp);
        let read = parse_provisioning_uri(&uri).unwrap();
        prop_assert_eq!(read.secret.expose_bytes(), &bytes[..]);
    }

    #[test]
    fn any_text_is_a_uri_or_none_and_no_panic(
        text in any::<String>(), start in proptest::sample::select(vec!["", "otpauth://totp/", "otpauth://totp/a?secret="])
    ) {
        let _ = parse_provisioning_uri(&format!("{start}{text}"));
    }
}
