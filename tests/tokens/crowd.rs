use crate::common::{Said, race};
use crate::{attempt, code, with_counter};

fn count(said: &[Said], status: i32) -> usize {
    said.iter().filter(|said| said.status == Some(status)).count()
}

fn one_code_is_accepted_once(rounds: u64) {
    let store = with_counter(0);
    for round in 0..rounds {
        let code = code(round);
        let said = race((0..32).map(|_| store.mfa(["-a", "C", "-o", "-"]).fed(&*code)));
        let counts = [0, 1, 3].map(|status| count(&said, status));
        // Of the others, four are judged and found used, and the rest have to wait.
        assert_eq!(counts, [1, 4, 27], "round {round}");
        assert_eq!(store.mfa(["unlock", "C"]).said().status, Some(0));
    }
}

#[test]
fn of_32_processes_with_one_code_by_counter_exactly_one_is_let_in() {
    one_code_is_accepted_once(5);
}

#[test]
#[ignore = "long: a hundred rounds, run by .ci/run"]
fn of_32_processes_with_one_code_by_counter_exactly_one_is_let_in_a_hundred_times() {
    one_code_is_accepted_once(100);
}

#[test]
fn of_two_codes_at_once_the_counter_of_the_newer_stands_and_the_older_opens_no_more() {
    for _ in 0..10 {
        let store = with_counter(0);
        let (older, newer) = (code(3), code(8));
        let said = race((0..8).map(|n| {
            let code = if n % 2 == 0 { &older } else { &newer };
            store.mfa(["-a", "C", "-o", "-"]).fed(&**code)
        }));
        assert!(matches!(count(&said, 0), 1 | 2), "{said:?}");
        let newers: Vec<_> = said.iter().skip(1).step_by(2).cloned().collect();
        assert!(count(&newers, 0) <= 1, "{said:?}");
        assert_eq!(store.mfa(["unlock", "C"]).said().status, Some(0));
        // Only where the newer one came too late to be looked at does it still open.
        let again = attempt(&store, &newer).0;
        assert_eq!(again, Some(i32::from(count(&newers, 0) == 1)), "{said:?}");
        assert_eq!(store.state("C")["last_step"], 8);
        assert_eq!(attempt(&store, &older).0, Some(1));
    }
}

#[test]
fn of_16_processes_that_take_the_next_code_each_gets_another() {
    let store = with_counter(0);
    let said = race((0..16).map(|_| store.mfa(["code", "C", "--next"])));
    assert_eq!(count(&said, 0), 16, "{said:?}");
    let mut shown: Vec<_> = said.into_iter().map(|said| said.stdout).collect();
    let mut expected: Vec<_> = (0..16).map(|counter| code(counter) + "\n").collect();
    shown.sort();
    expected.sort();
    assert_eq!(shown, expected);
}
