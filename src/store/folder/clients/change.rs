//! Reading the callers, and changing them.

use super::super::held::HeldStore;
use super::super::store_dirs::StoreDirs;
use super::super::stored::Plain;
use super::{Clients, NAME};
use crate::client::Client;
use crate::store::{StoreError, client_record};

impl StoreDirs {
    pub(in super::super) fn clients(&self) -> Result<Vec<Client>, StoreError> {
        parsed(self.clients_file(Plain::AsAllowed)?.as_ref())
    }

    /// Changes the callers; those that stay as they are take no lock.
    pub(in super::super) fn change_clients(
        self,
        change: &mut dyn FnMut(&[Client]) -> Vec<Client>,
    ) -> Result<(), StoreError> {
        let before = self.clients()?;
        if change(&before) == before {
            return Ok(());
        }
        HeldStore::wait(self)?.rewrite_clients(Plain::AsAllowed, |store, file| {
            let before = parsed(file)?;
            let after = change(&before);
            if after == before {
                return Ok(None);
            }
            file.map_or(Ok(()), |file| store.expect_key(&file.file, &file.text))?;
            let text = client_record::write(&after).map_err(|why| store.clients_failed(why))?;
            Ok(Some(store.authenticated(NAME, text)))
        })
    }
}

fn parsed(file: Option<&Clients>) -> Result<Vec<Client>, StoreError> {
    let read =
        |file: &Clients| client_record::read(&file.value).map_err(|why| file.file.damaged(why));
    file.map_or(Ok(Vec::new()), read)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::sync::Arc;

    use zeroize::Zeroizing;

    use super::*;
    use crate::client::{ClientId, Scope};
    use crate::domain::UnixTime;
    use crate::store::sealing::{Key, Keys};
    use crate::store::{Folder, Store};

    fn client(number: u32) -> Client {
        Client {
            id: ClientId(number),
            name: format!("client {number}"),
            scope: Scope::AllApps,
            may_manage: false,
            token_sha256: [7; 32],
            created: UnixTime(5),
            expires: None,
            last_used: None,
        }
    }

    /// Makes a store with a client, sealed if there are keys.
    fn store(root: &Path, keys: &[&str]) -> Folder {
        fs::create_dir_all(root.join("secrets")).unwrap();
        let store = with_keys(root, keys, false);
        store.change_clients(&mut |_| vec![client(1)]).unwrap();
        store
    }

    fn with_keys(root: &Path, keys: &[&str], allows_plain: bool) -> Folder {
        let key = |id: &&str| {
            let byte = id.as_bytes()[0];
            let fill = |bytes: &mut [u8]| {
                bytes.fill(byte);
                Ok::<_, ()>(())
            };
            Key::generate(id.parse().unwrap(), fill).unwrap()
        };
        match Keys::new(keys.iter().map(key).collect(), Zeroizing::new([0; 32])) {
            Some(keys) => Folder::new(root).with_keys(Arc::new(keys), allows_plain),
            None => Folder::new(root),
        }
    }

    fn put(root: &Path, text: &str) {
        fs::write(root.join(NAME), text).unwrap();
        fs::set_permissions(root.join(NAME), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn text(root: &Path) -> String {
        fs::read_to_string(root.join(NAME)).unwrap()
    }

    fn refusal(store: &Folder, root: &Path) -> String {
        let error = store.clients().unwrap_err().to_string();
        error.replace(root.to_str().unwrap(), "STORE")
    }

    #[test]
    fn a_key_guards_the_clients_and_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let store = store(root, &["a"]);
        let sealed = text(root);
        let (plain, mac) = sealed.split_once("mfa-mac:").unwrap();
        for (planted, why) in [
            (sealed.replace("apps = \"all\"", "apps = []"), "it is not what key 'a' has sealed"),
            (plain.to_owned(), "it is not authenticated by a key"),
            (format!("version = 1\nmfa-mac:{mac}"), "it is not what key 'a' has sealed"),
        ] {
            put(root, &planted);
            assert_eq!(refusal(&store, root), format!("STORE/clients.toml is damaged: {why}"));
            assert!(store.change_clients(&mut |_| Vec::new()).is_err());
            assert_eq!(text(root), planted);
        }
        put(root, &sealed);
        assert_eq!(store.clients().unwrap(), [client(1)]);
        let other = refusal(&with_keys(root, &["b"], false), root);
        let why = "is authenticated by key 'a', which the key file does not hold";
        assert_eq!(other, format!("STORE/clients.toml {why}"));
        put(root, plain);
        assert_eq!(with_keys(root, &["a"], true).clients().unwrap(), [client(1)], "--allow-plain");
    }

    #[test]
    fn without_the_key_the_clients_can_be_read_and_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        store(root, &["a"]);
        let (sealed, keyless) = (text(root), Folder::new(root));
        assert_eq!(keyless.clients().unwrap(), [client(1)]);
        let changed = keyless.change_clients(&mut |_| Vec::new());
        assert!(matches!(changed, Err(StoreError::Sealed { .. })), "{changed:?}");
        assert_eq!(text(root), sealed);
    }

    #[test]
    fn sealing_rotates_the_key_and_unsealing_takes_the_code_away() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        store(root, &[]);
        let plain = text(root);
        with_keys(root, &["a"], false).seal_clients().unwrap();
        let [under_a, under_b] = ["a", "b"].map(|id| format!("{plain}mfa-mac:1:{id}:"));
        assert!(text(root).starts_with(&under_a));
        let both = with_keys(root, &["b", "a"], false);
        both.seal_clients().unwrap();
        assert!(text(root).starts_with(&under_b));
        assert_eq!(with_keys(root, &["b"], false).clients().unwrap(), [client(1)]);
        both.unseal_clients().unwrap();
        assert_eq!(text(root), plain);
        fs::remove_file(root.join(NAME)).unwrap();
        both.seal_clients().unwrap();
        assert!(!root.join(NAME).exists(), "there is nothing to seal");
    }

    #[test]
    fn clients_that_others_may_have_written_are_refused_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let store = store(root, &[]);
        for (mode, why) in [(0o644, "is open to other users"), (0o660, super::super::PLANTED)] {
            fs::set_permissions(root.join(NAME), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(refusal(&store, root), format!("STORE/clients.toml {why}"));
        }
    }

    #[test]
    fn more_clients_than_would_be_read_again_are_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let store = store(root, &["a"]);
        let put = |count| store.change_clients(&mut |_| (0..count).map(client).collect());
        put(300).unwrap();
        assert_eq!(store.clients().unwrap().len(), 300);
        let source = std::error::Error::source(&put(1000).unwrap_err()).unwrap().to_string();
        assert_eq!(source, "there are too many clients for 64 KiB");
        assert_eq!(store.clients().unwrap().len(), 300);
    }
}
