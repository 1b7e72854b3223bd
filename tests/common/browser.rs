//! Scenes that are played in Chromium, with the virtual authenticator of its developer tools for a passkey.

use super::{Run, TempStore, program, variable};

/// The folder of the scenes, and of what plays them.
pub const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser");

/// Prepares a scene against a service and a store of its own.
///
/// How the tests are run is said from outside: `NODE_PATH` is where playwright-core and axe-core are, and
/// `MFA_SCREENSHOTS` a folder for pictures of what was seen.
pub fn scene(store: &TempStore, scene: &str) -> Run {
    let mut run = store.program("node", [&format!("{FOLDER}/play.mjs"), scene]);
    for name in ["NODE_PATH", "MFA_SCREENSHOTS"] {
        run = run.env(name, variable(name).unwrap_or_default());
    }
    let run = run.env("HOME", store.outside());
    run.env("MFA_PROGRAM", program()).env("MFA_STORE", store.path())
}
