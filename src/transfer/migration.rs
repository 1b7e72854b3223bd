//! The message in Google Authenticator's exports.

use prost::Message;
use zeroize::Zeroize;

/// `MigrationPayload`, as Google Authenticator writes it.
///
/// Google publishes no definition; apps use the one found in its program.
#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Payload {
    #[prost(message, repeated, tag = "1")]
    pub entries: Vec<Parameters>,
    #[prost(int32, tag = "2")]
    pub version: i32,
    #[prost(int32, tag = "3")]
    pub size: i32,
    #[prost(int32, tag = "4")]
    pub index: i32,
    #[prost(int32, tag = "5")]
    pub id: i32,
}

/// `OtpParameters`, wiped on drop.
///
/// Its names are bytes, so that an invalid one does not stop the others.
#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Parameters {
    #[prost(bytes, tag = "1")]
    pub secret: Vec<u8>,
    #[prost(bytes, tag = "2")]
    pub name: Vec<u8>,
    #[prost(bytes, tag = "3")]
    pub issuer: Vec<u8>,
    #[prost(int32, tag = "4")]
    pub algorithm: i32,
    #[prost(int32, tag = "5")]
    pub digits: i32,
    #[prost(int32, tag = "6")]
    pub kind: i32,
    #[prost(int64, tag = "7")]
    pub counter: i64,
}

impl Drop for Parameters {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}
