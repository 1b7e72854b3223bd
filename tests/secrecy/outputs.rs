use std::collections::BTreeSet;

use mfa::domain::{Totp, UnixTime};
use sha2::Digest;

use crate::common::codes::{now, secret};
use crate::common::disk::set_mode;
use crate::common::{Said, TempStore};

/// A secret of which no run of eight characters may be in any output that was not asked for it.
const CANARY: &str = "NVTGCLLTMVRXEZLUFVRWC3TBOJ4SCIJB";

/// A text that is nearly a secret, but not base32.
const BAD_CANARY: &str = "NVTGCLLTMVRXEZLUFVRWC3TBOJ4SCIJ1";

/// A number with too many digits for a code.
const BAD_CODE: &str = "918273645546";

/// Returns all forms in which a part of the secret or a code that is right now could appear.
fn canaries() -> Vec<String> {
    let key = secret(CANARY);
    let bytes = key.expose_bytes();
    let hex = bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut forms = vec![hex.clone(), hex.to_uppercase(), format!("{bytes:?}"), BAD_CODE.into()];
    forms.extend(CANARY.as_bytes().windows(8).map(text));
    forms.extend(CANARY.to_lowercase().as_bytes().windows(8).map(text));
    forms.push(mfa::qr::base64(bytes));
    // Some future steps are included, since the commands below take a while.
    let codes = (0..6).map(|n| Totp::default().code(&key, UnixTime(now().0 + n * 30 - 60)));
    forms.extend(codes);
    forms
}

/// Returns a store with every kind of file, whole, damaged and half written.
fn store() -> TempStore {
    let store = TempStore::with_secret("C", CANARY);
    let create = ["create", "-n", "n", "-i", "D", "--secret-stdin"];
    assert_eq!(store.mfa(create).fed(CANARY).said().status, Some(0));
    store.put("secrets/damaged", BAD_CANARY);
    store.put("secrets/state damaged", CANARY);
    store.put("state/state damaged.json", format!("{{\"version\":1,\"issuer\":{CANARY}"));
    store.put("secrets/open", CANARY);
    set_mode(store.at("secrets/open"), 0o644);
    store.put("secrets/.killed.tmp", CANARY);
    store.put("img/stray.png", CANARY);
    store
}

/// The same for the commands of a build that sends codes by SMS and wakes phones.
const REMOTE: &[(&str, &str)] = &[
    ("phone C +15550100199", ""),
    ("phone C --remove --json", ""),
    ("phone nobody +15550100199", ""),
    ("sms C", ""),
    ("sms nobody --json", ""),
    ("authenticate C --sms -o -", "CODE"),
    ("authenticate C --push", ""),
    ("run C --push --purpose why -- true", ""),
    ("keygen --push push.of.tests --json", ""),
];

/// Command lines of a build that has the service.
const SERVICE: &[(&str, &str)] = &[
    ("clients add ci --app C", ""),
    ("clients add ci --all-apps", ""),
    ("clients list", ""),
    ("clients list --json", ""),
    ("clients remove ci --json", ""),
    ("devices C", ""),
    ("devices C --json", ""),
    ("devices C --add", ""),
    ("devices C --add --json", ""),
    ("devices C --remove 03030303030303030303030303030303", ""),
    ("serve --listen 127.0.0.1:0 --socket nowhere", ""),
];

/// Command lines of a build that has PostgreSQL, for a store in a folder.
const POSTGRES: &[(&str, &str)] = &[("init", ""), ("log --prune 1d", "")];

fn lines() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let remote = REMOTE.iter().filter(|_| cfg!(feature = "remote"));
    let postgres = POSTGRES.iter().filter(|_| cfg!(feature = "postgres"));
    remote.chain(postgres).chain(SERVICE.iter().filter(|_| cfg!(feature = "service"))).chain(LINES)
}

