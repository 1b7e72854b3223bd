use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use mfa::serve::{Options, Origin, ServeError, Service, World};

use crate::cli::error::{CommandError, Result};
use crate::cli::{Context, Status};

/// Answer over HTTP: codes are verified by the same gate, for the clients that `mfa clients` names
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Socket to listen on instead
    #[arg(long, value_name = "PATH", conflicts_with = "listen")]
    socket: Option<PathBuf>,
    /// Address under which people reach it, `https://HOST`, where that is another machine
    #[arg(long)]
    origin: Option<Origin>,
    /// Address for figures in the format of Prometheus
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics: Option<SocketAddr>,
    /// Network of proxies whose X-Forwarded-For is believed; may be given several times
    #[arg(long, value_name = "NETWORK")]
    trusted_proxy: Vec<IpNet>,
}

pub fn run(args: &Args, Context { env, location }: &mut Context<'_>) -> Result<Status> {
    let store = location.find(env)?;
    let options = Options {
        origin: args.origin.clone().unwrap_or_else(|| Origin::local(args.listen.port())),
        listen: args.listen,
        socket: args.socket.clone(),
        metrics: args.metrics,
        trusted_proxies: args.trusted_proxy.clone(),
    };
    let uid = (env.process.caller)().uid;
    let world = World { clock: env.clock.now, random: env.random, log: env.log, uid };
    mfa::serve::serve(Service::new(store, options, world), |place| {
        env.stderr.line(&format!("listening on {place}"));
    })?;
    Ok(Status::Done)
}

impl From<ServeError> for CommandError {
    fn from(error: ServeError) -> Self {
        Self::new(Status::Record, error)
    }
}
