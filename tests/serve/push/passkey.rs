//! A passkey in memory: what a browser and its authenticator send, and what an attacker would like them to.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What an authenticator says of its user in the flags of W3C `WebAuthn`, section 6.1.
pub const PRESENT: u8 = 1;
pub const VERIFIED: u8 = 1 << 2;
const ATTESTED: u8 = 1 << 6;

/// A passkey, and the surroundings that it finds itself in.
#[derive(Clone)]
pub struct Passkey {
    pub key: SigningKey,
    pub id: [u8; 16],
    pub origin: &'static str,
    pub site: &'static str,
    pub flags: u8,
    pub counter: u32,
    /// Whether the page is shown within one of another site.
    pub framed: bool,
}

impl Passkey {
    pub fn new(seed: u8) -> Self {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        let (origin, site) = ("http://localhost:8080", "localhost");
        Self {
            key,
            id: [seed; 16],
            origin,
            site,
            flags: PRESENT | VERIFIED,
            counter: 0,
            framed: false,
        }
    }

    /// Answers `navigator.credentials.create`.
    pub fn create(&self, options: &Value) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        // COSE_Key of RFC 9053: EC2, ES256, P-256, x, y.
        let cose = [&b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"[..], x, b"\x22\x58\x20", y];
        let credential = [&[0; 16][..], &[0, 16], &self.id, &cose.concat()].concat();
        let data = [self.data(self.flags | ATTESTED), credential].concat();
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58";
        let object = [&head[..], &[u8::try_from(data.len()).unwrap()], &data].concat();
        let client = self.client("webauthn.create", options);
        self.credential(&json!({
            "attestationObject": BASE64.encode(object),
            "clientDataJSON": BASE64.encode(client),
        }))
    }

    /// Answers `navigator.credentials.get`.
    pub fn get(&self, options: &Value) -> Value {
        let (data, client) = (self.data(self.flags), self.client("webauthn.get", options));
        let signed = [&data[..], &Sha256::digest(&client)].concat();
        let signature: DerSignature = self.key.sign(&signed);
        self.credential(&json!({
            "authenticatorData": BASE64.encode(data),
            "clientDataJSON": BASE64.encode(client),
            "signature": BASE64.encode(signature.as_bytes()),
            "userHandle": BASE64.encode([0; 16]),
        }))
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let site = Sha256::digest(self.site);
        [&site[..], &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn client(&self, kind: &str, options: &Value) -> String {
        let (challenge, origin) = (&options["challenge"], self.origin);
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": self.framed })
            .to_string()
    }

    fn credential(&self, response: &Value) -> Value {
        let id = BASE64.encode(self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response,
                "clientExtensionResults": {} })
    }
}
