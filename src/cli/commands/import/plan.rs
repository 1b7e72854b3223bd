//! Naming the imported apps, so that nothing is overwritten and nothing is imported twice.

use std::collections::{BTreeMap, BTreeSet};

use mfa::domain::{Account, AppName, Enrolment, Label, Otp, Provisioned, UnixTime, escaped};
use mfa::store::{Store, StoreError};
use mfa::transfer::import::Found;
use sha2::{Digest, Sha256};

use super::report::Arrival;

use crate::cli::error::Result;

/// The limit on issuer and account together, in bytes: more than a QR code holds, and far less than
/// a state may have.
const LONGEST_LABELS: usize = 4096;

/// The limit on a label that a report repeats, in characters.
const SHOWN: usize = 100;

/// A digest of a secret and its parameters, which reveals duplicates without a copy of the secret.
type Fingerprint = [u8; 32];

/// The entries to import from any number of files, and the names that they get.
pub struct ImportPlan<'a> {
    store: &'a dyn Store,
    now: UnixTime,
    /// The name that the caller gives to a single entry.
    name: Option<&'a AppName>,
    /// The names that are in use, here or in the store.
    taken: BTreeSet<AppName>,
    /// The apps whose names differ by a suffix alone.
    same_names: BTreeMap<AppName, SameName>,
    /// The hardware tokens of the store, by their serial numbers.
    tokens: Tokens,
    /// The enrolments to add.
    pub new: Vec<(AppName, Enrolment)>,
    /// The outcome of each entry, in order.
    pub report: Vec<Arrival>,
    /// The number of entries that could be imported, duplicates included.
    pub entries: usize,
}

/// The apps that were named after the same issuer and differ by a suffix.
struct SameName {
    members: BTreeMap<Fingerprint, AppName>,
    /// The suffix to try next.
    next: u32,
}

/// The hardware tokens that are known, whatever they are called: each by its serial number and a
/// fingerprint, since vendors repeat secrets in files for tests.
#[derive(Default)]
struct Tokens {
    /// Read once a token is to be imported.
    known: Option<BTreeMap<(Label, Fingerprint), AppName>>,
}

impl Tokens {
    /// Finds the app of a token that was imported before and may have been renamed since.
    fn of(
        &mut self,
        token: &Enrolment,
        fingerprint: &Fingerprint,
        store: &dyn Store,
        apps: &BTreeSet<AppName>,
    ) -> Option<AppName> {
        let serial = token.account.serial.clone()?;
        let known = self.known.get_or_insert_with(|| tokens_of(store, apps));
        known.get(&(serial, *fingerprint)).cloned()
    }

    fn add(&mut self, token: &Enrolment, fingerprint: Fingerprint, app: &AppName) {
        if let (Some(known), Some(serial)) = (&mut self.known, &token.account.serial) {
            known.insert((serial.clone(), fingerprint), app.clone());
        }
    }
}

/// Reads the tokens among these apps; one that cannot be read is never a duplicate.
fn tokens_of(
    store: &dyn Store,
    apps: &BTreeSet<AppName>,
) -> BTreeMap<(Label, Fingerprint), AppName> {
    let read = |app: &AppName| {
        let enrolment = store.get(app).ok()?;
        let serial = enrolment.account.serial.clone()?;
        Some(((serial, fingerprint(&enrolment)), app.clone()))
    };
    apps.iter().filter_map(read).collect()
}

impl<'a> ImportPlan<'a> {
    pub fn new(
        store: &'a dyn Store,
        now: UnixTime,
        name: Option<&'a AppName>,
    ) -> Result<Self, StoreError> {
        let taken = store.apps()?.into_iter().collect();
        Ok(Self {
            store,
            now,
            name,
            taken,
            same_names: BTreeMap::new(),
            tokens: Tokens::default(),
            new: Vec::new(),
            report: Vec::new(),
            entries: 0,
        })
    }

    pub fn take(&mut self, found: Vec<Found>) {
        for found in found {
            let arrival = match found {
                Found::Entry(entry) => self.entry(entry),
                Found::Skipped { what, why } => {
                    Arrival::Skipped { what: escaped(&what), why: escaped(&why) }
                }
                Found::Refused { what, why } | Found::Unread { what, why } => {
                    Arrival::Refused { what: escaped(&what), why: escaped(&why) }
                }
            };
            self.report.push(arrival);
        }
    }

