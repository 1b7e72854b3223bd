use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use mfa::domain::{Account, AppName, Credential, Enrolment, Totp, UnixTime, Verdict};
use mfa::store::{Existing, Postgres, Store};

use crate::common::codes::{SECRET, present, secret};
use crate::common::postgres::{Database, Pair, Server, opened, until};

const NOW: u64 = 1_700_000_040;

/// The number of codes that are accepted before the primary is lost.
const ACCEPTED: usize = 200;

fn app(number: usize) -> AppName {
    format!("app{number}").parse().unwrap()
}

fn enrol(store: &Postgres) {
    for number in 0..8 {
        let account = Account::new("C".parse().unwrap(), None, Totp::default(), None);
        let new = Enrolment { secret: secret(SECRET), account };
        store.enrol(&app(number), &new, Existing::Keep).unwrap();
    }
}

/// Presents the code of a step.
fn verdict(store: &Postgres, number: usize, step: u64) -> Option<Verdict> {
    let now = UnixTime(NOW + 30 * step);
    let code: Credential = Totp::default().code(&secret(SECRET), now).parse().unwrap();
    present(store, &app(number), &code, now).ok().map(|judged| judged.verdict)
}

/// Has eight threads present one code after the other until the primary is killed, and returns the
/// last step of each that was accepted.
fn accepted_before_the_end(url: &str, kill: impl FnOnce()) -> Vec<u64> {
    let accepted = AtomicUsize::new(0);
    thread::scope(|scope| {
        let present = |number| {
            let store = opened(url);
            let is_accepted =
                |step: &u64| verdict(&store, number, *step) == Some(Verdict::Accepted);
            let count = |_: &u64| {
                accepted.fetch_add(1, Ordering::SeqCst);
            };
            (1..).take_while(is_accepted).inspect(count).last().unwrap_or_default()
        };
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(move || present(number))).collect();
        until(|| accepted.load(Ordering::SeqCst) >= ACCEPTED);
        kill();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Returns how many of the accepted codes a server does not know as used.
fn lost(server: &Server, accepted: &[u64]) -> u64 {
    let store = opened(&(server.url("postgres", "mfa") + "&standby=none"));
    let known = |number| {
        let account = store.account(&app(number)).unwrap();
        account.guard.last_step.map_or(0, |step| step - NOW / 30)
    };
    let lost = accepted.iter().enumerate().map(|(number, last)| last.saturating_sub(known(number)));
    let lost = lost.sum();
    if lost == 0 {
        for (number, last) in accepted.iter().enumerate() {
            assert_eq!(verdict(&store, number, *last), Some(Verdict::Reused));
        }
    }
    lost
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn no_code_that_was_accepted_is_lost_with_the_primary() {
    for trial in 0..5 {
        let mut pair = Pair::start();
        let url = Database::made(&pair.primary, "mfa").url;
        enrol(&opened(&url));
        let accepted = accepted_before_the_end(&url, || pair.primary.kill());
        pair.standby.promote();
        let sum = accepted.iter().sum::<u64>();
        assert!(sum >= ACCEPTED as u64);
        let lost = lost(&pair.standby, &accepted);
        println!("trial {trial}: {sum} accepted, {lost} lost");
        assert_eq!(lost, 0);
    }
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn without_the_standbys_word_codes_are_lost_which_shows_that_the_trial_sees_it() {
    let mut pair = Pair::start();
    let name = Database::made(&pair.primary, "mfa").name;
    let link = SlowLink::to(&pair.primary);
    let source = format!(
        "host=127.0.0.1 port={} user=postgres application_name=standby",
        link.address.port()
    );
    pair.primary.set("synchronous_standby_names = ''");
    pair.standby.set(&format!("primary_conninfo = '{source}'"));
    let through_link = "SELECT count(client_addr) FROM pg_stat_replication";
    until(|| pair.primary.sql("postgres", through_link) == "1");
    let url = pair.primary.url("postgres", &name) + "&standby=none";
    enrol(&opened(&url));
    let caught_up = "SELECT replay_lsn = pg_current_wal_lsn() FROM pg_stat_replication";
    until(|| pair.primary.sql("postgres", caught_up) == "t");
    let accepted = accepted_before_the_end(&url, || {
        IS_CUT.store(true, Ordering::SeqCst);
        pair.primary.kill();
    });
    pair.standby.promote();
    let lost = lost(&pair.standby, &accepted);
    println!("control: {} accepted, {lost} lost", accepted.iter().sum::<u64>());
    assert!(lost > 0);
}

/// A connection on which everything takes five milliseconds, until it is cut.
struct SlowLink {
    address: SocketAddr,
}

static IS_CUT: AtomicBool = AtomicBool::new(false);

impl SlowLink {
    fn to(server: &Server) -> Self {
        let (listener, port) = (TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap(), server.port);
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for near in listener.incoming() {
                let near = near.unwrap();
                let far = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
                let (from, to) = (far.try_clone().unwrap(), near.try_clone().unwrap());
                thread::spawn(move || carry(from, to, Duration::from_millis(5)));
                thread::spawn(move || carry(near, far, Duration::ZERO));
            }
        });
        Self { address }
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        thread::sleep(delay);
        if IS_CUT.load(Ordering::SeqCst) || to.write_all(&bytes[..length]).is_err() {
            return;
        }
    }
}
