//! Finding out which client of the service calls.

use crate::client::{Client, Token};
use crate::domain::UnixTime;
use crate::store::{Store, StoreError};

/// The seconds in an hour, to which the last use of a token is noted: a busy client costs one write
/// an hour.
const HOUR: u64 = 60 * 60;

/// Returns the client whose token this is, if it is one, and notes that it was used.
///
/// Where that cannot be noted, the client is let in all the same.
///
/// # Errors
/// [`StoreError`] if the clients cannot be trusted or read; the caller must be refused.
pub fn identify(
    store: &(impl Store + ?Sized),
    token: &str,
    now: UnixTime,
) -> Result<Option<Client>, StoreError> {
    let Ok(token) = token.parse::<Token>() else { return Ok(None) };
    let Some(client) = store.clients()?.into_iter().find(|client| client.admits(&token, now))
    else {
        return Ok(None);
    };
    let hour = Some(UnixTime(now.0 - now.0 % HOUR));
    if client.last_used < hour {
        let _ = store.change_clients(&mut |clients| {
            let mut clients = clients.to_vec();
            if let Some(used) = clients.iter_mut().find(|one| one.id == client.id) {
                used.last_used = used.last_used.max(hour);
            }
            clients
        });
    }
    Ok(Some(client))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::client::{ClientId, Scope};
    use crate::store::{Folder, Memory};

    fn token() -> Token {
        Token::new(ClientId(7), &[7; 32])
    }

    /// Adds another client, and the one of the token, good for ten hours.
    fn with_clients(store: impl Store) -> impl Store {
        let ci = Client {
            id: token().id(),
            name: "ci".into(),
            scope: Scope::AllApps,
            may_manage: false,
            token_sha256: token().sha256(),
            created: UnixTime(0),
            expires: Some(UnixTime(10 * HOUR)),
            last_used: None,
        };
        let other =
            Client { id: ClientId(8), name: "other".into(), token_sha256: [0; 32], ..ci.clone() };
        store.change_clients(&mut |_| vec![other.clone(), ci.clone()]).unwrap();
        store
    }

    fn name(store: &impl Store, token: &str, now: u64) -> Option<String> {
        identify(store, token, UnixTime(now)).unwrap().map(|client| client.name)
    }

    #[test]
    fn a_client_is_known_by_its_token_alone() {
        let store = with_clients(Memory::default());
        let token = token().expose();
        assert_eq!(name(&store, &token, 5), Some("ci".into()));
        assert_eq!(name(&store, &token, 10 * HOUR), None, "it has expired");
        for wrong in ["", "ci", &token[1..], &token.replace("_0", "_1"), &token.replace('H', "I")] {
            assert_eq!(name(&store, wrong, 5), None, "{wrong}");
        }
    }

    #[test]
    fn the_use_of_a_token_is_noted_to_the_hour_and_never_goes_back() {
        let store = with_clients(Memory::default());
        for (now, noted) in
            [(5, 0), (HOUR - 1, 0), (3 * HOUR + 59, 3), (2 * HOUR, 3), (4 * HOUR, 4)]
        {
            name(&store, &token().expose(), now);
            let used: Vec<_> = store.clients().unwrap().iter().map(|one| one.last_used).collect();
            assert_eq!(used, [None, Some(UnixTime(noted * HOUR))], "{now}");
        }
    }

    #[test]
    fn a_client_whose_use_cannot_be_noted_is_let_in() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("secrets")).unwrap();
        let store = with_clients(Folder::new(root.path()));
        let lock = root.path().join(".lock");
        fs::remove_file(&lock).unwrap();
        symlink("elsewhere", lock).unwrap();
        assert_eq!(name(&store, &token().expose(), 5), Some("ci".into()));
        assert_eq!(store.clients().unwrap()[1].last_used, None);
    }

    #[test]
    fn nobody_is_known_where_the_clients_cannot_be_read() {
        let root = tempfile::tempdir().unwrap();
        let store = Folder::new(root.path());
        assert!(identify(&store, &token().expose(), UnixTime(5)).is_err(), "there is no store");
        fs::create_dir(root.path().join("secrets")).unwrap();
        fs::write(root.path().join("clients.toml"), "version = 1").unwrap();
        fs::set_permissions(root.path().join("clients.toml"), fs::Permissions::from_mode(0o666))
            .unwrap();
        assert!(identify(&store, &token().expose(), UnixTime(5)).is_err(), "others can write them");
    }
}
