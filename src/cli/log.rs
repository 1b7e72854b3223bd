use std::io::{BufRead, BufReader};

use jiff::{Span, SpanRelativeTo, Timestamp};
use mfa::audit::Event;
use mfa::domain::quoted;

use super::location::Location;
use super::{Env, Status, table};

/// Show the audit log
#[derive(clap::Args)]
pub struct Args {
    /// Name of an app, to see its lines alone
    app: Option<String>,
    /// Only what is not older: `90s`, `2h 30m`, `7d`
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    since: Option<u64>,
    /// Answer with a JSON array of the lines
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, location: &Location, env: &mut Env<'_>) -> anyhow::Result<Status> {
    let store = location.find(env)?;
    let oldest = match args.since {
        Some(seconds) => Some((env.clock)()?.0.saturating_sub(seconds)),
        None => None,
    };
    let (mut events, mut broken) = (Vec::new(), 0);
    for line in store.audit_log()?.into_iter().flat_map(|log| BufReader::new(log).split(b'\n')) {
        match serde_json::from_slice::<Event>(&line?) {
            Ok(event) if wanted(&event, args.app.as_deref(), oldest) => events.push(event),
            Ok(_) => {}
            Err(_) => broken += 1,
        }
    }
    if broken > 0 {
        env.warn(&format!("{} of the log could not be read", table::count(broken, "line")));
    }
    if args.json {
        env.stdout.json(&events);
    } else if events.is_empty() {
        env.stdout.line("Nothing is logged");
    } else {
        env.stdout.line(&rows(events));
    }
    Ok(Status::Done)
}

fn wanted(event: &Event, app: Option<&str>, oldest: Option<u64>) -> bool {
    // A line without a time is shown rather than lost.
    let time =
        event.time.parse::<Timestamp>().ok().and_then(|time| u64::try_from(time.as_second()).ok());
    let recent = oldest.is_none_or(|oldest| time.is_none_or(|time| time >= oldest));
    recent && app.is_none_or(|app| event.app == app || event.new_name.as_deref() == Some(app))
}

fn rows(events: Vec<Event>) -> String {
    let unknown = || "-".to_owned();
    let rows = events.into_iter().map(|event| {
        [
            event.time,
            event.app,
            event.new_name.map_or(event.action.clone(), |new| format!("{} to {new}", event.action)),
            event.factor.unwrap_or_else(unknown),
            event.wait.map_or(event.outcome.clone(), |wait| format!("{}, {wait} s", event.outcome)),
            event.uid.to_string(),
            event.parent.unwrap_or_else(unknown),
        ]
    });
    table::table(["TIME", "APP", "ACTION", "FACTOR", "OUTCOME", "UID", "PARENT"], rows)
}

fn seconds(text: &str) -> Result<u64, String> {
    let duration =
        text.parse::<Span>().and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    let seconds = duration.ok().and_then(|duration| u64::try_from(duration.as_secs()).ok());
    seconds.ok_or_else(|| format!("{} is no duration such as 90s, 2h 30m or 7d", quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_written_as_people_write_it() {
        for (text, expected) in
            [("90s", 90), ("2h 30m", 9000), ("7d", 604_800), ("1w", 604_800), ("PT5M", 300)]
        {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "7", "-1h", "1 fortnight"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
