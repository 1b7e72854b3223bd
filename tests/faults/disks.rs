use crate::common::TempStore;
use crate::common::codes::{SECRET, right};

/// The beginning of each session: a file system of its own for the store, `mfa` with its status,
/// and a right code.
const SETTING: &str = r#"
mkdir "$STORE"; mount -t tmpfs -o "$OPTIONS" none "$STORE" || exit
mfa() { "$MFA" --store "$STORE" "$@"; echo "status $?"; }
sees() { (cd "$STORE" && find . -type f ! -name 'filler*' ! -name audit.jsonl ! -name .lock | sort); }
"#;

/// Runs a session in a mount namespace, and asserts everything that it says.
#[track_caller]
fn session(options: &str, script: &str, said: &str) {
    let store = TempStore::new();
    let root = rustix::process::geteuid().is_root();
    let unshare = if root { vec!["-m"] } else { vec!["-m", "--map-root-user"] };
    let script = format!("exec 2>&1; {SETTING}{script}");
    let args = [&unshare[..], &["sh", "-c", &script]].concat();
    let run = store.program("unshare", args);
    let run = run.env("STORE", store.path()).env("MFA", crate::common::program());
    let run = run.env("OPTIONS", options).env("CODE", right()).env("SECRET", SECRET);
    run.gives(0, said, "");
}

const FULL: &str = r#"
printf %s "$SECRET" | mfa create -n me -i C --secret-stdin
$FILL
mfa authenticate C -o 000000
mfa authenticate C -o "$CODE"
mfa authenticate C -o "$CODE" --json
mfa create -n me -i D
mfa create -n me -i C --force
mfa rename C D
mfa list
sees
rm "$STORE"/filler*
mfa authenticate C -o "$CODE"
mfa authenticate C -o "$CODE"
mfa create -n me -i D --no-image
sees
"#;

const ENROLLED: &str = "\
Configuring MFA for Account: me, Issuer: C
QR code: STORE/img/C.png
status 0
";

const LATER: &str = "\
App Name: C
--------
status 0
./img/C.png
./secrets/C
./state/C.json
Welcome
status 0
OTP verification failed
status 1
";

const MORE: &str = "\
Configuring MFA for Account: me, Issuer: D
status 0
./img/C.png
./secrets/C
./secrets/D
./state/C.json
./state/D.json
";

/// Returns what each command says if it cannot write: the place, and the system's reason.
fn refused(places: [&str; 5], why: &str) -> String {
    let [wrong, right, create, force, rename] =
        places.map(|place| format!("error: cannot write STORE/{place}: {why}\nstatus 6\n"));
    let json = r#"{"accepted":false,"reason":"record","retry_after":null,"factor":null,"backup_codes_left":null}"#;
    format!("{wrong}{right}{json}\n{right}{create}{force}{rename}")
}

#[test]
#[ignore = "needs root, or namespaces of users"]
fn on_a_full_disk_nothing_opens_and_nothing_is_half_made_until_there_is_room() {
    let places = ["audit.jsonl", "audit.jsonl", "secrets/D", "secrets/C", "state/D.json"];
    let why = "No space left on device (os error 28)";
    let fill = r#"head -c 1M /dev/zero 2>/dev/null >"$STORE/filler""#;
    let said = format!("{ENROLLED}{}{LATER}{MORE}", refused(places, why));
    session("size=64k,mode=700", &FULL.replace("$FILL", fill), &said);
}

#[test]
#[ignore = "needs root, or namespaces of users"]
fn on_a_disk_without_room_for_another_file_nothing_opens_until_there_is() {
    let places = ["state/C.json", "state/C.json", "secrets/D", "secrets/C", "secrets/D"];
    let why = "No space left on device (os error 28)";
    let fill = r#"n=0; while true >"$STORE/filler$n"; do n=$((n+1)); done 2>/dev/null"#;
    let said = format!("{ENROLLED}{}{LATER}{MORE}", refused(places, why));
    session("nr_inodes=20,mode=700", &FULL.replace("$FILL", fill), &said);
}

#[test]
#[ignore = "needs root, or namespaces of users"]
fn on_a_disk_that_can_only_be_read_nothing_opens_until_it_can_be_written() {
    let places = ["audit.jsonl", "audit.jsonl", "secrets/D", "secrets/C", "secrets/D"];
    let why = "Read-only file system (os error 30)";
    let script = FULL
        .replace("$FILL", r#"mount -o remount,bind,ro "$STORE""#)
        .replace(r#"rm "$STORE"/filler*"#, r#"mount -o remount,bind,rw "$STORE""#);
    let said = format!("{ENROLLED}{}{LATER}{MORE}", refused(places, why));
    session("mode=700", &script, &said);
}

#[test]
#[ignore = "needs root, or namespaces of users"]
fn doctor_finds_a_disk_that_can_only_be_read() {
    let script = r#"
printf %s "$SECRET" | mfa create -n me -i C --secret-stdin
mount -o remount,bind,ro "$STORE"
"$MFA" --store "$STORE" doctor --fix | grep -v '^Clock\|^Apps\|clock'
"#;
    let why = "Problem: cannot write STORE: Read-only file system (os error 30)\n";
    session("mode=700", script, &format!("{ENROLLED}Store: STORE\n{why}"));
}
