use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use mfa::policy::Policy;
use proptest::prelude::*;

use crate::common::TempStore;
use crate::{PUBLISHED, file};

/// Returns the published policy with a text in place of the first line that begins so.
fn replaced(line: &str, by: &str) -> String {
    let mut lines: Vec<&str> = PUBLISHED.lines().collect();
    let place = lines.iter().position(|there| there.starts_with(line)).unwrap();
    lines[place] = by;
    lines.join("\n") + "\n"
}

#[test]
fn what_is_no_policy_is_refused_with_its_place() {
    let bomb = (0..9).map(|n| format!("a{n}: &a{n} [*x, *x, *x]\n")).collect::<Vec<_>>().concat();
    for (text, why) in [
        (String::new(), "line 1, column 1: it is empty"),
        (replaced("mfa_enforcement:", ""), "line 12, column 1: missing field `mfa_enforcement`"),
        (replaced("recovery:", ""), "line 12, column 1: missing field `recovery`"),
        (replaced("grace_period", "grace_period: ~"), "line 3, column 15: a value is missing"),
        (
            replaced("- new_device", "- [new_device, deny]"),
            "line 6, column 3: a rule is one risk and one action, such as '- new_device: prompt_mfa'",
        ),
        ("# nothing\n".into(), "line 2, column 1: it is empty"),
        ("[]\n".into(), "line 1, column 1: expected mapping start"),
        (
            replaced("all_users", "all_users: maybe"),
            "line 2, column 12: 'true' or 'false' is expected",
        ),
        (
            replaced("all_users", "all_users: yes"),
            "line 2, column 12: 'true' or 'false' is expected",
        ),
        (replaced("all_users", "all_users:"), "line 2, column 10: 'true' or 'false' is expected"),
        (replaced("all_users", ""), "line 12, column 1: missing field `all_users`"),
        (
            replaced("all_users", "all_user: true"),
            "line 2, column 1: unknown field `all_user`, expected one of mfa_enforcement, all_users, grace_period, exclude_service_accounts, risk_based_prompting, recovery, backup_codes, admin_recovery, recovery_timeout",
        ),
        (
            replaced("all_users", "all_users: true\nall_users: false"),
            "line 3, column 1: `all_users` is there already",
        ),
        (
            replaced("all_users", "\tall_users: true"),
            "line 2, column 2: tabs disallowed within this context (block indentation)",
        ),
        (
            replaced("all_users", "all_users: &a true"),
            "line 2, column 15: a policy is one short document without anchors and aliases",
        ),
        (
            format!("{bomb}{PUBLISHED}"),
            "line 1, column 9: a policy is one short document without anchors and aliases",
        ),
        (
            format!("{PUBLISHED}---\n{PUBLISHED}"),
            "line 13, column 1: a policy is one short document without anchors and aliases",
        ),
        (
            replaced("grace_period", "grace_period: -1_days"),
            "line 3, column 15: a duration is a number with its unit, such as '30_days', '24_hours', '30d' or '24h', and at most ten years",
        ),
        (
            replaced("grace_period", "grace_period: 100000000000000000000_days"),
            "line 3, column 15: a duration is a number with its unit, such as '30_days', '24_hours', '30d' or '24h', and at most ten years",
        ),
        (
            replaced("- new_device", "- new_moon: deny"),
            "line 6, column 3: unknown variant `new_moon`, expected one of new_device, new_location, sensitive_action",
        ),
        (
            replaced("- new_device", "- new_device: ask"),
            "line 6, column 15: unknown variant `ask`, expected one of allow, prompt_mfa, require_mfa, deny",
        ),
        (
            replaced("- new_device", "- new_location: deny"),
            "line 7, column 3: there is a rule for it already",
        ),
        (replaced("- new_device", ""), "line 7, column 3: missing rule `new_device`"),
        (
            replaced("backup_codes", "backup_codes: 21"),
            "line 10, column 15: an app has at most 20 backup codes",
        ),
        (
            replaced("backup_codes", "backup_codes: ten"),
            "line 10, column 15: another kind of value is expected",
        ),
        (
            replaced("admin_recovery", "admin_recovery: ask"),
            "line 11, column 17: unknown variant `ask`, expected one of verify_with_id, none",
        ),
        (
            replaced("recovery:", "recovery: {}"),
            "line 9, column 11: invalid type: map, expected nothing: either both parts are indented, or neither",
        ),
        (
            replaced("mfa_enforcement:", "mfa_enforcement: {}"),
            "line 1, column 18: missing field `all_users`",
        ),
    ] {
        assert_eq!(text.parse::<Policy>().unwrap_err().to_string(), why, "{text}");
    }
}

