//! The configurations in the documentation, as they stand but for the file of a secret.

use std::fs;

use crate::common::TempStore;
use crate::common::disk::set_mode;
use crate::load;

const SECRET: &str = "/etc/mfa-sms.secret";

/// A configuration whose secret is in a file of the test's own.
pub struct Example {
    pub text: String,
    store: TempStore,
}

/// Returns the configurations of gateways.
fn examples() -> Vec<&'static str> {
    in_toml(include_str!("../../docs/sms.md")).collect()
}

/// Returns the configurations in a text.
pub fn in_toml(text: &str) -> impl Iterator<Item = &str> {
    text.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0)
}

/// Returns the configuration with this word in it, and a secret for it.
pub fn example(word: &str, secret: &str) -> Example {
    let text = examples().into_iter().find(|text| text.contains(word)).unwrap();
    let store = TempStore::new();
    let file = store.outside().join("secret");
    fs::write(&file, format!("{secret}\n")).unwrap();
    set_mode(&file, 0o600);
    Example { text: text.replace(SECRET, file.to_str().unwrap()), store }
}

#[test]
fn each_configuration_of_a_gateway_is_right() {
    assert_eq!(examples().len(), 3);
    for (word, text, per_hour) in [
        ("sendsms", "Your code is: {code}", 100),
        ("twilio", "Your code is: {code}", 100),
        ("json", "{issuer}: your code is {code}", 20),
    ] {
        let Example { text: config, store } = example(word, "Bearer hunter2");
        store.put("config.toml", config);
        let sms = load(&store).unwrap_or_else(|error| panic!("{error}")).sms.unwrap();
        assert_eq!((&*sms.text, sms.per_hour.get()), (text, per_hour), "{word}");
    }
}