/// Command lines and what is piped into them; of those that ask for a secret only such as fail or
/// write it into a file.
///
/// `CODE` stands for a right code, `_` for a space.
const LINES: &[(&str, &str)] = &[
    ("list", ""),
    ("list --long", ""),
    ("list --json", ""),
    ("create -n n -i E --secret-stdin", CANARY),
    ("create -n n -i F --secret-stdin --json", CANARY),
    ("create -n n -i D --secret-stdin", CANARY),
    ("create -n n -i D --secret-stdin --force", CANARY),
    ("create -n n -i G --secret-stdin", BAD_CANARY),
    ("create -n n -i G --secret-stdin --json", BAD_CANARY),
    ("create -n n -i G --secret-stdin --logo /dev/null", CANARY),
    ("create -n n -i G --secret-stdin --confirm", "NVTGCLLTMVRXEZLUFVRWC3TBOJ4SCIJB\n000000\n"),
    ("create -n n -i G --secret-stdin --confirm", "NVTGCLLTMVRXEZLUFVRWC3TBOJ4SCIJB\nCODE\n"),
    ("create -n n -i G --secret-stdin --confirm", "NVTGCLLTMVRXEZLUFVRWC3TBOJ4SCIJB\n"),
    ("create -n n -i damaged --force --secret-stdin", CANARY),
    ("create -n n -i open --force --secret-stdin", CANARY),
    ("create -n n -i T --hotp --secret-stdin", CANARY),
    ("create -n n -i U --hardware --secret-stdin --json", CANARY),
    ("code T", ""),
    ("code T --next --json", ""),
    ("resync T -o -", "000000\n000001\n"),
    ("recover issue C --verified-with badge --reference TICKET-42 --json", ""),
    ("recover issue C --verified-with badge --reference NVTGCLLTMVRXEZLUFVRWC3TBOJ4SCIJB", ""),
    ("recover use C -o -", "NVTGCLLTMVRXEZLU\n"),
    (
        "recover use C --secret-stdin",
        "0000-0000-0000-0000\nNVTGCLLTMVRXEZLUFVRWC3TBOJ4SCIJB\n000000\n",
    ),
    ("recover cancel C", ""),
    ("resync T -o - --json", BAD_CODE),
    ("resync U -o -", "CODE\nCODE\n"),
    ("authenticate C -o CODE", ""),
    ("authenticate C -o CODE", ""),
    ("authenticate C -o CODE --json", ""),
    ("authenticate D -o -", "CODE"),
    ("authenticate C -o 918273645546", ""),
    ("authenticate C -o - --json", BAD_CODE),
    ("-a C -o CODE --help", ""),
    ("-a nobody -o CODE", ""),
    ("-a damaged -o CODE", ""),
    ("-a damaged -o CODE --json", ""),
    ("-a open -o CODE", ""),
    ("authenticate state_damaged -o CODE", ""),
    ("code nobody", ""),
    ("code damaged", ""),
    ("code open", ""),
    ("uri nobody", ""),
    ("uri damaged", ""),
    ("uri open --json", ""),
    ("qr nobody", ""),
    ("qr damaged", ""),
    ("qr C --output /dev/null/x.png", ""),
    ("qr C --output picture.png", ""),
    ("qr C --output picture.svg --json", ""),
    ("rename D H", ""),
    ("rename damaged I --json", ""),
    ("rename nobody I", ""),
    ("doctor", ""),
    ("doctor --json", ""),
    ("doctor --fix", ""),
    ("run H -o CODE -- true", ""),
    ("run H -o 000000 -- true", ""),
    ("run H -o - -- cat", "CODE"),
    ("backup-codes H", ""),
    ("backup-codes H --json --count 1", ""),
    ("backup-codes H --status", ""),
    ("unlock H --clock", ""),
    ("authenticate H -o CODE --remember-device laptop", ""),
    ("policy check H --policy store/policy.yaml --device laptop", ""),
    ("policy check nobody --policy store/policy.yaml --json", ""),
    ("policy check H --policy store/secrets/C", ""),
    ("policy report --policy store/policy.yaml --json", ""),
    ("policy forget H", ""),
    ("keygen key.of.tests", ""),
    ("encrypt --key-file key.of.tests", ""),
    ("code --key-file key.of.tests nobody", ""),
    ("authenticate --key-file key.of.tests C -o CODE --json", ""),
    ("authenticate C -o CODE", ""),
    ("rename --key-file key.of.tests T V", ""),
    ("decrypt --key-file key.of.tests --json", ""),
    ("log", ""),
    ("log H --json --since 1h", ""),
    ("import -", ""),
    ("import - --dry-run", CANARY),
    ("import --from store --dry-run", ""),
    ("import - --json", "otpauth://totp/Z:z?secret=GEZDGNBVGY3TQOJQ&digits=9"),
    ("export nobody", ""),
    ("completions bash", ""),
    ("man", ""),
    ("remove H", ""),
    ("remove H nobody --yes", ""),
    ("remove H --yes --json", ""),
    ("remove damaged --yes", ""),
];

