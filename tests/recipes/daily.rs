use std::fs;
use std::path::Path;

use crate::home::Home;
use crate::pages::{AUTHENTICATOR, ENROL, GATE, README, RECOVERY};
use crate::recipe;

/// The folder of the documentation's pictures.
fn docs() -> &'static Path {
    concat!(env!("CARGO_MANIFEST_DIR"), "/docs").as_ref()
}

/// Reports whether a picture has colours.
fn is_coloured(path: impl AsRef<Path>) -> bool {
    let picture = image::open(path).unwrap().into_rgb8();
    picture.pixels().filter(|pixel| pixel.0[0].abs_diff(pixel.0[2]) > 60).count() > 1000
}

#[test]
fn the_readmes_gate_opens_once() {
    let home = Home::new();
    let code: &dyn Fn(&str) -> String = &|_| home.code("Example Corp");
    home.session(recipe(README, "$ mfa create"), &[("782294", code)]);
}

#[test]
fn the_readmes_pictures_are_there_and_the_qr_code_has_a_logo_in_its_colours() {
    let home = Home::new();
    fs::copy(docs().join("qr-with-logo.png"), home.at("qr.png")).unwrap();
    let report = "Imported Demo\n1 imported, 0 skipped, 0 refused\n";
    assert_eq!(home.sh("mfa import qr.png"), report);
    assert!(is_coloured(docs().join("qr-with-logo.png")));
    assert!(is_coloured(docs().join("push-request.png")));
}

#[test]
fn an_enrolment_is_listed_and_may_have_a_logo() {
    let home = Home::new();
    home.sh(recipe(ENROL, "-i 'Example Corp'"));
    home.sh(&format!("mfa -a 'Example Corp' -o {}", home.code("Example Corp")));
    home.session(recipe(ENROL, "list --long"), &[]);
    fs::create_dir(home.at("docs")).unwrap();
    fs::copy(docs().join("logo.png"), home.at("docs/logo.png")).unwrap();
    home.sh(recipe(ENROL, "--logo"));
    assert!(is_coloured(home.at(".local/share/mfa/img/Demo.png")));
}

#[test]
fn guesses_are_throttled_and_the_answer_for_programs_says_so() {
    let home = Home::new();
    home.enrol("Example Corp", "you@example.com");
    home.session(recipe(GATE, "for i in"), &[]);
    home.enrol("deploy", "you@example.com");
    home.script("for i in 1 2 3 4; do mfa -a deploy -o 000000; done").said();
    home.session(recipe(GATE, "-o - --json"), &[]);
}

#[test]
fn a_command_runs_behind_a_code_and_the_log_has_what_happened() {
    let home = Home::new();
    home.enrol("GitHub", "me@github.com");
    home.sh("mfa backup-codes GitHub > codes; mfa -a GitHub -o \"$(head -n 1 codes)\"");
    home.session(recipe(GATE, "-- echo deployed"), &[("151942", &|_| home.code("GitHub"))]);
    home.script("mfa -a GitHub -o 000000").said();
    let by = format!("{} sh", rustix::process::getuid().as_raw());
    let log = recipe(GATE, "$ mfa log").replace("0    bash", &by);
    home.session(&log, &[]);
}

#[test]
fn a_backup_code_opens_an_unlock_clears_and_a_helpdesk_issues() {
    let home = Home::new();
    home.enrol("GitHub", "me@github.com");
    let first: &dyn Fn(&str) -> String = &|printed| printed.lines().next().unwrap().to_owned();
    home.session(recipe(RECOVERY, "--count 3"), &[("X3MS-NPGY-9ZT4", first)]);
    home.enrol("Example Corp", "you@example.com");
    home.script("for i in 1 2 3 4; do mfa -a 'Example Corp' -o 000000; done").said();
    home.session(recipe(RECOVERY, "$ mfa unlock"), &[]);
    home.session(recipe(RECOVERY, "$ mfa recover issue"), &[]);
}

#[test]
fn codes_are_shown_and_an_app_is_renamed_drawn_and_removed() {
    let home = Home::new();
    home.enrol("Example Corp", "you@example.com");
    home.enrol("GitHub", "me@github.com");
    home.session(recipe(AUTHENTICATOR, "$ mfa code\n"), &[]);
    home.session(recipe(AUTHENTICATOR, "$ mfa rename"), &[]);
}

#[test]
fn apps_come_in_and_go_out() {
    let home = Home::new();
    home.enrol("Example Corp", "you@example.com");
    let secret = "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let uris = [
        format!("otpauth://totp/GitHub:me?{secret}&issuer=GitHub"),
        format!("otpauth://totp/Example%20Corp:me?{secret}&issuer=Example%20Corp"),
        format!("otpauth://hotp/Door:me?{secret}&issuer=Door&counter=0"),
        format!("otpauth://motp/Bank:me?{secret}&issuer=Bank"),
    ];
    fs::write(home.at("phone.txt"), uris.join("\n")).unwrap();
    home.session(recipe(AUTHENTICATOR, "$ mfa import phone.txt"), &[]);
    home.session(recipe(AUTHENTICATOR, "$ mfa export"), &[]);
    let vault = fs::read_to_string(home.at("vault.json")).unwrap();
    assert!(vault.contains("\"issuer\":\"GitHub\"") || vault.contains("\"issuer\": \"GitHub\""));
}
