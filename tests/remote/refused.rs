//! Files that are not believed: the configuration itself, and those of secrets.

use std::fs;
use std::os::unix::fs::{chown, symlink};
use std::path::Path;
use std::sync::Arc;

use mfa::config::{Config, ConfigError};
use mfa::store::Folder;
use mfa::store::sealing::{Key, Keys};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use zeroize::Zeroizing;

use crate::common::TempStore;
use crate::common::disk::set_mode;
use crate::{configured, load};

const CONFIG: &str = "[sms]\nurl = 'https://sms.example/'\n[sms.params]\nto = '{to}'\ntext = '{text}'\npassword = { file = 'FILE' }\n";

/// Returns the whole line of an error, its cause and the command that mends it; `STORE` stands for
/// the store's path.
fn told(store: &TempStore, error: &ConfigError) -> String {
    let source = std::error::Error::source(error).map(|source| format!(": {source}"));
    let cause = std::error::Error::source(error).and_then(|source| source.source());
    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    let line = format!("{error}{}{cause}", source.unwrap_or_default());
    assert!(!line.contains('\n'), "{line}");
    line.replace(store.path().to_str().unwrap(), "STORE")
}

/// Asserts what is said of a configuration, after something was done to its file.
#[track_caller]
fn refused(act: impl FnOnce(&Path), expected: &str) {
    let store = configured("");
    act(&store.at("config.toml"));
    let error = load(&store).err().unwrap();
    assert!(matches!(error, ConfigError::Store(_)), "{error}");
    assert_eq!(told(&store, &error), expected);
}

#[test]
fn a_configuration_that_others_could_read_or_that_is_no_file_is_refused() {
    refused(|file| set_mode(file, 0o640), "STORE/config.toml is open to other users");
    refused(
        |file| {
            let elsewhere = file.with_file_name("elsewhere");
            fs::rename(file, &elsewhere).unwrap();
            symlink(elsewhere, file).unwrap();
        },
        "STORE/config.toml is a symbolic link",
    );
    refused(
        |file| fs::hard_link(file, file.with_file_name("elsewhere")).unwrap(),
        "STORE/config.toml has more than one link",
    );
    refused(
        |file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        },
        "STORE/config.toml is not a regular file",
    );
    refused(
        |file| fs::write(file, b"x = '\xff'").unwrap(),
        "STORE/config.toml is damaged: it is not UTF-8",
    );
    refused(
        |file| fs::write(file, "#".repeat(65_537)).unwrap(),
        "STORE/config.toml is damaged: longer than 64 KiB",
    );
}

#[test]
#[ignore = "needs root"]
fn a_configuration_of_another_user_is_refused() {
    refused(
        |file| chown(file, Some(1234), None).unwrap(),
        "STORE/config.toml belongs to another user",
    );
}

/// Asserts what is said of the file of a secret, after something was done to it.
#[track_caller]
fn secret_refused(act: impl FnOnce(&Path), expected: &str) {
    let store = configured(&CONFIG.replace("FILE", "secret"));
    store.put("secret", "hunter2\n");
    act(&store.at("secret"));
    let error = load(&store).err().unwrap();
    assert!(matches!(error, ConfigError::Secret { .. }), "{error}");
    let expected = format!("STORE/config.toml:6:21: {expected}");
    assert_eq!(told(&store, &error), expected);
}

#[test]
fn a_secret_that_is_not_there_could_be_read_by_others_or_cannot_be_sent_is_refused() {
    secret_refused(
        |file| fs::remove_file(file).unwrap(),
        "cannot read STORE/secret: No such file or directory (os error 2)",
    );
    secret_refused(|file| set_mode(file, 0o644), "STORE/secret is open to other users");
    secret_refused(
        |file| {
            fs::remove_file(file).unwrap();
            let mode = Mode::RUSR | Mode::WUSR;
            mknodat(CWD, file, FileType::Fifo, mode, 0).unwrap();
        },
        "STORE/secret is not a regular file",
    );
    for (bytes, expected) in [
        (&b""[..], "the value is empty"),
        (b"\r\n", "the value is empty"),
        (b"hunter2\nhunter3\n", "the value has a control character in it"),
        (b"hunter2\xff", "it is not UTF-8"),
    ] {
        let damaged = format!("STORE/secret is damaged: {expected}");
        secret_refused(|file| fs::write(file, bytes).unwrap(), &damaged);
    }
    secret_refused(
        |file| fs::write(file, "x".repeat(65_537)).unwrap(),
        "cannot read STORE/secret: it is longer than 64 KiB",
    );
}

fn keyed(store: &TempStore, allows_plain: bool) -> Folder {
    let key = Key::generate("a".parse().unwrap(), |bytes| {
        bytes.fill(1);
        Ok::<_, ()>(())
    });
    let keys = Keys::new(vec![key.unwrap()], Zeroizing::new([7; 32])).unwrap();
    Folder::new(store.path()).with_keys(Arc::new(keys), allows_plain)
}

#[test]
fn with_a_key_a_secret_lies_where_whoever_can_write_to_the_store_cannot_exchange_it() {
    let store = TempStore::enrolled();
    store.put("config.toml", CONFIG.replace("FILE", "secret"));
    store.put("secret", "hunter2\n");
    assert!(keyed(&store, false).encrypt_config().unwrap());
    let error = Config::load(&keyed(&store, false)).err().unwrap();
    let why = "STORE/config.toml:6:21: STORE/secret is in the store: with a key, whoever can write to the store could put another secret there";
    assert_eq!(told(&store, &error), why);
    assert!(Config::load(&keyed(&store, true)).is_ok());
    fs::rename(store.at("secret"), store.outside().join("secret")).unwrap();
    store.put("config.toml", CONFIG.replace("FILE", "../secret"));
    assert!(keyed(&store, false).encrypt_config().unwrap());
    assert!(Config::load(&keyed(&store, false)).is_ok());
}
