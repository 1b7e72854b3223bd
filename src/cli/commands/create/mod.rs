mod confirm;
mod say;
mod token;

use std::path::PathBuf;

use mfa::domain::{
    Account, Algorithm, AppName, Digits, Drift, Enrolment, Hotp, Label, Otp, Period, Totp, UnixTime,
};
use mfa::policy::Policy;
use mfa::qr::Qr;
use mfa::store::{Existing, Fix, StoreError};

use crate::cli::error::{CommandError, ErrorContext, Result};
use crate::cli::new_secret::{Source, new_secret};
use crate::cli::{Context, Status, audit, files, issuing};

/// Enrol: make a secret and the QR code that a phone scans
#[derive(clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub struct Args {
    #[arg(short = 'c', long = "create", hide = true)]
    _flag: bool,
    /// Whose codes these will be, such as an email address
    #[arg(short = 'n', long, value_name = "ACCOUNT")]
    account_name: Label,
    /// Who asks for them; also the app's name unless --app gives another
    #[arg(short, long, value_name = "ISSUER")]
    issuer_name: Label,
    /// Name of the app, for a second account of one issuer
    #[arg(long, value_name = "NAME")]
    app: Option<AppName>,
    /// SHA1, SHA256 or SHA512; many phone apps know SHA1 alone
    #[arg(long, default_value_t, value_name = "HASH")]
    algorithm: Algorithm,
    /// Digits of a code, 6 to 8; many phone apps know 6 alone
    #[arg(long, default_value_t, value_name = "N")]
    digits: Digits,
    /// Seconds that a code is current, 5 to 300; many phone apps know 30 alone
    #[arg(long, default_value_t, value_name = "SECONDS")]
    period: Period,
    /// Codes by counter (HOTP), as a YubiKey types them; shows what to program it with
    #[arg(long, conflicts_with = "period")]
    hotp: bool,
    /// Counter of the first code
    #[arg(long, default_value_t = 0, value_name = "N", requires = "hotp")]
    counter: u64,
    /// The codes are a hardware token's, whose clock may drift; shows what to program it with, and
    /// makes no QR code
    #[arg(long, conflicts_with = "logo")]
    hardware: bool,
    /// Read a base32 secret from stdin instead of making one
    #[arg(long)]
    secret_stdin: bool,
    /// Picture (PNG, JPEG, WebP) for the middle of the QR code
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// Keep no PNG of the QR code
    #[arg(long)]
    no_image: bool,
    /// Do not open the PNG on the desktop
    #[arg(long)]
    no_open: bool,
    /// Ask for the first code, and keep the app only if it is right; without a
    /// terminal, the code is the next line of stdin
    #[arg(long)]
    confirm: bool,
    /// Make backup codes and show them, as on a terminal; they are shown once
    #[arg(long)]
    backup_codes: bool,
    /// Make as many backup codes as this policy says, and show them
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Replace the app if it exists already
    #[arg(long)]
    force: bool,
    /// Answer with a JSON object: `app`, `issuer`, `account`, `image`; `secret` of a token, and
    /// `backup_codes` if they are made
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let app = match &args.app {
        Some(app) => app.clone(),
        None => args
            .issuer_name
            .as_str()
            .parse::<AppName>()
            .context("the issuer cannot name the app, give --app NAME")?,
    };
    let policy = args.policy.as_deref().map(Policy::from_file).transpose()?;
    let count = policy.map_or(issuing::COUNT, |policy| policy.recovery.backup_codes);
    let store = location.find_asking(env)?;
    store.expect_key_if_sealed()?;
    let now = (env.clock.now)()?;
    let account = account(args, now);
    if args.confirm && !args.secret_stdin {
        confirm::expect_terminal(args, env)?;
    }
    let mut enrolment = Enrolment { secret: new_secret(source(args), env)?, account };
    let qr = Qr::new(&enrolment.provisioning_uri())?;
    // A picture would show what is sealed.
    if store.seals() && args.logo.is_some() {
        return Err(CommandError::usage("a sealed app keeps no picture, so that it has no logo"));
    }
    let image = if store.seals() { None } else { image(args, &qr)? };

    // Nobody should scan, type or write down codes in vain.
    match store.get(&app) {
        Ok(_) if !args.force => return Err(refused(StoreError::Exists(app.to_string()), false)),
        Ok(_) | Err(StoreError::NoSuchApp(_)) => {}
        // What is replaced need not be believed.
        Err(StoreError::Unsafe { fix: Some(Fix::Seal(..)), .. }) if args.force => {}
        Err(error) => return Err(error.into()),
    }
    if args.confirm {
        confirm::show(args, &enrolment, &qr, env)?;
        match confirm::confirm(args, &enrolment, env)? {
            Some(account) => enrolment.account = account,
            None => return Ok(Status::Refused),
        }
    }
    let makes_codes =
        args.backup_codes || args.policy.is_some() || (env.stdout.is_terminal && !args.json);
    let codes = if makes_codes {
        let (set, codes) = issuing::issue(count, env)?;
        enrolment.account.backup = set;
        codes
    } else {
        Vec::new()
    };
    let place = image.as_ref().and_then(|_| Some(store.folder()?.image(&app)));
    let new = say::New { app: &app, enrolment: &enrolment, image: place.as_deref(), codes: &codes };
    let shows_secrets = !codes.is_empty() || token::is_programmed(args);
    if shows_secrets {
        say::answer(args, &new, env);
        // Codes that nobody saw must not void those that somebody has kept.
        issuing::expect_read(env)?;
    }
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    if let Err(error) = store.enrol_with_image(&app, &enrolment, image.as_deref(), existing) {
        return Err(refused(error, shows_secrets));
    }
    audit::record_done(&*store, app.as_str(), "create", env);
    if !shows_secrets {
        say::answer(args, &new, env);
    } else if !codes.is_empty() && !args.json {
        env.stderr.line(issuing::ONCE);
    }
    say::warn(&enrolment, env);
    if env.stdout.is_terminal && !args.json && !args.confirm && !args.hardware {
        say::draw(&qr, &app, location, env);
    }
    say::open(args, place.as_deref(), env);
    Ok(Status::Done)
}

fn account(args: &Args, now: UnixTime) -> Account {
    let Args { algorithm, digits, period, counter, .. } = *args;
    let otp: Otp = if args.hotp {
        Hotp { algorithm, digits, counter, ..Hotp::default() }.into()
    } else {
        Totp { algorithm, digits, period }.into()
    };
    let (issuer, name) = (args.issuer_name.clone(), Some(args.account_name.clone()));
    let drift = (args.hardware && !args.hotp).then(Drift::default);
    Account { drift, ..Account::new(issuer, name, otp, Some(now)) }
}

fn refused(error: StoreError, shown: bool) -> CommandError {
    let exists = matches!(error, StoreError::Exists(_));
    let error = CommandError::from(error);
    let error = if shown { error.context("what was shown is void") } else { error };
    if !exists {
        return error;
    }
    error.hint("--app NAME makes another one, --force replaces this one")
}

fn source(args: &Args) -> Source {
    match (args.secret_stdin, args.confirm) {
        (false, _) => Source::Random,
        (true, true) => Source::Line,
        (true, false) => Source::Stdin,
    }
}

fn image(args: &Args, qr: &Qr) -> Result<Option<Vec<u8>>> {
    let logo = args.logo.as_ref().map(|path| files::logo(path)).transpose()?;
    Ok(match logo {
        _ if args.no_image || args.hardware => None,
        None => Some(qr.png()?),
        Some(logo) => Some(qr.png_with_logo(&logo)?),
    })
}
