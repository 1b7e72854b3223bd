//! The state of an app: one JSON object, written whole.

mod backup;
mod codes;
#[cfg(test)]
mod round_trip;
mod tie;

use serde::{Deserialize, Serialize};

use backup::Backup;
use codes::Kind;
pub(super) use tie::{Tie, digest};

use crate::domain::{
    Account, Algorithm, AppName, BackupCodes, Digits, Drift, EnrolmentId, Guard, Label, Otp,
    Period, Push, Recovery, Sms, Throttle, Totp, UnixTime,
};
use crate::store::base64_bytes::Base64;

/// The newest format version that this program knows; files of newer versions are left alone.
const NEWEST: u64 = 2;

/// The format version of records that programs older than [`NEWEST`] can read.
const FIRST: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    version: u64,
    issuer: String,
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Kind::is_totp")]
    kind: Kind,
    algorithm: Algorithm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digits: Option<Digits>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    types_identifier: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    drift: Option<Drift>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enrolment: Option<Base64<16>>,
    created: Option<u64>,
    last_used: Option<u64>,
    last_step: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    other_kind: Option<u64>,
    failures: u32,
    failed_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failing_since: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    throttled_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backup: Option<Backup>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sms: Option<Sms>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    push: Option<Push>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Throttle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<Recovery>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed_as: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    successor: Option<Successor>,
}

/// What a state says of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) account: Account,
    /// The name for which the secret is sealed, while a rename is under way.
    pub(super) sealed_as: Option<AppName>,
    /// The digest of the file of the sealed secret that it belongs to; `None` for a plain one.
    pub(super) sealed_sha256: Option<String>,
}

impl State {
    /// Returns the state of an app whose secret is plain.
    pub(super) fn of_plain(account: Account) -> Self {
        Self { account, sealed_as: None, sealed_sha256: None }
    }
}

/// The record that applies once the secret that it is tied to is in place.
///
/// Secret and state are two files that cannot be renamed at once. So a replacement is recorded next
/// to the record it replaces, and the secret in place decides which of the two applies: if the
/// process is killed at any point, an app has the old secret with the old record, or the new one
/// with the new.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Successor {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    plain: bool,
    record: Box<Record>,
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

/// Returns the account of an app without a state, as `mfa.py` makes them.
pub(super) fn unrecorded(app: &AppName) -> Account {
    Account::new(app.into(), None, Totp::default(), None)
}

/// Returns the text of the state of an app whose secret is plain.
#[cfg(test)]
fn write(account: &Account) -> String {
    to_json(&Record::from(account))
}

/// Returns the text of a state.
pub(super) fn write_state(state: &State) -> String {
    to_json(&Record::from(state))
}

/// Returns the text of the state of an app whose secret is about to be replaced by the one with
/// this tie.
pub(super) fn write_replacement(old: &State, tie: Tie, new: &State) -> String {
    let successor = tie.to(Box::new(new.into()));
    let record = Record::from(old);
    let needed = if successor.secret_sha256.is_some() { FIRST } else { NEWEST };
    let version = record.version.max(successor.record.version).max(needed);
    to_json(&Record { version, successor: Some(successor), ..record })
}

/// Reads the state that belongs to the secret with this tie, or returns the reason why there is
/// none.
pub(super) fn read(state: &[u8], tie: &Tie) -> Result<State, String> {
    let record = parse(state)?;
    match record.successor {
        Some(next) if tie.is_of(&next) => (*next.record).try_into(),
        _ => record.try_into(),
    }
}

/// Reads what the state of an app without a secret remembers of past codes, or returns `None` if it
/// remembers nothing.
///
/// Its own and its successor's codes both count, since either secret may come back.
pub(super) fn read_orphan(state: &[u8]) -> Result<Option<Account>, String> {
    let mut record = parse(state)?;
    let successor = record.successor.take();
    let mut account = Account::try_from(record)?;
    if let Some(next) = successor {
        account = Account::try_from(*next.record)?.succeeding(&account, true);
    }
    Ok(Some(account).filter(|account| account.guard != Guard::default()))
}

fn parse(state: &[u8]) -> Result<Record, String> {
    // serde_json's message may repeat the file's contents; the position is enough.
    let place =
        |e: serde_json::Error| format!("no valid state at line {} column {}", e.line(), e.column());
    let Version { version } = serde_json::from_slice(state).map_err(place)?;
    match version {
        FIRST..=NEWEST => serde_json::from_slice(state).map_err(place),
        0 => Err("there is no version 0".into()),
        _ => Err(format!("version {version} is newer than this program")),
    }
}

