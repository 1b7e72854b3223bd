//! The callers of the service: who they are, what they may ask for, and how they prove it.

mod id;
mod scope;
mod token;

use constant_time_eq::constant_time_eq_32;

use crate::domain::UnixTime;

pub use id::{ClientId, ClientIdError};
pub use scope::Scope;
pub use token::{Token, TokenError};

/// A program that may call the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The id, which its token names.
    pub id: ClientId,
    /// The name by which people know it, which no other client has.
    pub name: String,
    /// The apps that it may ask about.
    pub scope: Scope,
    /// Whether it may enrol, change and remove apps as well.
    pub may_manage: bool,
    /// The digest of its token: whoever reads the store does not learn the token.
    pub token_sha256: [u8; 32],
    /// The time at which it was added.
    pub created: UnixTime,
    /// The time from which on its token is refused, if there is one.
    pub expires: Option<UnixTime>,
    /// The hour in which it last called, if it ever did.
    pub last_used: Option<UnixTime>,
}

impl Client {
    /// Reports whether a token is this client's, and good at `now`.
    ///
    /// The digests are compared in constant time.
    #[must_use]
    pub fn admits(&self, token: &Token, now: UnixTime) -> bool {
        constant_time_eq_32(&self.token_sha256, &token.sha256()) && !self.is_expired(now)
    }

    /// Reports whether another client has the same id or name, of which only one can be kept.
    #[must_use]
    pub fn clashes_with(&self, other: &Self) -> bool {
        self.id == other.id || self.name == other.name
    }

    /// Reports whether its token is refused at `now` for its age alone.
    #[must_use]
    pub fn is_expired(&self, now: UnixTime) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(token: &Token, expires: Option<UnixTime>) -> Client {
        Client {
            id: token.id(),
            name: "ci".into(),
            scope: Scope::AllApps,
            may_manage: false,
            token_sha256: token.sha256(),
            created: UnixTime(0),
            expires,
            last_used: None,
        }
    }

    #[test]
    fn a_client_admits_its_own_token_until_it_expires() {
        let (id, other) = (ClientId(1), ClientId(2));
        let token = Token::new(id, &[7; 32]);
        let forever = client(&token, None);
        assert!(forever.admits(&token, UnixTime(u64::MAX)));
        assert!(!forever.admits(&Token::new(id, &[8; 32]), UnixTime(0)));
        assert!(!forever.admits(&Token::new(other, &[7; 32]), UnixTime(0)), "another's id");
        let until = client(&token, Some(UnixTime(100)));
        assert_eq!(
            [99, 100, 101].map(|now| until.admits(&token, UnixTime(now))),
            [true, false, false]
        );
    }
}
