use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::common::codes::SECRET;
use crate::common::{Started, TempStore};
use crate::{authenticate, codes, is_whole, welcomes};

/// Lists the names of all files in a store.
fn files(store: &TempStore) -> Vec<String> {
    let name = |path: std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    store.snapshot().into_keys().map(name).collect()
}

fn no_code_opens_twice_though_its_app_is_replaced_and_processes_are_killed(rounds: u64) {
    let create = ["create", "-n", "n", "-i", "C", "--force", "--secret-stdin"];
    for round in 0..rounds {
        let (store, [_, code, next]) = (TempStore::with_secret("C", SECRET), codes());
        let run = |n| match n % 3 {
            0 => store.mfa(create).fed(SECRET),
            _ => authenticate(&store, "C", &code),
        };
        let mut started: Vec<_> = (0..9).map(|n| run(n).start()).collect();
        started.iter_mut().for_each(Started::feed);
        // The moments are spread over the duration of a run, and differ from round to round.
        for (n, started) in started.iter_mut().enumerate().filter(|(n, _)| n % 4 != 1) {
            sleep(Duration::from_micros((round * 397 + n as u64 * 211) % 1500));
            started.kill();
        }
        let said: Vec<_> = started.into_iter().map(Started::finish).collect();
        let again = authenticate(&store, "C", &code).said();
        assert!(welcomes(&[&said[..], &[again]].concat(), &[1, 3]) <= 1, "{said:?}");
        is_whole(&store, "C");
        // The next code opens, unless the failures of this round keep it waiting.
        let after = authenticate(&store, "C", &next).said();
        assert!(matches!(after.status, Some(0 | 3)), "{after:?}");
        let left = files(&store).into_iter().filter(|file| file.starts_with('.'));
        let left: Vec<_> = left.filter(|_| after.status == Some(0)).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn no_code_opens_twice_though_its_app_is_replaced_and_processes_are_killed_ten_times() {
    no_code_opens_twice_though_its_app_is_replaced_and_processes_are_killed(10);
}

#[test]
#[ignore = "long: three hundred rounds, run by .ci/run"]
fn no_code_opens_twice_though_its_app_is_replaced_and_processes_are_killed_three_hundred_times() {
    no_code_opens_twice_though_its_app_is_replaced_and_processes_are_killed(300);
}

#[test]
fn an_app_whose_holder_is_killed_is_free_at_once() {
    let (store, [_, code, _]) = (TempStore::with_secret("C", SECRET), codes());
    let mut hold = Command::new("sh");
    hold.args(["-c", "exec 9<\"$0\"; flock 9; echo held; exec sleep 60"]);
    let mut holder = hold.arg(store.at("secrets/C")).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "held\n");
    let mut waiting = authenticate(&store, "C", &code).start();
    waiting.feed();
    sleep(Duration::from_millis(300));
    assert!(!store.at("state").exists(), "it waits");
    holder.kill().unwrap();
    holder.wait().unwrap();
    let said = waiting.finish();
    assert_eq!((said.status, &*said.stdout, &*said.stderr), (Some(0), "Welcome\n", ""));
}
