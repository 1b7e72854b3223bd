//! What an accepted code lets the policy remember.

use mfa::domain::EnrolmentId;
use mfa::policy::{Device, Location, Remember};

use super::Env;
use super::error::{CommandError, Result};

/// What to remember, for every command that is a gate.
#[derive(clap::Args)]
pub struct RememberArgs {
    /// Once the code is accepted, remember this device for 30 days, for `policy check`
    #[arg(long, value_name = "ID")]
    remember_device: Option<Device>,
    /// Once the code is accepted, remember this network, or label of a place, likewise
    #[arg(long, value_name = "LOCATION")]
    remember_location: Option<Location>,
}

impl RememberArgs {
    /// Fails if there is anything to remember, where only a code can be judged.
    #[cfg(feature = "remote")]
    pub fn expect_none(&self) -> Result<()> {
        if self.remember_device.is_none() && self.remember_location.is_none() {
            return Ok(());
        }
        let why = "--remember-device and --remember-location are for a store, not for a server";
        Err(CommandError::usage(why))
    }

    /// Returns what to remember, with the random numbers that a first time takes.
    pub fn remember(&self, env: &Env<'_>) -> Result<Option<Remember>> {
        let (device, location) = (self.remember_device.clone(), self.remember_location.clone());
        if device.is_none() && location.is_none() {
            return Ok(None);
        }
        let (mut enrolment, mut salt) = (EnrolmentId([0; 16]), [0; 32]);
        (env.random)(&mut enrolment.0).map_err(CommandError::no_randomness)?;
        (env.random)(&mut salt).map_err(CommandError::no_randomness)?;
        Ok(Some(Remember { device, location, enrolment, salt }))
    }
}
