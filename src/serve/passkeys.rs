use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

use crate::config::{Origin, OriginError};
use crate::domain::{Account, AppName, Begun, Bounded, Challenge, Device, Label};

/// The relying party of `WebAuthn`: what passkeys are made for, and verified as.
///
/// A finger, a face or a PIN, checked by the device, is required of every one of them.
pub(super) struct Passkeys(Webauthn);

/// What is asked of a passkey, and what its answer is verified against.
#[derive(Serialize, Deserialize)]
struct Assertion {
    options: Value,
    state: DiscoverableAuthentication,
}

impl Passkeys {
    pub(super) fn new(origin: &Origin) -> Result<Self, OriginError> {
        let url = Url::parse(&origin.to_string()).map_err(|_| OriginError::Form)?;
        let host = url.host_str().ok_or(OriginError::Form)?.to_owned();
        let builder = WebauthnBuilder::new(&host, &url).map(|builder| builder.rp_name("mfa"));
        Ok(Self(builder.and_then(WebauthnBuilder::build).map_err(|_| OriginError::Form)?))
    }

    /// Returns what a browser makes a passkey by, and what that is verified against.
    pub(super) fn register(
        &self,
        app: &AppName,
        account: &Account,
        user: [u8; 16],
    ) -> Option<(Value, Bounded<2048>)> {
        let name = account.name.as_ref().map_or(app.as_str(), Label::as_str);
        let known = account.push.devices.iter().filter_map(passkey);
        let known: Vec<CredentialID> = known.map(|passkey| passkey.cred_id().clone()).collect();
        let user = Uuid::from_bytes(user);
        let begun = self.0.start_passkey_registration(user, name, app.as_str(), Some(known));
        let (options, state) = begun.ok()?;
        Some((serde_json::to_value(options.public_key).ok()?, text(&state)?))
    }

    /// Returns a new passkey as it is stored, if it is verified.
    pub(super) fn registered(
        &self,
        credential: &RegisterPublicKeyCredential,
        begun: &Begun,
    ) -> Option<Bounded<2560>> {
        expect_own_page(credential.response.client_data_json.as_ref())?;
        let state: PasskeyRegistration = serde_json::from_str(begun.registration.as_str()).ok()?;
        text(&self.0.finish_passkey_registration(credential, &state).ok()?)
    }

    /// Returns what the answer to a challenge is verified against.
    pub(super) fn assertion(&self) -> Option<Bounded<1024>> {
        let (request, state) = self.0.start_discoverable_authentication().ok()?;
        text(&Assertion { options: serde_json::to_value(request.public_key).ok()?, state })
    }

    /// Returns the passkey as it is stored from now on, if what it says to a challenge is verified.
    pub(super) fn asserted(
        &self,
        credential: &PublicKeyCredential,
        device: &Device,
        challenge: &Challenge,
    ) -> Option<Bounded<2560>> {
        expect_own_page(credential.response.client_data_json.as_ref())?;
        let Assertion { state, .. } = assertion(challenge)?;
        let mut passkey = passkey(device)?;
        let result =
            self.0.finish_discoverable_authentication_v2(credential, state, &passkey).ok()?;
        // It was required, and a gate is too important to rely on that alone.
        if !result.user_verified() {
            return None;
        }
        passkey.update_credential(&result)?;
        text(&passkey)
    }
}

/// What a browser says of the page that has asked (W3C `WebAuthn`, section 5.8.1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    cross_origin: bool,
}

/// Returns nothing for a page of ours that is shown within one of another site.
fn expect_own_page(client_data: &[u8]) -> Option<()> {
    let page: Page = serde_json::from_slice(client_data).ok()?;
    (!page.cross_origin).then_some(())
}

/// Returns what a browser asks a device's passkey by.
pub(super) fn request(device: &Device, challenge: &Challenge) -> Option<Value> {
    let mut options = assertion(challenge)?.options;
    let id = URL_SAFE_NO_PAD.encode(passkey(device)?.cred_id());
    let allowed = serde_json::json!([{ "type": "public-key", "id": id }]);
    options.as_object_mut()?.insert("allowCredentials".into(), allowed);
    Some(options)
}

fn assertion(challenge: &Challenge) -> Option<Assertion> {
    serde_json::from_str(challenge.assertion.as_ref()?.as_str()).ok()
}

fn passkey(device: &Device) -> Option<Passkey> {
    serde_json::from_str(device.passkey.as_str()).ok()
}

/// Returns a value as a record keeps it, if there is room for it.
fn text<const MOST: usize>(value: &impl Serialize) -> Option<Bounded<MOST>> {
    serde_json::to_string(value).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Totp;

    #[test]
    fn verification_by_the_device_is_asked_for_and_what_begins_has_room_in_a_record() {
        let passkeys = Passkeys::new(&Origin::local(8080)).unwrap();
        let app: AppName = "字".repeat(42).parse().unwrap();
        let account = Account::new("Corp".parse().unwrap(), None, Totp::default(), None);
        let (options, _) = passkeys.register(&app, &account, [1; 16]).unwrap();
        assert_eq!(options["rp"]["id"], "localhost");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        let assertion = passkeys.assertion().unwrap();
        let options: Assertion = serde_json::from_str(assertion.as_str()).unwrap();
        assert_eq!(options.options["userVerification"], "required");
    }
}
