//! A login that is approved on the page, in Chromium.

use crate::common::TempStore;
use crate::common::browser::scene;
use crate::stack::{Stack, module};

#[test]
#[ignore = "needs root, pamtester, Chromium, playwright-core and the module"]
fn a_login_shows_a_number_which_opens_it_when_it_is_typed_on_the_page_and_no_other_does() {
    let store = TempStore::new();
    // The scene writes the lines: it knows the address of the service.
    let stack = Stack::new(&store, "");
    let run = scene(&store, "../../pam/approval").env("MFA_PAM_SERVICE", &stack.name);
    let said = run.env("MFA_PAM_MODULE", module()).said();
    assert_eq!((said.status, &*said.stderr), (Some(0), ""), "{}", said.stdout);
}