#[test]
fn no_command_says_a_secret_or_a_code_that_it_was_not_asked_for() {
    let (store, canaries) = (store(), canaries());
    let code = || Totp::default().code(&secret(CANARY), now());
    store.put("policy.yaml", include_str!("../data/policy/published.yaml"));
    for (line, fed) in lines() {
        let args = line.split(' ').map(|arg| arg.replace("CODE", &code()).replace('_', " "));
        let args: Vec<_> = args.collect();
        let said = store.mfa(&args).fed(fed.replace("CODE", &code())).said();
        for canary in &canaries {
            let all = format!("{}{}", said.stdout, said.stderr);
            assert!(!all.contains(canary.as_str()), "{line}: {canary} in {said:?}");
        }
    }
}

#[test]
fn every_command_of_the_help_is_among_those_that_were_tried() {
    let help = TempStore::new().bare(["--help"]).said().stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let named: BTreeSet<_> =
        commands.lines().map(|l| l.split_whitespace().next().unwrap()).collect();
    let tried: BTreeSet<_> = lines().map(|(line, _)| line.split(' ').next().unwrap()).collect();
    assert!(named.is_subset(&tried), "{:?}", named.difference(&tried));
}

#[test]
fn what_was_asked_for_is_said() {
    let store = TempStore::with_secret("C", CANARY);
    let said = |args: &[&str]| -> Said { store.mfa(args).said() };
    assert!(said(&["uri", "C"]).stdout.contains(CANARY));
    let code = Totp::default().code(&secret(CANARY), UnixTime(59));
    assert_eq!(said(&["code", "C", "--at", "59"]).stdout, format!("{code}\n"));
    assert_eq!(said(&["qr", "C", "--base64"]).status, Some(0));
}

#[test]
fn a_secret_is_in_its_own_file_alone_and_a_code_in_none() {
    let store = TempStore::new();
    let create = ["create", "-n", "n", "-i", "C", "--secret-stdin", "--force"];
    let code = Totp::default().code(&secret(CANARY), now());
    // Twice, since the state of a replacement says which secret it belongs to.
    for _ in 0..2 {
        assert_eq!(store.mfa(create).fed(CANARY).said().status, Some(0));
        store.mfa(["-a", "C", "-o", "000000"]).gives(1, "OTP verification failed\n", "");
    }
    assert_eq!(store.mfa(["-a", "C", "-o", &code]).said().stdout, "Welcome\n");
    assert_eq!(store.mfa(create).fed(CANARY).said().status, Some(0));
    let plain =
        base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &sha2::Sha256::digest(CANARY));
    for (path, (_, holds)) in store.snapshot() {
        let own = path.ends_with("secrets/C");
        assert_eq!(holds.contains(CANARY), own, "{}", path.display());
        assert!(own || !canaries().iter().any(|canary| holds.contains(canary)), "{holds}");
        assert!(!holds.contains(&plain), "{holds}");
    }
}
