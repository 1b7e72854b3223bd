use proptest::prelude::*;
use proptest::sample::select;

use crate::cases;
use crate::common::TempStore;
use crate::common::codes::{SECRET, right};

/// Generates command lines in which `authenticate` and a request for help meet, in any form and
/// place, with anything else between them.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let gate = select(vec![
        vec!["authenticate", "C"],
        vec!["-a", "C"],
        vec!["-aC"],
        vec!["-a=C"],
        vec!["--authenticate", "C"],
        vec!["--authenticate=C"],
    ]);
    let help = select(vec!["--help", "--version", "-h", "-V"]);
    let noise = select(vec![
        "-l",
        "-c",
        "list",
        "create",
        "code",
        "uri",
        "doctor",
        "man",
        "completions",
        "bash",
        "-n",
        "-i",
        "x",
        "--json",
        "--",
        "-o",
        "-",
        "--otp-code",
        "--app",
        "--logo",
        "--force",
        "C",
        "authenticate",
        "-a",
        "--store=/nowhere",
        "-o-",
        "--help=x",
        "-hV",
        "",
        "help",
    ]);
    (gate, help, proptest::collection::vec(noise, 0..4), any::<bool>()).prop_flat_map(
        |(gate, help, noise, code)| {
            let code = if code { vec!["-o".to_owned(), "CODE".into()] } else { vec![] };
            let owned = |args: Vec<&str>| args.into_iter().map(String::from).collect::<Vec<_>>();
            let parts = [owned(gate), owned(vec![help]), code].into_iter();
            let noise = noise.into_iter().map(|arg| vec![arg.to_owned()]);
            Just(parts.chain(noise).collect::<Vec<_>>()).prop_shuffle().prop_map(|p| p.concat())
        },
    )
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn no_line_that_names_authenticate_and_help_or_version_is_status_0(line in lines()) {
        let store = TempStore::with_secret("C", SECRET);
        let code = right();
        let line: Vec<String> = line.into_iter().map(|arg| arg.replace("CODE", &code)).collect();
        let said = store.mfa(&line).fed("123456\n").said();
        prop_assert!(said.status != Some(0) && !said.stdout.contains("Welcome"), "{:?}: {:?}", line, said);
        prop_assert!(matches!(said.status, Some(1..=7)), "{:?}: {:?}", line, said);
        prop_assert_eq!(said.stdout, "", "{:?}", line);
    }
}
