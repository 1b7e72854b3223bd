use mfa::domain::{Account, UnixTime};
use mfa::policy::{
    Access, Action, AdminRecovery, Decided, Decision, Policy, PolicyMemory, Reason, Recovery, Rules,
};
use mfa::store::{Existing, Memory, Store};
use proptest::prelude::*;

use crate::{DAY, NOW, PUBLISHED, accept, after, check, decided, enrol, from, policy, to, with};

/// What everything in the published policy means.
const MEANT: Policy = Policy {
    all_users: true,
    grace_period: 30 * DAY,
    exclude_service_accounts: true,
    rules: Rules {
        new_device: Action::PromptMfa,
        new_location: Action::PromptMfa,
        sensitive_action: Action::RequireMfa,
    },
    recovery: Recovery {
        backup_codes: 10,
        admin_recovery: AdminRecovery::VerifyWithId,
        timeout: DAY,
    },
};

/// Makes a store whose `alice` is enrolled, and remembered on the laptop in the office.
fn remembered() -> Memory {
    let store = Memory::default();
    enrol(&store, Existing::Keep);
    accept(&store, "laptop", "office", NOW);
    store
}

#[test]
fn the_policy_is_read_as_published_indented_and_with_recovery_beside() {
    assert_eq!(policy(PUBLISHED), MEANT);
    assert_eq!(policy(include_str!("../data/policy/indented.yaml")), MEANT);
    assert_eq!(policy(include_str!("../data/policy/beside.yaml")), MEANT);
}

#[test]
fn every_value_of_recovery_is_read() {
    let recovery = |from, to| with(from, to).recovery;
    assert_eq!(recovery("codes: 10", "codes: 0").backup_codes, 0);
    assert_eq!(recovery("codes: 10", "codes: 20").backup_codes, 20);
    assert_eq!(recovery("\"verify_with_id\"", "none").admin_recovery, AdminRecovery::None);
    assert_eq!(recovery("24_hours", "2d").timeout, 2 * DAY);
}

#[test]
fn all_users_decides_whether_who_is_not_enrolled_has_to() {
    let (late, known) = (after(31 * DAY), from("laptop", "office"));
    for (all_users, expected) in [("true", Decision::Enrol), ("false", Decision::Allow)] {
        let store = Memory::default();
        let policy = with("all_users: true", &format!("all_users: {all_users}"));
        assert_eq!(decided(&store, &policy, &known, NOW), Decision::Allow);
        assert_eq!(decided(&store, &policy, &known, late), expected);
    }
}

#[test]
fn the_grace_period_decides_until_when_who_is_not_enrolled_is_let_in() {
    for (grace, seconds) in [("30_days", 30 * DAY), ("24_hours", DAY), ("1h", 3600)] {
        let (store, policy) = (Memory::default(), with("30_days", grace));
        let granted = check(&store, &policy, &Access::default(), NOW).unwrap();
        assert_eq!((granted.decision, granted.enrol_by), (Decision::Allow, Some(after(seconds))));
        assert_eq!(granted.reasons, [Reason::GracePeriod]);
        let last = decided(&store, &policy, &Access::default(), after(seconds - 1));
        assert_eq!(last, Decision::Allow);
        let over = check(&store, &policy, &Access::default(), after(seconds)).unwrap();
        assert_eq!((over.decision, over.enrol_by), (Decision::Enrol, None));
    }
    let none = decided(&Memory::default(), &with("30_days", "0d"), &Access::default(), NOW);
    assert_eq!(none, Decision::Enrol);
}

#[test]
fn excluding_service_accounts_lets_them_in_unasked_and_logs_it() {
    let service = Access { is_service_account: true, ..Access::default() };
    for (excluded, expected) in [("true", Decision::Allow), ("false", Decision::Prompt)] {
        let store = remembered();
        let policy = with("accounts: true", &format!("accounts: {excluded}"));
        assert_eq!(decided(&store, &policy, &service, NOW), expected);
        let last = store.events().pop().unwrap();
        let logged = (&*last.action, &*last.outcome) == ("policy check", "allow");
        assert_eq!(logged, excluded == "true");
    }
}

#[test]
fn each_rule_decides_for_its_risk() {
    let risks = [
        ("new_device: prompt_mfa", from("phone", "office"), Reason::NewDevice),
        ("new_location: prompt_mfa", from("laptop", "café"), Reason::NewLocation),
        ("sensitive_action: require_mfa", to("delete"), Reason::SensitiveAction),
    ];
    let actions = [
        ("allow", Decision::Allow),
        ("prompt_mfa", Decision::Prompt),
        ("require_mfa", Decision::Require),
        ("deny", Decision::Deny),
    ];
    let store = remembered();
    for (rule, access, reason) in risks {
        let (risk, _) = rule.split_once(':').unwrap();
        for (action, expected) in actions {
            let policy = with(rule, &format!("{risk}: {action}"));
            let outcome = check(&store, &policy, &access, NOW).unwrap();
            let reasons = if action == "allow" { vec![] } else { vec![reason] };
            assert_eq!((outcome.decision, outcome.reasons), (expected, reasons), "{risk} {action}");
            let known = decided(&store, &policy, &from("laptop", "office"), NOW);
            assert_eq!(known, Decision::Allow, "{risk} {action}");
        }
    }
}

