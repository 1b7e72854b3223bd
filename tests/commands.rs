//! Each command with a full stdout, in the log, and without a store.

#![cfg(test)]

mod common;

use std::fs::File;

use common::TempStore;
use common::codes::{SECRET, right, secret};
use common::gateway::Gateway;
use mfa::domain::Hotp;

/// A command and its expected effects.
struct Row {
    args: &'static str,
    /// The status with a full stdout.
    full: i32,
    /// The action in its line of the log when stdout works.
    logged: Option<&'static str>,
    /// The status without a store.
    missing: i32,
}

const fn row(args: &'static str, full: i32, logged: Option<&'static str>, missing: i32) -> Row {
    Row { args, full, logged, missing }
}

/// The commands; `RIGHT` stands for a right code, `OUT` for a file that does not exist.
const ROWS: [Row; 46] = [
    row("list", 6, None, 0),
    row("list --long", 6, None, 0),
    row("list --json", 6, None, 0),
    row("create -n me -i D", 0, Some("create"), 0),
    row("create -n me -i D --json", 0, Some("create"), 0),
    row("create -n me -i D --backup-codes", 6, Some("create"), 0),
    row("create -n me -i D --hotp", 6, Some("create"), 0),
    row("create -n me -i D --hardware --json", 6, Some("create"), 0),
    row("authenticate C -o RIGHT", 0, Some("authenticate"), 4),
    row("authenticate C -o RIGHT --json", 0, Some("authenticate"), 4),
    row("run C -o RIGHT -- true", 0, Some("run"), 125),
    row("code", 6, None, 0),
    row("code C", 6, None, 4),
    row("code C --json", 6, None, 4),
    row("code H --next", 6, Some("code"), 4),
    row("uri C", 6, Some("uri"), 4),
    row("qr C", 6, Some("qr"), 4),
    row("qr C --base64", 6, Some("qr"), 4),
    row("qr C --output OUT.svg", 0, Some("qr"), 4),
    row("rename C D", 0, Some("rename"), 4),
    row("remove C --yes", 0, Some("remove"), 4),
    row("import -", 0, Some("import"), 0),
    row("export", 6, Some("export"), 4),
    row("export C", 6, Some("export"), 4),
    row("export C --output OUT", 0, Some("export"), 4),
    row("backup-codes C --count 1", 6, Some("backup-codes"), 4),
    row("backup-codes C --status", 6, None, 4),
    row("unlock C", 0, Some("unlock"), 4),
    row("recover issue C --verified-with badge", 6, Some("recover-issue"), 4),
    row("recover issue C --verified-with video --json", 6, Some("recover-issue"), 4),
    row("recover cancel C", 0, None, 4),
    row("resync H -o -", 0, Some("resync"), 4),
    row("policy check C --policy POLICY", 10, None, 5),
    row("policy check C --policy POLICY --service-account", 0, Some("policy check"), 5),
    row("policy report --policy POLICY", 6, None, 5),
    row("policy report --policy POLICY --json", 6, None, 5),
    row("policy forget C", 0, Some("policy forget"), 5),
    row("keygen OUT", 0, None, 0),
    row("encrypt --key-file KEY", 0, Some("encrypt"), 0),
    row("decrypt --key-file KEY", 0, None, 0),
    row("log", 6, None, 0),
    row("doctor", 6, None, 4),
    row("completions bash", 6, None, 0),
    row("man", 6, None, 0),
    row("--help", 6, None, 0),
    row("--version", 6, None, 0),
];

/// The commands of a build that sends codes by SMS and wakes phones.
const REMOTE: [Row; 4] = [
    row("phone C +15550100199", 0, Some("phone"), 4),
    row("phone C --remove", 0, Some("phone"), 4),
    row("sms C", 0, Some("sms"), 4),
    row("keygen --push OUT", 0, None, 0),
];

/// The commands of a build that has the service.
const SERVICE: [Row; 10] = [
    row("clients add ci --all-apps", 6, Some("clients add"), 5),
    row("clients add ci --app C --json", 6, Some("clients add"), 5),
    row("clients list", 6, None, 5),
    row("clients list --json", 6, None, 5),
    row("clients remove other", 0, Some("clients remove"), 5),
    row("devices C", 6, None, 4),
    row("devices C --json", 6, None, 4),
    row("devices C --add", 6, Some("device-link"), 4),
    row("devices C --add --json", 6, Some("device-link"), 4),
    row("devices C --remove 03030303030303030303030303030303", 0, Some("device-remove"), 4),
];

