//! A recovery code that is known.

use mfa::audit::Caller;
use mfa::domain::{AppName, Evidence, Issued, RECOVERED_WITHIN, UnixTime, VerifiedWith};
use mfa::recovery::{Issue, issue};
use mfa::store::Store;

pub const CODE: &str = "1111-1111-1111-1111";

/// Issues [`CODE`] at this time.
pub fn issue_known(store: &impl Store, app: &AppName, at: UnixTime) {
    let fill = |bytes: &mut [u8]| {
        bytes.fill(1);
        Ok::<_, ()>(())
    };
    let (issued, code) = Issued::new(at, RECOVERED_WITHIN, fill).unwrap();
    assert_eq!(*code.expose(), CODE);
    let evidence = &Evidence { verified_with: VerifiedWith::Badge, reference: None };
    let new = Issue { app, issued: &issued, evidence, stolen: false, caller: &Caller::default() };
    issue(store, new, || Ok(at)).unwrap();
}
