//! What a hardware token is programmed with.

use mfa::domain::{Enrolment, Otp};
use zeroize::Zeroizing;

use super::Args;
use crate::cli::Env;

/// Reports whether the new secret is to be put into a token by hand.
pub fn is_programmed(args: &Args) -> bool {
    (args.hotp || args.hardware) && !args.secret_stdin
}

/// Shows the secret as the tools of tokens take it.
pub fn show(Enrolment { secret, account }: &Enrolment, env: &mut Env<'_>) {
    let base32 = Zeroizing::new(format!("  base32: {}", *secret.expose_base32()));
    let hex = Zeroizing::new(format!("  hex: {}", *secret.expose_hex()));
    env.stdout.line("Program the token with this secret:");
    env.stdout.line(&base32);
    env.stdout.line(&hex);
    if let Otp::Hotp(hotp) = account.otp {
        let (digits, counter) = (hotp.digits, hotp.counter);
        env.stdout.line(&format!(
            "A YubiKey asks for the base32: ykman otp hotp --digits {digits} --counter {counter} 2"
        ));
    }
}
