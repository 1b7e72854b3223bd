use serde::Serialize;

use crate::cli::error::Result;
use crate::cli::{Context, Status, audit, named};

/// Print the otpauth URI of an app; it holds the secret
#[derive(clap::Args)]
pub struct Args {
    /// Name of the app, or a part of its name, issuer or account that no other app has
    app: String,
    /// Answer with a JSON object: `app`, `uri`
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    app: &'a str,
    uri: &'a str,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find_asking(env)?;
    let app = named::find(&*store, &args.app)?;
    let uri = store.get(&app)?.provisioning_uri();
    audit::record_done(&*store, app.as_str(), "uri", env);
    if args.json {
        env.stdout.json(&Answer { app: app.as_str(), uri: &uri });
    } else {
        env.stdout.line(&uri);
    }
    Ok(Status::Done)
}
