use crate::common::TempStore;
use crate::common::codes::{right, wrong};
use crate::{ago, attempt, change, change_backup, codes, with_codes};

#[test]
fn whoever_is_let_in_hears_how_many_failures_there_were_and_from_when() {
    let store = TempStore::enrolled();
    let (moment, written) = ago(1000);
    change(&store, "failures", 3);
    change(&store, "failed_at", moment + 10);
    change(&store, "failing_since", moment);
    let warning = format!("warning: 3 failures since the last success, from {written}\n");
    store.mfa(["-a", "C", "-o", &right()]).gives(0, "Welcome\n", &warning);
    assert_eq!(store.state("C")["failures"], 0);

    let store = TempStore::enrolled();
    store.mfa(["-a", "C", "-o", &wrong()]).gives(1, crate::REFUSED, "");
    let stderr = attempt(&store, &right()).2;
    assert!(stderr.starts_with("warning: 1 failure since the last success, from 20"), "{stderr}");
}

#[test]
fn failures_with_both_kinds_of_code_are_counted_together_from_the_first() {
    let store = with_codes(1);
    let (moment, written) = ago(2000);
    change(&store, "failures", 1);
    change(&store, "failing_since", moment + 500);
    change(&store, "failed_at", moment + 500);
    change_backup(&store, "failures", 2);
    change_backup(&store, "failing_since", moment);
    change_backup(&store, "failed_at", moment);
    let warning = format!("warning: 3 failures since the last success, from {written}\n");
    let used = "a backup code was used, 0 left\nwarning: few backup codes are left, make new ones: mfa backup-codes C --store STORE\n";
    store.mfa(["-a", "C", "-o", &codes()[0]]).gives(0, "Welcome\n", &(warning + used));
    assert_eq!(attempt(&store, &right()), {
        let answer = serde_json::json!({"accepted": true, "reason": "accepted", "retry_after": null,
            "factor": "totp", "backup_codes_left": 0});
        (Some(0), answer, String::new())
    });
}

#[test]
fn who_is_refused_hears_nothing_of_earlier_failures() {
    let store = TempStore::enrolled();
    for _ in 0..3 {
        store.mfa(["-a", "C", "-o", &wrong()]).gives(1, crate::REFUSED, "");
    }
}
