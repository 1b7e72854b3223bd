//! Rows of a database sealed whole: who writes the database can neither read nor make one.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use super::key::Purpose;
use super::ring::{NONCE, TAG};
use super::{Key, KeyId, Keys, SealError};

/// What a row is bound to: it opens as nothing else.
#[derive(Clone, Copy)]
pub(in crate::store) struct RowOf<'a> {
    pub(in crate::store) table: &'a str,
    pub(in crate::store) name: &'a str,
    pub(in crate::store) version: i64,
}

/// A sealed row: the name of its key, and a nonce and a ciphertext.
pub(in crate::store) struct SealedRow {
    pub(in crate::store) key_id: String,
    pub(in crate::store) record: Vec<u8>,
}

impl Keys {
    /// Seals a record, which must have [`TAG`] bytes to spare, so that no copy of it is left behind.
    pub(in crate::store) fn seal_row(
        &self,
        row: RowOf<'_>,
        mut record: Zeroizing<Vec<u8>>,
    ) -> Option<SealedRow> {
        let (key, nonce) = (self.first(), self.nonce());
        record.reserve_exact(TAG);
        cipher(key).encrypt_in_place(&XNonce::from(nonce), &row.context(key), &mut *record).ok()?;
        let record = [nonce.as_slice(), &record].concat();
        Some(SealedRow { key_id: key.id().to_string(), record })
    }

    /// Returns the name of the key that seals.
    pub(in crate::store) fn newest(&self) -> &KeyId {
        self.first().id()
    }

    /// Draws a number, which is no secret.
    pub(in crate::store) fn drawn(&self) -> u64 {
        let [first, .., last] = self.nonce();
        u64::from(first) << 8 | u64::from(last)
    }

    /// Opens what [`seal_row`](Self::seal_row) has sealed for this row.
    pub(in crate::store) fn open_row(
        &self,
        row: RowOf<'_>,
        sealed: &SealedRow,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let id = sealed.key_id.parse().map_err(|_| SealError::Form)?;
        let key = self.key(&id).ok_or(SealError::NoSuchKey(id))?;
        let (nonce, record) = sealed.record.split_first_chunk::<NONCE>().ok_or(SealError::Form)?;
        let mut record = Zeroizing::new(record.to_vec());
        cipher(key)
            .decrypt_in_place(&XNonce::from(*nonce), &row.context(key), &mut *record)
            .map_err(|_| SealError::Forged(key.id().clone()))?;
        Ok(record)
    }
}

impl RowOf<'_> {
    /// Returns the associated data, each part ended by a NUL, which no name holds.
    fn context(&self, key: &Key) -> Vec<u8> {
        let version = self.version.to_string();
        ["mfa row v1", self.table, self.name, &version, key.id().as_str()]
            .map(|part| format!("{part}\0"))
            .concat()
            .into_bytes()
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&*key.subkey(Purpose::Rows)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: RowOf<'_> = RowOf { table: "app", name: "deploy", version: 7 };

    fn keys(ids: &[&str]) -> Keys {
        let key = |id: &&str| {
            let byte = u8::try_from(id.len()).unwrap();
            Key::from_bytes(id.parse().unwrap(), &[byte; 32]).unwrap()
        };
        Keys::new(ids.iter().map(key).collect(), Zeroizing::new([9; 32])).unwrap()
    }

    fn record() -> Zeroizing<Vec<u8>> {
        Zeroizing::new(b"the record".to_vec())
    }

    #[test]
    fn a_row_opens_as_itself_and_as_nothing_else() {
        let keys = keys(&["new", "older"]);
        let sealed = keys.seal_row(ROW, record()).unwrap();
        assert_eq!((&*sealed.key_id, sealed.record.len()), ("new", NONCE + 10 + TAG));
        assert_eq!(keys.open_row(ROW, &sealed).unwrap(), record());
        for other in [
            RowOf { table: "policy", ..ROW },
            RowOf { name: "deploy2", ..ROW },
            RowOf { version: 8, ..ROW },
        ] {
            let forged = Err(SealError::Forged("new".parse().unwrap()));
            assert_eq!(keys.open_row(other, &sealed), forged);
        }
    }

    #[test]
    fn what_was_changed_or_is_under_another_key_does_not_open() {
        let keys = keys(&["new", "older"]);
        let sealed = keys.seal_row(ROW, record()).unwrap();
        let with = |key_id: &str, record: &[u8]| {
            let row = SealedRow { key_id: key_id.into(), record: record.to_vec() };
            keys.open_row(ROW, &row).unwrap_err()
        };
        let forged = |id: &str| SealError::Forged(id.parse().unwrap());
        for place in 0..sealed.record.len() {
            let mut changed = sealed.record.clone();
            changed[place] ^= 1;
            assert_eq!(with("new", &changed), forged("new"));
        }
        assert_eq!(with("older", &sealed.record), forged("older"));
        assert_eq!(with("lost", &sealed.record), SealError::NoSuchKey("lost".parse().unwrap()));
        assert_eq!(with("no name", &sealed.record), SealError::Form);
        assert_eq!(with("new", &sealed.record[..NONCE - 1]), SealError::Form);
        assert_eq!(with("new", &sealed.record[..NONCE + 3]), forged("new"));
    }
}