fn to_json(record: &Record) -> String {
    // Strings and numbers always serialise, and an empty state would be refused as damaged.
    serde_json::to_string(record).map(|json| json + "\n").unwrap_or_default()
}

/// Reports whether an account has something that a program that knows only [`FIRST`] cannot read.
fn needs_newest(account: &Account) -> bool {
    // The shortest period was 15 seconds then.
    let short = account.otp.period().is_some_and(|seconds| seconds < 15);
    let another_kind = !matches!(account.otp, Otp::Totp(_))
        || account.drift.is_some()
        || account.serial.is_some()
        || account.enrolment.is_some()
        || account.guard.other_kind.is_some();
    let throttles = [&account.guard.throttle, &account.backup.throttle];
    // Labels held no colon.
    let colon = [Some(&account.issuer), account.name.as_ref()]
        .into_iter()
        .flatten()
        .any(|label| label.as_str().contains(':'));
    short
        || another_kind
        || colon
        || account.sms.is_some()
        || account.push != Push::default()
        || account.asked != Throttle::default()
        || account.recovery != Recovery::default()
        || account.backup.hashing.params.is_some()
        || throttles.iter().any(|throttle| throttle.throttled_at.is_some())
}

impl From<&State> for Record {
    fn from(state: &State) -> Self {
        let record = Self::from(&state.account);
        let sealed_as = state.sealed_as.as_ref().map(|app| app.as_str().into());
        let sealed_sha256 = state.sealed_sha256.clone();
        let is_new = sealed_as.is_some() || sealed_sha256.is_some();
        let version = if is_new { NEWEST } else { record.version };
        Self { version, sealed_as, sealed_sha256, ..record }
    }
}

impl TryFrom<Record> for State {
    type Error = String;

    fn try_from(mut record: Record) -> Result<Self, String> {
        let sealed_as = record.sealed_as.take().map(|name| name.parse::<AppName>());
        let sealed_as = sealed_as.transpose().map_err(|e| e.to_string())?;
        let sealed_sha256 = record.sealed_sha256.take();
        Ok(Self { account: record.try_into()?, sealed_as, sealed_sha256 })
    }
}

impl From<&Account> for Record {
    fn from(a: &Account) -> Self {
        let (digits, period, counter, types_identifier) = match a.otp {
            Otp::Totp(totp) => (Some(totp.digits), Some(totp.period), None, false),
            Otp::Hotp(h) => (Some(h.digits), None, Some(h.counter), h.types_identifier),
            Otp::Steam => (None, None, None, false),
        };
        Self {
            version: if needs_newest(a) { NEWEST } else { FIRST },
            issuer: a.issuer.as_str().into(),
            account: a.name.as_ref().map(|name| name.as_str().into()),
            kind: (&a.otp).into(),
            algorithm: a.otp.algorithm(),
            digits,
            period,
            counter,
            types_identifier,
            drift: a.drift,
            serial: a.serial.as_ref().map(|serial| serial.as_str().into()),
            enrolment: a.enrolment.map(|id| Base64(id.0)),
            created: a.created.map(|t| t.0),
            last_used: a.last_used.map(|t| t.0),
            last_step: a.guard.last_step,
            other_kind: a.guard.other_kind,
            failures: a.guard.throttle.failures,
            failed_at: a.guard.throttle.failed_at.map(|t| t.0),
            failing_since: a.guard.throttle.failing_since.map(|t| t.0),
            throttled_at: a.guard.throttle.throttled_at.map(|t| t.0),
            backup: (a.backup != BackupCodes::default()).then(|| (&a.backup).into()),
            sms: a.sms.clone(),
            push: Some(a.push.clone()).filter(|push| *push != Push::default()),
            asked: Some(a.asked.clone()).filter(|asked| *asked != Throttle::default()),
            recovery: Some(a.recovery.clone()).filter(|it| *it != Recovery::default()),
            sealed_as: None,
            sealed_sha256: None,
            successor: None,
        }
    }
}

impl TryFrom<Record> for Account {
    type Error = String;

    fn try_from(r: Record) -> Result<Self, String> {
        let label = |text: String| text.parse::<Label>().map_err(|e| e.to_string());
        let otp = codes::otp(&r)?;
        Ok(Self {
            otp,
            drift: r.drift,
            serial: r.serial.map(label).transpose()?,
            issuer: label(r.issuer)?,
            name: r.account.map(label).transpose()?,
            enrolment: r.enrolment.map(|id| EnrolmentId(id.0)),
            created: r.created.map(UnixTime),
            last_used: r.last_used.map(UnixTime),
            guard: Guard {
                last_step: r.last_step,
                other_kind: r.other_kind,
                throttle: throttle(r.failures, [r.failed_at, r.failing_since, r.throttled_at]),
            },
            backup: r.backup.map_or_else(|| Ok(BackupCodes::default()), BackupCodes::try_from)?,
            sms: r.sms,
            push: r.push.unwrap_or_default(),
            asked: r.asked.unwrap_or_default(),
            recovery: r.recovery.unwrap_or_default(),
        })
    }
}

