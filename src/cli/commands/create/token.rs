//! What a hardware token is programmed with.

use mfa::domain::{Algorithm, Enrolment, Hotp, Otp};
use zeroize::Zeroizing;

use super::Args;

/// The highest counter that a YubiKey can begin with: sixteen times what two bytes hold (`imf` in
/// the manual of `ykpersonalize`).
const HIGHEST_START: u64 = 16 * 0xffff;

/// Reports whether the new secret is to be put into a token by hand.
pub fn is_programmed(args: &Args) -> bool {
    (args.hotp || args.hardware) && !args.secret_stdin
}

/// Returns the secret as the tools of tokens take it.
pub fn told(Enrolment { secret, account }: &Enrolment) -> Zeroizing<String> {
    let (base32, hex) = (secret.expose_base32(), secret.expose_hex());
    let mut text = Zeroizing::new(String::with_capacity(256 + base32.len() + hex.len()));
    let said =
        ["Program the token with this secret:\n  base32: ", &base32, "\n  hex: ", &hex, "\n"];
    text.extend(said);
    if let Otp::Hotp(hotp) = account.otp
        && is_for_yubikeys(&hotp)
    {
        let (digits, counter) = (hotp.digits, hotp.counter);
        let programmed = format!("--digits {digits} --counter {counter} 2\n");
        text.extend(["A YubiKey asks for the base32: ykman otp hotp ", &programmed]);
    }
    text
}

/// Reports whether a YubiKey can make these codes.
fn is_for_yubikeys(hotp: &Hotp) -> bool {
    hotp.algorithm == Algorithm::Sha1
        && matches!(hotp.digits.get(), 6 | 8)
        && hotp.counter.is_multiple_of(16)
        && hotp.counter <= HIGHEST_START
}