#[test]
fn what_is_sensitive_waits_for_an_enrolment_and_what_is_denied_is_denied_to_all() {
    let not_enrolled =
        |policy: &Policy, access: &Access| decided(&Memory::default(), policy, access, NOW);
    assert_eq!(not_enrolled(&MEANT, &to("delete")), Decision::Enrol, "even in the grace period");
    let optional = with("all_users: true", "all_users: false");
    assert_eq!(not_enrolled(&optional, &to("delete")), Decision::Enrol);
    let denied = with("new_device: prompt_mfa", "new_device: deny");
    assert_eq!(not_enrolled(&denied, &from("laptop", "office")), Decision::Deny);
    let lax =
        policy(&PUBLISHED.replace("users: true", "users: false").replace("require_mfa", "allow"));
    assert_eq!(not_enrolled(&lax, &to("delete")), Decision::Allow);
}

#[test]
fn rules_may_stand_in_any_order() {
    let turned = "- sensitive_action: require_mfa
- new_location: prompt_mfa
- new_device: prompt_mfa";
    let (before, rest) = PUBLISHED.split_once("- new_device").unwrap();
    let (_, after) = rest.split_once("require_mfa").unwrap();
    assert_eq!(policy(&format!("{before}{turned}{after}")), MEANT);
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        Just(Action::Allow),
        Just(Action::PromptMfa),
        Just(Action::RequireMfa),
        Just(Action::Deny)
    ]
}

prop_compose! {
    fn policies()(
        rules in [action(), action(), action()],
        all_users: bool,
        exclude_service_accounts: bool,
        grace_period in 0..100_u64,
    ) -> Policy {
        let [new_device, new_location, sensitive_action] = rules;
        let rules = Rules { new_device, new_location, sensitive_action };
        Policy { all_users, exclude_service_accounts, grace_period, rules, ..MEANT }
    }
}

fn maybe(name: &'static str) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(Just(name))
}

prop_compose! {
    fn accesses()(
        device in prop_oneof![maybe("laptop"), maybe("phone")],
        location in prop_oneof![maybe("office"), maybe("café")],
        sensitive in prop::option::of(Just("delete".to_owned())),
    ) -> Access {
        let device = device.map(|device| device.parse().unwrap());
        let location = location.map(|location| location.parse().unwrap());
        Access { is_service_account: false, device, location, sensitive }
    }
}

fn decide(
    policy: &Policy,
    access: &Access,
    account: Option<&Account>,
    memory: &PolicyMemory,
    now: u64,
) -> Decision {
    let Decided { outcome, memory: _ } = policy.decide(access, account, memory, UnixTime(now));
    outcome.decision
}

proptest! {
    #[test]
    fn nothing_unknown_is_weaker_than_something_known(
        policy in policies(),
        access in accesses(),
        later in 0..40 * DAY,
    ) {
        let store = remembered();
        let alice = crate::app("alice");
        let account = store.get(&alice).unwrap().account;
        let memory = store.policy_memory(&alice).unwrap().unwrap();
        let now = NOW.0 + later;
        let at = |access: &Access| decide(&policy, access, Some(&account), &memory, now);
        let told = at(&access);
        let (mut nowhere, mut unknown, mut harmless) = (access.clone(), access.clone(), access.clone());
        (nowhere.location, unknown.device, harmless.sensitive) = (None, None, None);
        prop_assert!(told <= at(&nowhere));
        prop_assert!(told <= at(&unknown));
        prop_assert!(at(&harmless) <= told);
        let nothing = PolicyMemory::default();
        prop_assert!(told <= decide(&policy, &access, Some(&account), &nothing, now));
        let other = Account { enrolment: None, ..account.clone() };
        prop_assert!(told <= decide(&policy, &access, Some(&other), &memory, now));
        let early = decide(&policy, &access, Some(&account), &memory, NOW.0 - 1);
        prop_assert!(told <= early, "what is dated ahead counts as new");
    }

    #[test]
    fn a_stronger_rule_never_makes_a_decision_weaker(
        policy in policies(),
        access in accesses(),
        is_enrolled: bool,
        seen in 0..200_u64,
    ) {
        let store = remembered();
        let account = store.get(&crate::app("alice")).unwrap().account;
        let account = Some(&account).filter(|_| is_enrolled);
        let memory = PolicyMemory { first_seen: Some(UnixTime(100)), ..PolicyMemory::default() };
        let at = |rules| decide(&Policy { rules, ..policy.clone() }, &access, account, &memory, seen);
        let now = at(policy.rules);
        for stronger in [
            Rules { new_device: Action::Deny, ..policy.rules },
            Rules { new_location: Action::RequireMfa.max(policy.rules.new_location), ..policy.rules },
            Rules { sensitive_action: Action::Deny, ..policy.rules },
        ] {
            prop_assert!(now <= at(stronger));
        }
        if !is_enrolled {
            let strict = Policy { all_users: true, grace_period: 0, ..policy.clone() };
            prop_assert!(now <= decide(&strict, &access, None, &memory, seen));
        }
    }
}
