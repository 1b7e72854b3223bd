use mfa::domain::Totp;

use super::*;

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
    let scene = Scene::empty();
    let (end, said) = enrols(&scene, Some);
    assert_eq!(end, End::Accepted);
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
    let scene = Scene::empty();
    let (end, said) = enrols(&scene, |_| Some(WRONG.into()));
    assert_eq!(end, End::Wrong);
    assert_eq!(said.len(), 6, "the secret, three questions, and two of three answers: {said:?}");
    assert_eq!(enrols(&scene, |_| None).0, End::Unheard);
    assert_eq!(scene.store().apps().unwrap(), []);
    assert_eq!(scene.log().0, Vec::<String>::new());
}

#[test]
fn whoever_is_enrolled_is_asked_and_shown_nothing() {
    let scene = Scene::new();
    assert_eq!(scene.types(&["enrol"], &[RIGHT]), (End::Accepted, said(&["? Code: "])));
}
