use crate::common::race;
use crate::{codes, with_codes};

fn one_backup_code_is_accepted_once(rounds: u32) {
    for round in 0..rounds {
        let store = with_codes(3);
        let code = format!("{}\n", codes()[1]);
        let said = race((0..32).map(|_| store.mfa(["-a", "C", "-o", "-"]).fed(&*code)));
        let count = |status| said.iter().filter(|said| said.status == Some(status)).count();
        // Some may have given up waiting for the app: they are refused as well.
        let [accepted, wrong, throttled, busy] = [0, 1, 3, 6].map(count);
        assert_eq!(accepted, 1, "round {round}: {said:?}");
        assert!(wrong <= 4 && wrong + throttled + busy == 31, "round {round}: {said:?}");
        assert_eq!(said.iter().filter(|said| said.stdout == "Welcome\n").count(), 1);
        store.mfa(["backup-codes", "C", "--status"]).gives(0, "2 backup codes left\n", "");
        let again = store.mfa(["-a", "C", "-o", "-"]).fed(&*code).said();
        assert!(matches!(again.status, Some(1 | 3)), "{again:?}");
    }
}

#[test]
fn of_32_processes_with_one_backup_code_exactly_one_is_let_in() {
    one_backup_code_is_accepted_once(3);
}

#[test]
#[ignore = "long: sixty rounds, run by .ci/run"]
fn of_32_processes_with_one_backup_code_exactly_one_is_let_in_sixty_times() {
    one_backup_code_is_accepted_once(60);
}

#[test]
fn a_backup_code_and_a_new_set_at_once_leave_one_set_whole() {
    for _ in 0..2 {
        let store = with_codes(3);
        let code = format!("{}\n", codes()[0]);
        let said = race((0..4).map(|n| match n {
            0 => store.mfa(["backup-codes", "C", "--count", "1", "--json"]),
            _ => store.mfa(["-a", "C", "-o", "-"]).fed(&*code),
        }));
        let new = said[0].json()["backup_codes"][0].as_str().unwrap().to_owned();
        assert!(said[1..].iter().filter(|said| said.status == Some(0)).count() <= 1, "{said:?}");
        // In any case the new set is the current one.
        store.mfa(["backup-codes", "C", "--status"]).gives(0, "1 backup code left\n", "");
        assert_eq!(store.mfa(["unlock", "C"]).said().status, Some(0));
        let old = store.mfa(["-a", "C", "-o", "-"]).fed(&*code).said();
        assert_eq!(old.status, Some(1), "{old:?}");
        assert_eq!(store.mfa(["-a", "C", "-o", &new]).said().status, Some(0));
    }
}