fn rows() -> impl Iterator<Item = Row> {
    let remote = REMOTE.into_iter().filter(|_| cfg!(feature = "remote"));
    let service = SERVICE.into_iter().filter(|_| cfg!(feature = "service"));
    ROWS.into_iter().chain(remote).chain(service)
}

const URI: &str = "otpauth://totp/N:me?secret=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&issuer=N";

fn words(args: &str, store: &TempStore) -> Vec<String> {
    let (out, policy) = (store.outside().join("out"), store.outside().join("policy.yaml"));
    std::fs::write(&policy, include_str!("data/policy/published.yaml")).unwrap();
    let (out, key) = (out.to_str().unwrap(), store.outside().join("key"));
    if args.contains("KEY") && !key.exists() {
        assert_eq!(store.bare(["keygen", key.to_str().unwrap()]).said().status, Some(0));
    }
    args.split(' ')
        .map(|word| {
            word.replace("RIGHT", &right())
                .replace("OUT", out)
                .replace("KEY", key.to_str().unwrap())
                .replace("POLICY", policy.to_str().unwrap())
        })
        .collect()
}

/// Returns what a command reads from stdin: the two codes of a token, or an entry.
fn input(args: &str) -> String {
    let code = |counter| Hotp::default().code(&secret(SECRET), counter);
    if args.starts_with("resync") { format!("{}\n{}\n", code(3), code(4)) } else { URI.into() }
}

/// Makes a flawless store with an app, a token where the command needs one, and an empty log.
fn quiet(args: &str) -> TempStore {
    let store = TempStore::enrolled();
    std::fs::remove_dir_all(store.at("img")).unwrap();
    if args.contains(" H ") {
        let create = "create -n me -i H --hotp --secret-stdin --no-image".split(' ');
        assert_eq!(store.mfa(create).fed(SECRET).said().status, Some(0));
    }
    if args.starts_with("sms") {
        store.put("config.toml", Gateway::start().config());
        assert_eq!(store.mfa(["phone", "C", "+15550100199"]).said().status, Some(0));
    }
    #[cfg(feature = "service")]
    if args.starts_with("devices") {
        let folder = mfa::store::Folder::new(store.path());
        common::push::enrol_device(&folder, &"C".parse().unwrap(), &right(), common::codes::now());
    }
    if args.starts_with("clients") {
        let add = ["clients", "add", "other", "--all-apps"];
        assert_eq!(store.mfa(add).said().status, Some(0));
    }
    store.put("audit.jsonl", "");
    store
}

#[test]
fn where_stdout_takes_nothing_those_fail_whose_answer_it_is() {
    for Row { args, full, .. } in rows() {
        let store = quiet(args);
        let nowhere = File::options().write(true).open("/dev/full").unwrap();
        let said = store.mfa(words(args, &store)).fed(input(args)).stdout(nowhere).said();
        let error = "error: cannot write stdout: No space left on device (os error 28)\n";
        assert_eq!(
            (said.status, said.stderr.ends_with(error)),
            (Some(full), full == 6),
            "{args}: {said:?}"
        );
    }
}

#[test]
fn what_changes_an_app_or_gives_its_secret_out_leaves_one_line_and_the_rest_none() {
    for Row { args, logged, .. } in rows() {
        let store = quiet(args);
        let said = store.mfa(words(args, &store)).fed(input(args)).said();
        assert!(matches!(said.status, Some(0 | 10)), "{args}: {said:?}");
        let log = store.read("audit.jsonl");
        let actions = log.lines().map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            event["action"].as_str().unwrap().to_owned()
        });
        let expected: Vec<_> = logged.iter().copied().collect();
        assert_eq!(actions.collect::<Vec<_>>(), expected, "{args}");
    }
}

#[test]
fn without_a_store_what_needs_an_app_says_so_and_nothing_makes_one_but_enrolling() {
    for Row { args, missing, .. } in rows() {
        let store = TempStore::new();
        let said = store.mfa(words(args, &store)).fed(input(args)).said();
        assert_eq!(said.status, Some(missing), "{args}: {said:?}");
        let enrols = args.starts_with("create") || args.starts_with("import");
        assert_eq!(store.path().exists(), enrols, "{args}");
        let told = said.stderr.starts_with("error: ") || args == "doctor";
        assert_eq!(told, missing != 0, "{args}: {said:?}");
    }
}
