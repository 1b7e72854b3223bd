use std::collections::BTreeSet;

use mfa::domain::{DISABLE_AFTER, Guard, Throttle, UnixTime, Verdict};
use proptest::prelude::*;

use crate::cases;

/// An attempt: the movement of the clock since the last one, and the step that the code is right
/// for, relative to the current one.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    clock: i64,
    code: Option<i64>,
}

/// A second, simpler guard: lists of every accepted step and of every moment at which an attempt
/// was judged, from which each answer is computed anew.
#[derive(Default)]
struct Model {
    accepted: BTreeSet<u64>,
    failures_in_a_row: u32,
    wait_began: u64,
}

/// The waits in seconds after three failures, four, and so on; the last applies from there on.
const WAITS: [u64; 9] = [0, 30, 60, 120, 240, 480, 960, 1920, 3600];

impl Model {
    fn wait(&self) -> u64 {
        WAITS[usize::try_from(self.failures_in_a_row).unwrap().saturating_sub(3).min(8)]
    }

    fn judge(&mut self, now: u64, step: Option<u64>) -> Verdict {
        if self.failures_in_a_row >= 100 {
            return Verdict::Disabled;
        }
        if now < self.wait_began {
            self.wait_began = now;
        }
        let over = self.wait_began.saturating_add(self.wait());
        if self.wait() > 0 && now < over {
            return Verdict::Throttled { retry_after: over - now };
        }
        let newer = |step: &u64| self.accepted.iter().all(|accepted| step > accepted);
        if let Some(step) = step.filter(newer) {
            assert!(self.accepted.insert(step), "a step was accepted twice");
            self.failures_in_a_row = 0;
            return Verdict::Accepted;
        }
        self.failures_in_a_row += 1;
        self.wait_began = now;
        if step.is_some() { Verdict::Reused } else { Verdict::Wrong }
    }
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let clock = prop_oneof![
        6 => 0..40_i64,
        3 => 0..4000_i64,
        1 => -4000..0_i64,
        1 => -400_000_000..400_000_000_i64,
    ];
    // Codes are mostly wrong, so that long runs of failures occur.
    let code = prop_oneof![4 => Just(None), 1 => (-1..=1_i64).prop_map(Some)];
    let attempt = (clock, code).prop_map(|(clock, code)| Attempt { clock, code });
    proptest::collection::vec(attempt, 1..300)
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn the_guard_does_what_the_model_does_whatever_the_codes_and_the_clock(
        attempts in attempts(), start in prop_oneof![Just(0_u64), Just(1_700_000_000), Just(20_000_000_000)]
    ) {
        let (mut guard, mut model, mut now) = (Guard::default(), Model::default(), start);
        let mut accepted = BTreeSet::new();
        for attempt in attempts {
            now = now.saturating_add_signed(attempt.clock);
            let step = attempt.code.map(|off| (now / 30).saturating_add_signed(off));
            let before = guard.clone();
            let mut looked_at = false;
            let (verdict, after) = guard.decide(UnixTime(now), DISABLE_AFTER, || { looked_at = true; step });
            prop_assert_eq!(&verdict, &model.judge(now, step), "{:?} at {}", before, now);
            match verdict {
                Verdict::Accepted => prop_assert!(accepted.insert(step), "{:?} twice", step),
                Verdict::Throttled { retry_after } => {
                    prop_assert!((1..=model.wait()).contains(&retry_after));
                    prop_assert!(!looked_at);
                    // Waiting for the announced time is enough if the clock runs correctly.
                    let then = UnixTime(now + retry_after);
                    let (verdict, _) = after.decide(then, DISABLE_AFTER, || None);
                    prop_assert!(matches!(verdict, Verdict::Wrong));
                }
                Verdict::Disabled => prop_assert!(!looked_at && before == after),
                Verdict::Wrong | Verdict::Reused => prop_assert_eq!(after.last_step, before.last_step),
                other => prop_assert!(false, "{:?} is of a challenge", other),
            }
            prop_assert!(after.last_step >= before.last_step, "what was used is never forgotten");
            guard = after;
        }
    }

    #[test]
    fn any_guard_that_a_file_may_hold_is_judged_without_panic(
        last_step in any::<Option<u64>>(), failures in any::<u32>(), failed_at in any::<Option<u64>>(),
        now in any::<u64>(), step in any::<Option<u64>>()
    ) {
        for failures in [failures, failures % 101] {
            let failed_at = failed_at.map(UnixTime);
            let throttle = Throttle { failures, failed_at, failing_since: failed_at, throttled_at: None };
            let guard = Guard { last_step, other_kind: None, throttle };
            let (verdict, after) = guard.decide(UnixTime(now), DISABLE_AFTER, || step);
            prop_assert!(after.last_step >= last_step);
            if verdict == Verdict::Accepted {
                prop_assert!(after.last_step == step && step > last_step);
            }
        }
    }
}