    fn entry(&mut self, entry: Provisioned) -> Arrival {
        self.entries += 1;
        let (wanted, unfit) = self.name.map_or_else(|| name(&entry), |name| (name.clone(), None));
        let length =
            [&entry.issuer, &entry.account].into_iter().flatten().map(|label| label.as_str().len());
        if length.sum::<usize>() > LONGEST_LABELS {
            let why = format!("issuer and account are longer than {LONGEST_LABELS} bytes");
            return Arrival::Refused { what: wanted.to_string(), why };
        }
        let issuer = entry.issuer.unwrap_or_else(|| Label::from(&wanted));
        let account = Account::new(issuer, entry.account, entry.otp, Some(self.now));
        let by_clock = matches!(entry.otp, Otp::Totp(_));
        let account =
            Account { drift: (entry.is_hardware && by_clock).then_some(entry.drift), ..account };
        let account = Account { serial: entry.serial, ..account };
        let enrolment = Enrolment { secret: entry.secret, account };

        let (store, taken) = (self.store, &mut self.taken);
        let same_name = self
            .same_names
            .entry(wanted.clone())
            .or_insert_with(|| same_name(&wanted, store, taken));
        let fingerprint = fingerprint(&enrolment);
        if let Some(app) = self.tokens.of(&enrolment, &fingerprint, store, taken) {
            return Arrival::Skipped { what: app.to_string(), why: "exists already".into() };
        }
        if let Some(app) = same_name.members.get(&fingerprint) {
            return Arrival::Skipped { what: app.to_string(), why: "exists already".into() };
        }
        if self.name.is_some() && taken.contains(&wanted) {
            let why = "exists already, with another secret or other parameters".into();
            return Arrival::Refused { what: wanted.to_string(), why };
        }
        let mut app = wanted.clone();
        while taken.contains(&app) {
            app = wanted.numbered(same_name.next);
            same_name.next += 1;
        }
        taken.insert(app.clone());
        same_name.members.insert(fingerprint, app.clone());
        self.tokens.add(&enrolment, fingerprint, &app);
        let bits = enrolment.secret.bits();
        self.new.push((app.clone(), enrolment));
        let wanted = Some(wanted).filter(|wanted| *wanted != app);
        Arrival::Imported { app, otp: entry.otp, bits, unfit, wanted }
    }
}

/// Reads the apps of the store that have this name, or have it with a suffix from an earlier import,
/// whichever of them were removed since; one that cannot be read is never a duplicate.
fn same_name(wanted: &AppName, store: &dyn Store, taken: &BTreeSet<AppName>) -> SameName {
    let mut members = BTreeMap::new();
    let start = wanted.shared_start();
    let alike = taken.range(&start..).take_while(|app| app.as_str().starts_with(start.as_str()));
    for app in alike.filter(|app| *app == wanted || wanted.numbers(app)) {
        if let Ok(enrolment) = store.get(app) {
            members.entry(fingerprint(&enrolment)).or_insert_with(|| app.clone());
        }
    }
    SameName { members, next: 2 }
}

fn fingerprint(Enrolment { secret, account }: &Enrolment) -> Fingerprint {
    let otp = account.otp;
    let parameters =
        format!("{} {} {} {:?} ", otp.kind(), otp.algorithm(), otp.digits(), otp.period());
    Sha256::new().chain_update(parameters).chain_update(secret.expose_bytes()).finalize().into()
}

/// Returns the name for an entry: that of its app, else its issuer, else its account, made fit for
/// a file name; and what it was made of, if that could not be one.
fn name(entry: &Provisioned) -> (AppName, Option<String>) {
    if let Some(app) = &entry.app {
        return (app.clone(), None);
    }
    let label = entry.issuer.as_ref().or(entry.account.as_ref()).map_or("imported", Label::as_str);
    let name = AppName::fitting(label);
    let unfit = (name.as_str() != label).then(|| label.chars().take(SHOWN).collect());
    (name, unfit)
}
