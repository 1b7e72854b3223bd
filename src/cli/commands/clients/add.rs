use clap::ArgGroup;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mfa::client::{Client, ClientId, Scope, Token};
use mfa::domain::{AppName, UnixTime, quoted};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::cli::error::{CommandError, ErrorContext, Result};
use crate::cli::{Context, Env, Status, audit, duration, issuing};

/// Add a client, and print its token, which is shown once
#[derive(clap::Args)]
#[command(group = ArgGroup::new("scope").required(true).args(["apps", "all_apps"]))]
pub struct Args {
    /// Name of the client, which no other has
    name: AppName,
    /// App that it may ask about; can be given more than once
    #[arg(long = "app", value_name = "APP")]
    apps: Vec<AppName>,
    /// Let it ask about all apps, those to come included
    #[arg(long)]
    all_apps: bool,
    /// Let it enrol, change and remove these apps as well
    #[arg(long)]
    manage: bool,
    /// When its token expires: `90d`, `2027-01-31` (as that day begins in UTC) or a time as in RFC
    /// 3339; without it, never
    #[arg(long, value_name = "TIME", value_parser = expiry)]
    expires: Option<Expiry>,
    /// Answer with a JSON object: `name`, `id`, `token`, `expires`
    #[arg(long)]
    json: bool,
}

/// An expiry, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expiry {
    /// After this many seconds.
    In(u64),
    At(UnixTime),
}

#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    id: String,
    token: &'a str,
    expires: Option<String>,
}

/// The beginning of the error if a token was shown and then could not be recorded.
const VOID: &str = "the token that was shown is void";

/// The notice to people once the token that they saw is valid.
const ONCE: &str = "keep the token in a file that only its program can read: it is not shown again";

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    if args.name.as_str().parse::<ClientId>().is_ok() {
        return Err(CommandError::usage("the name looks like the id of a client"));
    }
    let store = location.find_asking(env)?;
    let (client, token) = drawn(args, env)?;
    // Nobody should be shown a token only to learn that the name is taken.
    expect_free(&client, &store.clients()?)?;
    show(args, &client, &token, env);
    // A token that nobody saw is nobody's, and need not be let in.
    issuing::expect_read(env)?;
    let mut free = Ok(());
    let recorded = store.change_clients(&mut |clients| {
        free = expect_free(&client, clients);
        let new = free.is_ok().then_some(&client);
        clients.iter().chain(new).cloned().collect()
    });
    recorded.map_err(CommandError::from).and(free).context(VOID)?;
    audit::record_client(&*store, &client.name, "clients add", env);
    env.stderr.line(ONCE);
    Ok(Status::Done)
}

/// Makes a client and its token from the system's random generator.
fn drawn(args: &Args, env: &Env<'_>) -> Result<(Client, Token)> {
    let created = (env.clock.now)()?;
    let expires = args.expires.map(|expiry| expiry.from(created)).transpose()?;
    let (mut id, mut secret) = ([0; 4], Zeroizing::new([0; 32]));
    (env.random)(&mut id)
        .and_then(|()| (env.random)(&mut *secret))
        .map_err(CommandError::no_randomness)?;
    let token = Token::new(ClientId(u32::from_be_bytes(id)), &secret);
    let scope = if args.all_apps { Scope::AllApps } else { Scope::Apps(args.apps.clone()) };
    let client = Client {
        id: token.id(),
        name: args.name.to_string(),
        scope,
        may_manage: args.manage,
        token_sha256: token.sha256(),
        created,
        expires,
        last_used: None,
    };
    Ok((client, token))
}

fn expect_free(client: &Client, clients: &[Client]) -> Result<()> {
    if clients.iter().any(|other| client.clashes_with(other)) {
        let why = format!(
            "a client with the name {} or the id {} exists already",
            quoted(&client.name),
            client.id
        );
        return Err(CommandError::new(Status::Refused, anyhow::Error::msg(why)));
    }
    Ok(())
}

/// Shows the token on stdout, alone on its line, as a token file has it.
fn show(args: &Args, client: &Client, token: &Token, env: &mut Env<'_>) {
    let token = token.expose();
    if args.json {
        let expires = client.expires.map(UnixTime::to_rfc3339);
        let id = client.id.to_string();
        return env.stdout.json(&Answer { name: &client.name, id, token: &token, expires });
    }
    let mut line = Zeroizing::new(String::with_capacity(token.len() + 1));
    line.extend([token.as_str(), "\n"]);
    env.stdout.write(&line);
}

impl Expiry {
    /// Returns the moment, which must be after `now`.
    fn from(self, now: UnixTime) -> Result<UnixTime> {
        let at = match self {
            Self::In(seconds) => UnixTime(now.0.saturating_add(seconds)),
            Self::At(at) => at,
        };
        let is_written = i64::try_from(at.0).is_ok_and(|at| Timestamp::from_second(at).is_ok());
        if at > now && is_written {
            return Ok(at);
        }
        Err(CommandError::usage("--expires is not between now and the year 9999"))
    }
}

fn expiry(text: &str) -> Result<Expiry, String> {
    let at = |time: Timestamp| time.as_second().try_into().ok().map(UnixTime).map(Expiry::At);
    let day = || Date::strptime("%Y-%m-%d", text).ok()?.to_zoned(TimeZone::UTC).ok();
    let time = text.parse::<Timestamp>().ok().or_else(|| Some(day()?.timestamp()));
    let seconds = || duration::seconds(text).ok().map(Expiry::In);
    time.and_then(at).or_else(seconds).ok_or_else(|| {
        format!("{} is neither a duration such as 90d nor a date such as 2027-01-31", quoted(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_duration_a_day_or_a_time() {
        for (text, expected) in [
            ("90d", Expiry::In(90 * 86_400)),
            ("1w 2h", Expiry::In(7 * 86_400 + 7200)),
            ("2027-01-31", Expiry::At(UnixTime(1_801_353_600))),
            ("2027-01-31T01:00:00+01:00", Expiry::At(UnixTime(1_801_353_600))),
        ] {
            assert_eq!(expiry(text), Ok(expected), "{text}");
        }
        for text in ["", "90", "2027-02-31", "2027-01-31T00:00:00", "tomorrow", "-1d", "1969-01-01"]
        {
            assert!(expiry(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_expiry_lies_ahead_and_can_be_written() {
        let now = UnixTime(1_795_302_119);
        let from = |expiry: Expiry| expiry.from(now).ok();
        assert_eq!(from(Expiry::In(1)), Some(UnixTime(now.0 + 1)));
        assert_eq!(from(Expiry::In(0)), None);
        assert_eq!(from(Expiry::At(now)), None);
        assert_eq!(from(Expiry::In(u64::MAX)), None);
        let last = UnixTime(253_402_207_200);
        assert_eq!(from(Expiry::At(last)), Some(last));
        assert_eq!(from(Expiry::At(UnixTime(253_402_300_800))), None);
    }
}
