use std::net::SocketAddr;
use std::path::PathBuf;

use mfa::config::{Config, ServiceConfig};
use mfa::policy::Policy;
use mfa::push::Waker;
use mfa::serve::{Options, ServeError, Service, World};

use crate::cli::any_store::AnyStore;
use crate::cli::error::{CommandError, Result};
use crate::cli::table::count;
use crate::cli::{Context, Env, Status, issuing};

/// Serve the store over HTTP, to the clients that `mfa clients` has added
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on [default: `listen` in the configuration, else 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Unix socket to listen on instead of an address
    #[arg(long, value_name = "PATH", conflicts_with = "listen")]
    socket: Option<PathBuf>,
    /// File with the configuration [default: `config.toml` in the store's folder]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Show what would be served, and exit
    #[arg(long)]
    check: bool,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find(env)?;
    let mut config = match &args.config {
        Some(file) => Config::from_file(file)?,
        None => store.config()?,
    };
    // A store that is not there has nothing to be served.
    let clients = store.clients()?.len();
    // Nor has a sealed one without its key.
    store.apps()?.first().map_or(Ok(()), |app| store.get(app).map(drop))?;
    store.expect_key_if_sealed()?;
    let outgoing = outgoing(&config);
    config.listen = args.listen.or(config.listen);
    let options = options(args, &config)?;
    if args.check {
        say(&store, &options, clients, &outgoing, env)?;
        return Ok(Status::Done);
    }
    let uid = (env.process.caller)().uid;
    let world = World { clock: env.clock.now, random: env.random, log: env.log, uid };
    let origin = options.origin.to_string();
    let service = match store {
        AnyStore::Folder(folder) => Service::new(folder, options, world),
        #[cfg(feature = "postgres")]
        AnyStore::Postgres(store) => Service::new(*store, options, world),
    };
    let service = service.map_err(|why| CommandError::usage(why.to_string()))?;
    let waker = Waker { push: config.push, notify: config.notify, origin };
    let service = service.with_sms(config.sms).with_waker(waker);
    mfa::serve::serve(service, |place| env.stderr.line(&format!("listening on {place}")))?;
    Ok(Status::Done)
}

/// Returns how the service is reached: as the arguments say, else the configuration.
fn options(args: &Args, config: &Config) -> Result<Options> {
    let ServiceConfig { socket, metrics, trusted_proxies, policy, .. } = config.service.clone();
    let policy = policy.as_deref().map(Policy::from_file).transpose()?;
    Ok(Options {
        origin: config.reached_at(),
        listen: config.address(),
        // An address that is named on the command line takes the place of a socket.
        socket: args.socket.clone().or(socket.filter(|_| args.listen.is_none())),
        metrics,
        trusted_proxies,
        backup_codes: policy.map_or(issuing::COUNT, |policy| policy.recovery.backup_codes),
    })
}

fn say(
    store: &AnyStore,
    options: &Options,
    clients: usize,
    outgoing: &[String],
    env: &mut Env<'_>,
) -> Result<()> {
    let place = match &options.socket {
        Some(path) => path.display().to_string(),
        None => format!("http://{}", options.listen),
    };
    let metrics = options.metrics.map_or_else(|| "none".into(), |address| address.to_string());
    let proxies: Vec<_> = options.trusted_proxies.iter().map(ToString::to_string).collect();
    let proxies = if proxies.is_empty() { "none".into() } else { proxies.join(", ") };
    let (apps, clients) = (count(store.apps()?.len(), "app"), count(clients, "client"));
    for line in [
        format!("Store: {store}, {apps}, {clients}"),
        format!("Origin: {}", options.origin),
        format!("Listens on: {place}"),
        format!("Metrics: {metrics}"),
        format!("Trusted proxies: {proxies}"),
    ] {
        env.stdout.line(&line);
    }
    for line in outgoing {
        env.stdout.line(line);
    }
    Ok(())
}

/// Says what goes out, and by which part of the configuration.
fn outgoing(config: &Config) -> [String; 3] {
    let Config { sms, push, notify, .. } = config;
    [
        ("SMS", sms.is_some(), "by the gateway of the configuration"),
        ("Web push", push.is_some(), "with the key of the configuration"),
        ("Notifications", notify.is_some(), "by the service of the configuration"),
    ]
    .map(|(what, is_there, how)| format!("{what}: {}", if is_there { how } else { "none" }))
}

impl From<ServeError> for CommandError {
    fn from(error: ServeError) -> Self {
        Self::new(Status::Record, error)
    }
}