#[test]
fn an_indented_policy_has_one_recovery() {
    let inside = include_str!("../data/policy/indented.yaml");
    let (enforcement, recovery) = inside.split_once("  recovery:\n").unwrap();
    let refusal = |text: &str| text.parse::<Policy>().unwrap_err().to_string();
    assert_eq!(refusal(enforcement), "line 2, column 3: missing field `recovery`");
    let beside = recovery.replace("    ", "  ");
    let twice = format!("{inside}recovery:\n{beside}");
    assert_eq!(refusal(&twice), "line 14, column 3: there is a 'recovery' already");
}

/// Runs a check by a file with this text.
fn check(store: &TempStore, text: impl AsRef<[u8]>) -> crate::common::Said {
    let path = file(store, text);
    store.mfa(["policy", "check", "C", "--policy", path.to_str().unwrap()]).said()
}

#[test]
fn a_file_that_is_refused_is_one_line_and_no_decision() {
    let store = TempStore::enrolled();
    let place = file(&store, "").to_str().unwrap().to_owned();
    let maybe = replaced("all_users", "all_users: maybe");
    let long = " ".repeat(70_000).into_bytes();
    for (text, status, why) in [
        (maybe.as_bytes(), 2, format!("{place}: line 2, column 12: 'true' or 'false' is expected")),
        (b"\xff", 2, format!("{place}: it is not UTF-8")),
        (&*long, 5, format!("cannot read {place}: it is longer than 64 KiB")),
    ] {
        let said = check(&store, text);
        assert_eq!((said.status, &*said.stdout), (Some(status), ""));
        assert_eq!(said.stderr, format!("error: {why}\n"));
    }
    let missing = store.mfa(["policy", "check", "C", "--policy", "nowhere"]).said();
    let expected = "error: cannot read nowhere: No such file or directory (os error 2)\n";
    assert_eq!((missing.status, &*missing.stderr), (Some(5), expected));
}

#[test]
fn a_file_that_others_can_write_is_refused_and_one_that_they_can_read_is_not() {
    let store = TempStore::enrolled();
    let path = file(&store, PUBLISHED);
    let name = path.to_str().unwrap();
    for mode in [0o664, 0o646, 0o666] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        store.mfa(["policy", "check", "C", "--policy", name]).gives(
            5,
            "",
            &format!("error: {name} can be written by other users\nhint: run chmod go-w {name}\n"),
        );
    }
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(store.mfa(["policy", "check", "C", "--policy", name]).said().status, Some(10));
    let folder = store.outside().to_str().unwrap();
    let said = store.mfa(["policy", "check", "C", "--policy", folder]).said();
    assert_eq!((said.status, &*said.stdout), (Some(5), ""), "{said:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
    #[test]
    fn a_policy_with_a_byte_changed_is_refused_or_says_what_it_says(
        place in 0..PUBLISHED.len(),
        by in prop_oneof![Just(None), any::<char>().prop_map(Some), "[ \t\n:_a-z0-9#&*-]".prop_map(|text: String| text.chars().next())],
    ) {
        let mut text = PUBLISHED.to_owned();
        text.replace_range(place..=place, &by.map(String::from).unwrap_or_default());
        let (published, changed) = (PUBLISHED.parse::<Policy>().unwrap(), text.parse::<Policy>());
        if let Ok(changed) = changed {
            // Whatever is read is no weaker but in a number, which a digit more or less changes.
            prop_assert_eq!(changed.all_users, published.all_users);
            prop_assert_eq!(changed.exclude_service_accounts, published.exclude_service_accounts);
            prop_assert_eq!(changed.rules, published.rules);
        }
    }
}
