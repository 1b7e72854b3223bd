//! Finding the server that takes changes, among those that the URL names.

use std::io;

use tokio::net::{TcpStream, UnixStream};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Config, NoTls, Row};

use super::failure::{Failure, Purpose, text};
use super::host::Host;
use super::session::Session;
use super::settings::{About, Settings};
use super::url::PostgresUrl;
use super::{passfile, tls};
use crate::store::StoreError;

/// Connects to the first server that takes changes, each in its share of the time.
pub(super) async fn connect(
    url: &PostgresUrl,
    deadline: Instant,
    about: About<'_>,
) -> Result<(Session, Settings, Option<Row>), StoreError> {
    let mut failed = None;
    for (tried, host) in url.hosts.iter().enumerate() {
        let left = u32::try_from(url.hosts.len() - tried).unwrap_or(u32::MAX);
        let now = Instant::now();
        let share = now + deadline.saturating_duration_since(now) / left;
        let opened = timeout_at(share, open(host, url, about)).await;
        match opened.unwrap_or_else(|_| Err(Failure::Late.told(Purpose::Reading, url))) {
            Ok(opened) if !opened.1.is_standby => return Ok(opened),
            Ok(_) => {}
            // Somebody else may be in the place of one of them.
            Err(error @ StoreError::Unsafe { .. }) => return Err(error),
            Err(error) => failed = Some(error),
        }
    }
    let standby = || unreachable(url, io::Error::other("it is a standby, which takes no changes"));
    Err(failed.unwrap_or_else(standby))
}

async fn open(
    host: &Host,
    url: &PostgresUrl,
    about: About<'_>,
) -> Result<(Session, Settings, Option<Row>), StoreError> {
    let session = introduced(host, url).await?;
    let read = Settings::read(&session, url, about).await;
    let (settings, row) = read.map_err(|failure| failure.told(Purpose::Reading, url))?;
    Ok((session, settings, row))
}

async fn introduced(host: &Host, url: &PostgresUrl) -> Result<Session, StoreError> {
    let (config, no) = (config(host, url)?, |error| unreachable(url, error));
    let session = if host.is_socket() {
        let path = format!("{}/.s.PGSQL.{}", host.name, host.port);
        Session::start(&config, UnixStream::connect(path).await.map_err(no)?, NoTls).await
    } else {
        let stream = TcpStream::connect((host.name.as_str(), host.port)).await.map_err(no)?;
        // A question is one packet, and waits for its answer.
        stream.set_nodelay(true).map_err(no)?;
        match &url.tls {
            None => Session::start(&config, stream, NoTls).await,
            Some(files) => {
                let mut connector = tls::connector(files)?;
                let name =
                    MakeTlsConnect::<TcpStream>::make_tls_connect(&mut connector, &host.name);
                Session::start(&config, stream, name.map_err(|e| no(io::Error::other(e)))?).await
            }
        }
    };
    session.map_err(|error| match tls::distrust(&error) {
        Some(why) => StoreError::Unsafe { place: url.place(), why, fix: None },
        None => unreachable(url, io::Error::other(text(&error))),
    })
}

fn config(host: &Host, url: &PostgresUrl) -> Result<Config, StoreError> {
    let mut config = Config::new();
    let is_plain = host.is_socket() || url.tls.is_none();
    config
        .user(&url.user)
        .dbname(&url.database)
        .application_name("mfa")
        .ssl_mode(if is_plain { SslMode::Disable } else { SslMode::Require })
        // What a role or a database has as its default must not weaken it.
        .options("-c synchronous_commit=on");
    let password = url.passfile.as_ref().map(|file| passfile::password(file, host, url));
    if let Some(password) = password.transpose()?.flatten() {
        config.password(&*password);
    }
    Ok(config)
}

pub(super) fn unreachable(url: &PostgresUrl, source: io::Error) -> StoreError {
    StoreError::Unreachable { place: url.place(), source }
}
