mod next;
mod watch;

use std::collections::BTreeSet;

use jiff::Timestamp;
use mfa::domain::{Account, AppName, Enrolment, UnixTime, quoted};
use mfa::qr::base64;
use mfa::store::{Store, StoreError};
use serde::Serialize;

use crate::cli::context::tell;
use crate::cli::error::{CommandError, Result};
use crate::cli::location::Location;
use crate::cli::named::Directory;
use crate::cli::{Context, Env, Status, table};

/// Show the current codes of apps
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub struct Args {
    /// Names of apps, or any parts of their names, issuers or accounts; if none is given, all apps
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Keep the codes on the screen until a key is pressed
    #[arg(long, conflicts_with_all = ["json", "copy", "at"])]
    watch: bool,
    /// Put the code on the clipboard, through the terminal (OSC 52, which works over SSH)
    #[arg(long)]
    copy: bool,
    /// Take the next code of an app with codes by counter; each is shown once
    #[arg(long, conflicts_with_all = ["watch", "at"])]
    next: bool,
    /// Show the code of another moment: seconds since 1970, or RFC 3339
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<UnixTime>,
    /// Answer with JSON: one object where one APP means one app, else an array of them
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Shown {
    app: String,
    issuer: String,
    account: Option<String>,
    code: String,
    seconds_left: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counter: Option<u64>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    if args.next {
        return next::show(args, &*store, env);
    }
    let Found { apps, by_counter, status } = enrolments(args, &*store, location, env)?;
    if args.watch && (status == Status::Done || !apps.is_empty()) {
        watch::watch(&apps, env)?;
        return Ok(status);
    }
    let now = args.at.map_or_else(env.clock.now, Ok)?;
    let codes = all_shown(&apps, now);
    if by_counter > 0 {
        let apps = table::count(by_counter, "app");
        env.stderr
            .line(&format!("note: {apps} with codes by counter: mfa code APP --next takes one"));
    }
    if args.copy {
        copy(&codes, env)?;
    }
    match codes.as_slice() {
        [code] if args.apps.len() == 1 && status == Status::Done => single(code, args, env),
        [] if !args.apps.is_empty() => {}
        codes if args.json => env.stdout.json(&codes),
        [] if status == Status::Done && by_counter == 0 => {
            env.stdout.line("No Apps defined");
        }
        [] => {}
        codes => env.stdout.line(&rows(codes, env.columns())),
    }
    Ok(status)
}

/// The enrolments that were asked for.
struct Found {
    apps: Vec<(AppName, Enrolment)>,
    /// The number of those with codes by counter, where all apps are shown.
    by_counter: usize,
    status: Status,
}

/// Reads the enrolments that were asked for.
///
/// An app that cannot be read determines the status, but does not hide the others.
fn enrolments(
    args: &Args,
    store: &dyn Store,
    location: &Location,
    env: &mut Env<'_>,
) -> Result<Found> {
    let apps = if args.apps.is_empty() { store.apps()? } else { named(args, store, env)? };
    let mut found = Found { apps: Vec::new(), by_counter: 0, status: Status::Done };
    for app in apps {
        match store.get(&app) {
            Ok(enrolment) if enrolment.account.otp.counter().is_none() => {
                found.apps.push((app, enrolment));
            }
            Ok(_) if args.apps.is_empty() => found.by_counter += 1,
            // Removed since it was listed.
            Err(StoreError::NoSuchApp(_)) if args.apps.is_empty() => {}
            Ok(_) => found.status = tell(&next::needed(&app), env, location),
            Err(error) => found.status = tell(&CommandError::from(error), env, location),
        }
    }
    Ok(found)
}

/// Finds the apps that the arguments mean, each once: those of an exact name, else all that match.
fn named(args: &Args, store: &dyn Store, env: &mut Env<'_>) -> Result<Vec<AppName>> {
    let directory = Directory::read(store)?;
    let mut seen = BTreeSet::new();
    let mut apps = Vec::new();
    for text in &args.apps {
        let meant = meant(text, args.copy, &directory, env)?;
        apps.extend(meant.into_iter().filter(|app| seen.insert(app.clone())));
    }
    Ok(apps)
}

fn meant(
    text: &str,
    one: bool,
    directory: &Directory<'_>,
    env: &mut Env<'_>,
) -> Result<Vec<AppName>> {
    if let Some(exact) = directory.exact(text) {
        if let Some(others) = directory.others(exact) {
            env.stderr
                .line(&format!("note: {} matches other apps as well: {others}", quoted(text)));
        }
        return Ok(vec![exact.clone()]);
    }
    let matches = directory.matches(text);
    if one || matches.is_empty() {
        return Ok(vec![directory.one(text)?]);
    }
    Ok(matches.into_iter().cloned().collect())
}

fn all_shown(apps: &[(AppName, Enrolment)], now: UnixTime) -> Vec<Shown> {
    apps.iter().filter_map(|(app, enrolment)| shown(app, enrolment, now)).collect()
}

/// Returns the code at `now`, or `None` for an app with codes by counter.
fn shown(app: &AppName, Enrolment { secret, account }: &Enrolment, now: UnixTime) -> Option<Shown> {
    let code = account.otp.code_at(secret, now)?;
    Some(Shown { seconds_left: account.otp.seconds_left(now), ..Shown::new(app, account, code) })
}

impl Shown {
    fn new(app: &AppName, account: &Account, code: String) -> Self {
        Self {
            app: app.to_string(),
            issuer: account.issuer.as_str().into(),
            account: account.name.as_ref().map(|name| name.as_str().into()),
            code,
            seconds_left: None,
            counter: None,
        }
    }
}

fn single(code: &Shown, args: &Args, env: &mut Env<'_>) {
    if args.json {
        return env.stdout.json(code);
    }
    env.stdout.line(&code.code);
    if let Some(seconds) = code.seconds_left {
        env.stderr.line(&format!("{seconds} s left"));
    }
}

fn rows(codes: &[Shown], columns: Option<u16>) -> String {
    let rows = codes.iter().map(|code| {
        let account = code.account.clone().unwrap_or_else(|| "-".into());
        let left = code.seconds_left.map_or_else(String::new, |seconds| format!("{seconds} s"));
        [code.app.clone(), account, code.code.clone(), left]
    });
    table::wrapped(["APP", "ACCOUNT", "CODE", "LEFT"], rows, columns, 2)
}

/// Asks the terminal, with the control sequence OSC 52, to put the code on its clipboard.
fn copy(codes: &[Shown], env: &mut Env<'_>) -> Result<()> {
    let [code] = codes else {
        return Err(CommandError::usage("--copy takes one APP"));
    };
    let sequence = format!("\x1b]52;c;{}\x07", base64(code.code.as_bytes()));
    (env.terminal.tell)(&sequence).map_err(|_| CommandError::usage("--copy needs a terminal"))
}

fn moment(text: &str) -> Result<UnixTime, String> {
    let seconds = text.parse().ok().or_else(|| {
        let time: Timestamp = text.parse().ok()?;
        u64::try_from(time.as_second()).ok()
    });
    seconds.map(UnixTime).ok_or_else(|| format!("{} is not a time since 1970", quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_unix_seconds_or_rfc_3339() {
        for (text, seconds) in
            [("0", 0), ("59", 59), ("1970-01-01T00:00:59Z", 59), ("1970-01-01T01:00:59+01:00", 59)]
        {
            assert_eq!(moment(text), Ok(UnixTime(seconds)));
        }
        assert!(
            moment("1969-12-31T23:59:59Z").is_err()
                && moment("-1").is_err()
                && moment("now").is_err()
        );
    }
}
