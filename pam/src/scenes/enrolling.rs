use std::sync::Arc;

use mfa::domain::Totp;
use mfa::store::sealing::Keys;

use super::*;
use crate::gate::enrolled;

/// Returns the code of the secret that was shown.
fn code_of(shown: &str) -> String {
    let (_, secret) = shown.rsplit_once("or type the secret into it: ").unwrap();
    Totp::default().code(&Secret::parse(secret.as_bytes()).unwrap(), NOW)
}

/// Logs in where nobody is enrolled; types what `typed` makes of the right code.
fn enrols(scene: &Scene, typed: impl Fn(String) -> Option<String>) -> Said {
    // The world's randomness is known, and so is the secret.
    let secret = Secret::generate(|bytes| {
        bytes.fill(1);
        Ok::<_, ()>(())
    });
    let code = Totp::default().code(&secret.unwrap(), NOW);
    scene.answers(&["enrol"], |_| typed(code.clone()))
}

#[test]
fn the_first_login_shows_a_secret_and_keeps_it_once_its_code_is_right() {
    let scene = Scene::without_alice();
    let (end, said) = enrols(&scene, Some);
    assert_eq!(end, End::Enrolled);
    let [shown, prompt] = &*said else { panic!("{said:?}") };
    assert_eq!(prompt, "? Type the code that it shows: ");
    assert!(shown.starts_with("A second factor is needed for web, and you have none yet.\n"));
    assert!(shown.lines().count() > 20 && !shown.contains('\x1b'), "{shown}");
    let account = scene.store().get(&alice()).unwrap().account;
    assert_eq!((account.issuer.as_str(), account.created), ("web", Some(NOW)));
    assert_eq!(scene.log().0, ["done"]);
    // The first code is used up by that.
    assert_eq!(scene.types(&["enrol", "tries=1"], &[&code_of(shown)]).0, End::Wrong);
}

#[test]
fn whoever_does_not_type_the_first_code_is_refused_and_nothing_is_kept() {
    let scene = Scene::without_alice();
    let (end, said) = enrols(&scene, |_| Some(WRONG.into()));
    assert_eq!(end, End::Wrong);
    assert_eq!(said.len(), 6, "the secret, three questions, and two of three answers: {said:?}");
    assert_eq!(enrols(&scene, |_| None).0, End::Unheard);
    assert!(enrolled(&scene.store(), &alice()).is_ok_and(|account| account.is_none()));
    assert_eq!(scene.log().0, Vec::<String>::new());
}

/// Returns the keys of a key file with one line.
fn keys() -> Arc<Keys> {
    let key = "mfa-key:1:test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n";
    Arc::new(Keys::new(Keys::read(key).unwrap(), Zeroizing::new([0; 32])).unwrap())
}

#[test]
fn where_secrets_are_sealed_nobody_enrols_without_the_key() {
    let (mut sealed, empty) = (Scene::new(), Scene::without_alice());
    sealed.store().with_keys(keys(), true).encrypt(&alice()).unwrap();
    sealed.account = Some("bob".into());
    empty.store().put_wrapped_key("of a passphrase").unwrap();
    for scene in [sealed, empty] {
        let root = scene.store().root().display().to_string();
        let why = format!("{root} takes nothing that is not sealed, and no key is given");
        assert_eq!(enrols(&scene, Some), (End::Unavailable(why), Vec::new()));
    }
}

#[test]
fn a_store_that_is_sealed_while_the_first_code_is_typed_takes_no_plain_secret() {
    let scene = Scene::without_alice();
    let (end, said) = enrols(&scene, |code| {
        scene.store().put_wrapped_key("of a passphrase").unwrap();
        Some(code)
    });
    assert!(matches!(end, End::Unavailable(_)), "{end:?}");
    assert_eq!(said[2], "! the secret was not kept: remove it from the app again");
    assert!(enrolled(&scene.store(), &alice()).is_ok_and(|account| account.is_none()));
}

#[test]
fn whoever_is_enrolled_is_asked_and_shown_nothing() {
    let scene = Scene::new();
    assert_eq!(scene.types(&["enrol"], &[RIGHT]), (End::Accepted, said(&["? Code: "])));
}

#[test]
fn nobody_enrols_where_nobody_is_enrolled_since_the_store_may_not_be_mounted() {
    let scene = Scene::empty();
    assert!(matches!(enrols(&scene, Some), (End::Unavailable(_), said) if said.is_empty()));
}
