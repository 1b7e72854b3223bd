//! How long a login takes beside one by google-authenticator's module, as whole processes of pamtester.
//!
//! `cargo build --release -p mfa-pam`, then
//! `MFA_PAM_MODULE=$PWD/target/release/libpam_mfa.so TMPDIR=/dev/shm cargo test --features remote --test pam figures -- --ignored --nocapture`

use std::fs;
use std::time::Instant;

use mfa::domain::Hotp;

use crate::common::TempStore;
use crate::common::codes::{SECRET, secret};
use crate::common::disk::set_mode;
use crate::stack::Stack;

/// The logins of each, one after the other.
const ROUNDS: u64 = 200;

/// Returns the milliseconds of a login that is let in.
#[expect(clippy::disallowed_methods, reason = "this is what is measured")]
fn milliseconds(stack: &Stack<'_>, code: &str) -> f64 {
    let began = Instant::now();
    let said = stack.types("nobody", &[code]);
    let took = began.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(said.status, Some(0), "{said:?}");
    took
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
#[ignore = "needs root, pamtester, libpam-google-authenticator and the module; measures"]
#[expect(clippy::print_stdout, reason = "figures are for a person to read")]
fn figures_beside_google_authenticators_module() {
    let store = TempStore::new();
    let create = ["create", "--hotp", "-n", "me", "-i", "I", "--app", "nobody", "--counter", "1"];
    let create = store.mfa(create).args(["--secret-stdin", "--no-image"]);
    assert_eq!(create.fed(SECRET).said().status, Some(0));
    let theirs = store.outside().join("google");
    fs::write(&theirs, format!("{SECRET}\n\" HOTP_COUNTER 1\n")).unwrap();
    set_mode(&theirs, 0o600);
    let ours = Stack::of(&store, "quiet");
    let line = format!(
        "auth required pam_google_authenticator.so secret={} user=root\n",
        theirs.display()
    );
    let theirs = Stack::new(&store, &line);
    let (mut figures, mut ratios) = ((Vec::new(), Vec::new()), Vec::new());
    for counter in 1..=ROUNDS {
        let code = Hotp::default().code(&secret(SECRET), counter);
        let (our, their) = (milliseconds(&ours, &code), milliseconds(&theirs, &code));
        figures.0.push(our);
        figures.1.push(their);
        ratios.push(our / their);
    }
    let (our, their, ratio) = (median(figures.0), median(figures.1), median(ratios));
    println!("a login: {our:.2} ms, google-authenticator's {their:.2} ms, ratio {ratio:.2}");
    assert!(ratio <= 1.5, "{ratio}");
}
