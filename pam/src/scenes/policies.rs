use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use super::*;

impl Scene {
    /// Returns the argument for a policy with this text.
    fn policy(&self, text: &str) -> String {
        let path = self.folder.path().join("policy.yaml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        format!("policy={}", path.display())
    }
}

/// A policy that asks on a new location alone, with these two rules of its own.
fn rules(all_users: bool, new_location: &str) -> String {
    format!(
        "mfa_enforcement:\n  all_users: {all_users}\n  grace_period: 30_days\n  \
         exclude_service_accounts: true\n  risk_based_prompting:\n    - new_device: allow\n    \
         - new_location: {new_location}\n    - sensitive_action: require_mfa\nrecovery:\n  \
         backup_codes: 10\n  admin_recovery: verify_with_id\n  recovery_timeout: 24_hours\n"
    )
}

#[test]
fn each_decision_of_a_policy_has_its_end() {
    for (new_location, answers, end, told) in [
        ("allow", &[][..], End::Unasked, &[][..]),
        ("prompt_mfa", &[RIGHT], End::Accepted, &["? Code: "]),
        ("require_mfa", &[RIGHT], End::Accepted, &["? Code: "]),
        ("deny", &[], End::Forbidden, &[]),
    ] {
        let scene = Scene::new();
        let policy = scene.policy(&rules(true, new_location));
        assert_eq!(scene.types(&[&policy], answers), (end, said(told)), "{new_location}");
    }
}

#[test]
fn a_network_from_which_a_code_was_accepted_is_known_afterwards_and_another_is_not() {
    let mut scene = Scene::new();
    let policy = scene.policy(&rules(true, "prompt_mfa"));
    assert_eq!(scene.types(&[&policy], &[RIGHT]).0, End::Accepted);
    scene.login.rhost = Some("192.0.2.99".into());
    assert_eq!(scene.types(&[&policy], &[]), (End::Unasked, Vec::new()));
    // A name is what the owner of the address calls it.
    for rhost in ["198.51.100.7", "192.0.2.0.example.com", ""] {
        scene.login.rhost = Some(rhost.into());
        assert_eq!(scene.types(&[&policy], &[]).0, End::Unheard, "{rhost}: it asks");
    }
}

#[test]
fn whoever_is_not_enrolled_is_let_in_within_the_grace_period_and_hears_of_its_end() {
    let scene = Scene::without_alice();
    let policy = scene.policy(&rules(true, "allow"));
    let told = said(&["a second factor has to be enrolled by 1970-01-31T00:00:59Z"]);
    assert_eq!(scene.types(&[&policy], &[]), (End::Unasked, told));
    assert_eq!(scene.types(&[&policy, "quiet"], &[]), (End::Unasked, Vec::new()));
}

#[test]
fn whoever_has_to_enrol_is_refused_or_enrols_as_the_line_says() {
    let scene = Scene::without_alice();
    let policy = scene.policy(&rules(true, "allow").replace("30_days", "0h"));
    assert_eq!(scene.types(&[&policy], &[]), (End::MustEnrol, Vec::new()));
    let (end, said) = scene.types(&[&policy, "enrol"], &[]);
    assert_eq!((end, said.len()), (End::Unheard, 2), "a QR code, and a question: {said:?}");
}

#[test]
fn a_policy_of_a_store_that_is_missing_lets_nobody_in() {
    let scene = Scene::without_alice();
    let policy = scene.policy(&rules(false, "allow"));
    assert_eq!(scene.types(&[&policy], &[]).0, End::Unasked);
    std::fs::remove_dir_all(scene.store().root()).unwrap();
    assert!(matches!(scene.types(&[&policy], &[]).0, End::Unavailable(_)));
}