fn throttle(failures: u32, times: [Option<u64>; 3]) -> Throttle {
    let [failed_at, failing_since, throttled_at] = times.map(|time| time.map(UnixTime));
    Throttle { failures, failed_at, failing_since, throttled_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Hashing, Secret};

    const STATE: &str = r#"{"version":1,"issuer":"Corp","account":"me","algorithm":"SHA256","digits":8,"period":60,"created":1,"last_used":2,"last_step":3,"failures":4,"failed_at":5}
"#;

    fn secret(text: &str) -> Secret {
        Secret::parse(text.as_bytes()).unwrap()
    }

    fn read(state: &[u8], secret: &Secret) -> Result<Account, String> {
        super::read(state, &Tie::of_secret(secret)).map(|state| state.account)
    }

    fn replaced(old: &Account, secret: &Secret, new: &Account) -> String {
        let (old, new) = (State::of_plain(old.clone()), State::of_plain(new.clone()));
        write_replacement(&old, Tie::of_secret(secret), &new)
    }

    fn refusal(state: &str) -> String {
        read(state.as_bytes(), &secret("AAAAAAAAAAAAAAAA")).unwrap_err()
    }

    #[test]
    fn what_is_written_reads_back() {
        let any = secret("AAAAAAAAAAAAAAAA");
        assert_eq!(write(&read(STATE.as_bytes(), &any).unwrap()), STATE);
        let plain = unrecorded(&"a:b".parse().unwrap());
        assert_eq!(read(write(&plain).as_bytes(), &any).unwrap(), plain);
    }

    #[test]
    fn backup_codes_and_both_throttles_are_kept() {
        let any = secret("AAAAAAAAAAAAAAAA");
        let mut account = read(STATE.as_bytes(), &any).unwrap();
        let (hashing, digests) = (Hashing { params: None, salt: [1; 16] }, vec![[2; 32], [3; 32]]);
        account.backup =
            BackupCodes { hashing, digests, throttle: throttle(6, [Some(7), Some(8), None]) };
        account.guard.throttle.failing_since = Some(UnixTime(9));
        assert_eq!(read(write(&account).as_bytes(), &any).unwrap(), account);
        assert_eq!(
            refusal(&write(&account).replace("AQEBAQ", "AQEB")),
            "no salt or digest of a backup code"
        );
        assert!(write(&account).starts_with(r#"{"version":1,"#));
    }

    #[test]
    fn a_set_that_tells_its_parameters_makes_a_record_that_older_programs_call_newer() {
        let any = secret("AAAAAAAAAAAAAAAA");
        let mut account = read(STATE.as_bytes(), &any).unwrap();
        account.backup.hashing =
            "$argon2id$v=19$m=8192,t=3,p=1$AQEBAQEBAQEBAQEBAQEBAQ".parse().unwrap();
        let state = write(&account);
        assert!(state.starts_with(r#"{"version":2,"#), "{state}");
        assert_eq!(read(state.as_bytes(), &any).unwrap(), account);
        let before = read(STATE.as_bytes(), &any).unwrap();
        let mut throttled = before.clone();
        throttled.guard.throttle.throttled_at = Some(UnixTime(9));
        assert!(write(&throttled).starts_with(r#"{"version":2,"#));
        assert_eq!(read(write(&throttled).as_bytes(), &any).unwrap(), throttled);
        for (period, version) in [(14, 2), (15, 1)] {
            let totp = Totp { period: Period::try_from(period).unwrap(), ..Totp::default() };
            let account = Account { otp: totp.into(), ..before.clone() };
            assert!(write(&account).starts_with(&format!(r#"{{"version":{version},"#)));
            assert_eq!(read(write(&account).as_bytes(), &any).unwrap(), account);
        }
        assert!(replaced(&before, &any, &account).starts_with(r#"{"version":2,"#));
        assert_eq!(refusal(&state.replace("m=8192", "m=7")), "no parameters of Argon2id");
        assert_eq!(
            refusal(&state.replace("\"hashing\":", "\"salt\":\"\",\"hashing\":")),
            "a set of backup codes needs either a salt or parameters"
        );
    }

    #[test]
    fn a_label_with_a_colon_makes_a_record_that_older_programs_call_newer() {
        let any = secret("AAAAAAAAAAAAAAAA");
        for (from, to) in [("Corp", "https://corp"), ("\"me\"", "\"me@host:3080\"")] {
            let account = read(STATE.replace(from, to).as_bytes(), &any).unwrap();
            let state = write(&account);
            assert!(state.starts_with(r#"{"version":2,"#), "{state}");
            assert_eq!(read(state.as_bytes(), &any).unwrap(), account);
        }
    }

    #[test]
    fn the_secret_in_place_decides_between_an_account_and_its_successor() {
        let (old, new) = (secret("AAAAAAAAAAAAAAAA"), secret("BBBBBBBBBBBBBBBB"));
        let before = read(STATE.as_bytes(), &old).unwrap();
        let after = unrecorded(&"after".parse().unwrap());
        let state = replaced(&before, &new, &after);
        assert_eq!(read(state.as_bytes(), &old).unwrap(), before);
        assert_eq!(read(state.as_bytes(), &new).unwrap(), after);
    }

    #[test]
    fn the_state_of_a_lost_secret_remembers_what_it_or_its_successor_has_accepted() {
        let with_step = |last_step| {
            let mut account = unrecorded(&"a".parse().unwrap());
            account.guard.last_step = last_step;
            account
        };
        let remembered = |old, new| {
            let new_secret = secret("BBBBBBBBBBBBBBBB");
            let state = replaced(&with_step(old), &new_secret, &with_step(new));
            read_orphan(state.as_bytes()).unwrap().map(|account| account.guard.last_step.unwrap())
        };
        let steps =
            [remembered(Some(5), None), remembered(None, Some(6)), remembered(Some(7), Some(6))];
        assert_eq!(steps, [Some(5), Some(6), Some(7)]);
        assert_eq!(remembered(None, None), None);
        assert_eq!(read_orphan(STATE.as_bytes()).unwrap().unwrap().guard.last_step, Some(3));
    }

    #[test]
    fn damaged_state_is_refused_and_its_contents_are_not_repeated() {
        assert_eq!(refusal(""), "no valid state at line 1 column 0");
        assert_eq!(refusal("{}"), "no valid state at line 1 column 2");
        assert_eq!(refusal(&STATE[..40]), "no valid state at line 1 column 40");
        assert_eq!(
            refusal(&STATE.replace("\"SHA256\"", "\"CANARY\"")),
            "no valid state at line 1 column 64"
        );
        assert_eq!(
            refusal(&STATE.replace("\"digits\":8", "\"digits\":9")),
            "no valid state at line 1 column 75"
        );
        assert!(
            refusal(&STATE.replace("\"failures\":4", "\"failures\":-4"))
                .starts_with("no valid state")
        );
        assert!(
            refusal(&STATE.replace("\"failed_at\":5", "\"failed_at\":5,\"x\":0"))
                .starts_with("no valid state")
        );
        let control = STATE.replace("\"Corp\"", "\"a\\u0007\"");
        assert_eq!(refusal(&control), r"'a\u{7}' holds a control character");
    }

    #[test]
    fn state_from_a_newer_version_is_refused_even_where_its_fields_are_unknown() {
        assert_eq!(refusal(r#"{"version":3,"x":1}"#), "version 3 is newer than this program");
        assert_eq!(refusal(r#"{"version":0}"#), "there is no version 0");
    }

    #[test]
    fn a_sealed_secret_is_tied_by_its_file_and_a_rename_by_the_name_it_is_sealed_for() {
        let old = State {
            account: unrecorded(&"old".parse().unwrap()),
            sealed_as: Some("before".parse().unwrap()),
            sealed_sha256: Some("OLD".into()),
        };
        let new = State {
            sealed_sha256: Some("NEW".into()),
            ..State::of_plain(unrecorded(&"new".parse().unwrap()))
        };
        let text = write_replacement(&old, Tie::of_file(b"sealed"), &new);
        assert!(text.starts_with(r#"{"version":2,"#) && text.contains("file_sha256"), "{text}");
        assert_eq!(super::read(text.as_bytes(), &Tie::of_file(b"sealed")), Ok(new.clone()));
        let plain = write_replacement(&old, Tie::Plain, &new);
        let any = Tie::of_secret(&secret("AAAAAAAAAAAAAAAA"));
        assert_eq!(super::read(plain.as_bytes(), &any), Ok(new));
        assert_eq!(super::read(plain.as_bytes(), &Tie::of_file(b"sealed")), Ok(old.clone()));
        for other in [Tie::of_file(b"other"), Tie::of_secret(&secret("AAAAAAAAAAAAAAAA"))] {
            assert_eq!(super::read(text.as_bytes(), &other), Ok(old.clone()));
        }
        assert_eq!(super::read(write_state(&old).as_bytes(), &Tie::of_file(b"x")), Ok(old));
    }
}
