use zeroize::Zeroizing;

use crate::domain::{Code, Label, Secret, Totp, UnixTime, provisioning_uri};
use crate::qr::{Qr, QrError, base64};

/// Makes and checks the codes of one issuer, for a service that keeps the secrets itself.
///
/// It remembers nothing: whoever calls [`verify`](Self::verify) must refuse a time step that is
/// not newer than the last one accepted, and throttle. [`authenticate`](crate::authenticate) with a
/// [`store`](crate::store) does both.
#[derive(Clone, Debug)]
pub struct TotpManager {
    /// Who issues the codes, as phones show it.
    pub issuer: Label,
    /// How codes are made; the default is what every phone app knows.
    pub totp: Totp,
}

impl TotpManager {
    /// Begins with the default parameters: SHA1, 6 digits, 30 seconds.
    #[must_use]
    pub fn new(issuer: Label) -> Self {
        Self { issuer, totp: Totp::default() }
    }

    /// Writes the URI that enrols `account`; it holds the secret.
    #[must_use]
    pub fn provisioning_uri(&self, account: &Label, secret: &Secret) -> Zeroizing<String> {
        provisioning_uri(secret, &self.issuer, Some(account), self.totp)
    }

    /// Draws the QR code of that URI, as the bytes of a PNG file.
    ///
    /// # Errors
    /// [`QrError::TooLong`] where issuer and account leave the secret no room.
    pub fn qr_png(&self, account: &Label, secret: &Secret) -> Result<Vec<u8>, QrError> {
        Qr::new(&self.provisioning_uri(account, secret))?.png()
    }

    /// Draws the same in base64, for a `data:` URI in a page.
    ///
    /// # Errors
    /// As [`qr_png`](Self::qr_png).
    pub fn qr_base64(&self, account: &Label, secret: &Secret) -> Result<String, QrError> {
        Ok(base64(&self.qr_png(account, secret)?))
    }

    /// Returns the time step that a code is right for, of the one at `now` and one on each side.
    #[must_use]
    pub fn verify(&self, secret: &Secret, code: &Code, now: UnixTime) -> Option<u64> {
        self.totp.matching_step(secret, code, now)
    }

    /// Returns the code that is current at `now`.
    #[must_use]
    pub fn current_code(&self, secret: &Secret, now: UnixTime) -> String {
        self.totp.code(secret, now)
    }
}
