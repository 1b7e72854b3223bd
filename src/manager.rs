use zeroize::Zeroizing;

use crate::domain::{Code, Label, Secret, Totp, UnixTime, provisioning_uri};
use crate::qr::{Qr, QrError, base64};

/// A maker and checker of one issuer's codes, for a service that keeps the secrets itself.
///
/// It remembers nothing: the caller of [`verify`](Self::verify) must refuse a time step that is not
/// newer than the last one accepted, and must throttle. [`authenticate`](crate::authenticate) with
/// a [`store`](crate::store) does both.
#[derive(Clone, Debug)]
pub struct TotpManager {
    /// The issuer of the codes, as phones show it.
    pub issuer: Label,
    /// The parameters of the codes; the default is what every phone app supports.
    pub totp: Totp,
}

impl TotpManager {
    /// Returns a manager with the default parameters: SHA1, 6 digits, 30 seconds.
    #[must_use]
    pub fn new(issuer: Label) -> Self {
        Self { issuer, totp: Totp::default() }
    }

    /// Returns the URI that enrols `account`, which contains the secret.
    #[must_use]
    pub fn provisioning_uri(&self, account: &Label, secret: &Secret) -> Zeroizing<String> {
        provisioning_uri(secret, &self.issuer, Some(account), self.totp)
    }

    /// Draws the QR code of that URI and returns it as a PNG file.
    ///
    /// # Errors
    /// [`QrError::TooLong`] if issuer and account leave no room for the secret.
    pub fn qr_png(&self, account: &Label, secret: &Secret) -> Result<Vec<u8>, QrError> {
        Qr::new(&self.provisioning_uri(account, secret))?.png()
    }

    /// Draws the same PNG and returns it in base64, for a `data:` URI in a page.
    ///
    /// # Errors
    /// As for [`qr_png`](Self::qr_png).
    pub fn qr_base64(&self, account: &Label, secret: &Secret) -> Result<String, QrError> {
        Ok(base64(&self.qr_png(account, secret)?))
    }

    /// Returns the time step that a code is right for, out of the one at `now` and one on each
    /// side.
    #[must_use]
    pub fn verify(&self, secret: &Secret, code: &Code, now: UnixTime) -> Option<u64> {
        self.totp.matching_step(secret, code, self.totp.step(now))
    }

    /// Returns the code that is current at `now`.
    #[must_use]
    pub fn current_code(&self, secret: &Secret, now: UnixTime) -> String {
        self.totp.code(secret, now)
    }
}
