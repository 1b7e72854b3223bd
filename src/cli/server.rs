//! The service that a command asks in place of a store, as far as arguments and environment name one.

use std::path::PathBuf;

use mfa::remote::{Server, ServerUrl};

use super::Env;
use super::error::{CommandError, Result};
use super::location::Location;

/// The service to ask in place of a store.
#[derive(clap::Args)]
pub struct ServerArgs {
    /// Ask the service at this address in place of a store [default: `MFA_SERVER`, unless a store is
    /// named]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// File with the token that the service knows this machine by [default: `MFA_TOKEN_FILE`]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl ServerArgs {
    /// Finds the service, if one is to be asked.
    pub fn find(&self, location: &Location, env: &Env<'_>) -> Result<Option<Server>> {
        match self.url(location, env)? {
            None if self.token_file.is_some() => {
                Err(CommandError::usage("--token-file is for a --server"))
            }
            None => Ok(None),
            // Whoever calls could send the token in a file that they cannot read where they like.
            Some(_) if env.process.elevated => Err(CommandError::usage(
                "with rights that are not the caller's, no server is asked",
            )),
            Some(url) => Ok(Some(Server::new(url, &self.token(env)?)?)),
        }
    }

    /// Returns the address of the service; whoever made the environment of a process with more rights
    /// than their own names none.
    fn url(&self, location: &Location, env: &Env<'_>) -> Result<Option<ServerUrl>> {
        let named = env.variables.server.as_ref().filter(|_| !env.process.elevated);
        match (&self.server, named) {
            (Some(_), _) if location.names_store() => {
                Err(CommandError::usage("--server and --store name two gates"))
            }
            (Some(text), _) => parsed("--server", text).map(Some),
            (None, Some(_)) if location.names_store() => Ok(None),
            (None, Some(text)) => parsed("MFA_SERVER", &text.to_string_lossy()).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn token(&self, env: &Env<'_>) -> Result<PathBuf> {
        let named = env.variables.token_file.as_ref().map(PathBuf::from);
        self.token_file.clone().or(named).ok_or_else(|| {
            CommandError::usage("a token is missing")
                .hint("name the file with it: --token-file FILE")
        })
    }
}

/// Reads an address; the parser of the arguments would repeat one that has a password in it.
fn parsed(source: &str, text: &str) -> Result<ServerUrl> {
    text.parse().map_err(|why| CommandError::usage(format!("{source}: {why}")))
}
