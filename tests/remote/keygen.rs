use std::fs;

use mfa::send::VapidKey;

use crate::common::TempStore;
use crate::common::disk::mode;
use crate::documentation::in_toml;
use crate::load;

#[test]
fn a_key_of_web_push_is_a_private_line_that_replaces_no_other_and_the_documented_section_takes_it()
{
    let store = TempStore::new();
    let file = store.outside().join("vapid.key");
    let path = file.to_str().unwrap();
    let said = format!("wrote the key of web push to {path}\n");
    store.bare(["keygen", "--push", path]).gives(0, &said, "");
    assert_eq!(mode(&file), 0o600);
    let line = fs::read_to_string(&file).unwrap();
    assert_eq!(line.len(), 44, "{line}");
    let key: VapidKey = line.strip_suffix('\n').unwrap().parse().unwrap();
    let again = store.bare(["keygen", "--push", path]).said();
    assert_eq!((again.status, &*again.stdout), (Some(6), ""), "{again:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), line);
    let example = in_toml(include_str!("../../docs/push.md")).find(|text| text.contains("[push]"));
    store.put("config.toml", example.unwrap().replace("/etc/mfa-vapid.key", path));
    let push = load(&store).unwrap_or_else(|error| panic!("{error}")).push.unwrap();
    assert_eq!(push.public_key(), key.public_key());
}

#[test]
fn a_key_of_web_push_has_no_name() {
    let store = TempStore::new();
    let file = store.outside().join("a");
    let path = file.to_str().unwrap();
    let answer = format!("{{\"file\":\"{path}\",\"key\":null}}\n");
    store.bare(["keygen", "--push", path, "--json"]).gives(0, &answer, "");
    let other = store.outside().join("b");
    let named = ["keygen", "--push", "--id", "a", other.to_str().unwrap()];
    assert_eq!(store.bare(named).said().status, Some(2));
    assert!(!other.exists());
}
