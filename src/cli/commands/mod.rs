//! The commands, each of them a file with its arguments and its function, and a line here.

mod authenticate;
mod backup_codes;
#[cfg(feature = "service")]
mod clients;
mod code;
mod completions;
mod create;
mod decrypt;
#[cfg(feature = "service")]
mod devices;
mod doctor;
mod encrypt;
mod export;
mod import;
#[cfg(feature = "postgres")]
mod init;
mod keygen;
mod list;
mod log;
mod man;
#[cfg(feature = "remote")]
mod phone;
mod policy;
mod qr;
mod recover;
mod remove;
mod rename;
mod resync;
mod run;
#[cfg(feature = "service")]
mod serve;
#[cfg(feature = "remote")]
mod sms;
mod unlock;
mod uri;

use clap::Subcommand;

use super::error::Result;
use super::{Context, Status};

macro_rules! commands {
    ($($(#[$cfg:meta])? $file:ident $name:ident)*) => {
        #[derive(Subcommand)]
        #[command(defer = true)]
        pub enum Command {
            $($(#[$cfg])? $name($file::Args),)*
        }

        impl Command {
            pub fn run(&self, context: &mut Context<'_>) -> Result<Status> {
                match self {
                    $($(#[$cfg])? Self::$name(args) => $file::run(args, context),)*
                }
            }
        }
    };
}

commands! {
    list List
    create Create
    authenticate Authenticate
    run Run
    code Code
    uri Uri
    qr Qr
    rename Rename
    remove Remove
    import Import
    export Export
    backup_codes BackupCodes
    #[cfg(feature = "remote")] phone Phone
    #[cfg(feature = "remote")] sms Sms
    #[cfg(feature = "service")] devices Devices
    recover Recover
    unlock Unlock
    resync Resync
    policy Policy
    #[cfg(feature = "service")] clients Clients
    #[cfg(feature = "service")] serve Serve
    keygen Keygen
    #[cfg(feature = "postgres")] init Init
    encrypt Encrypt
    decrypt Decrypt
    log Log
    doctor Doctor
    completions Completions
    man Man
}

impl Command {
    /// Reports whether the command's product is its output on stdout.
    ///
    /// The gates answer by their status. What the remaining commands have done stays done, whether
    /// or not their report could be read; a status that says otherwise would get them called again.
    pub fn answers(&self) -> bool {
        match self {
            Self::Policy(policy) => policy.answers(),
            Self::Recover(recover) => recover.answers(),
            #[cfg(feature = "service")]
            Self::Clients(clients) => clients.answers(),
            #[cfg(feature = "service")]
            Self::Devices(devices) => devices.answers(),
            #[cfg(feature = "remote")]
            Self::Phone(_) | Self::Sms(_) => false,
            #[cfg(feature = "service")]
            Self::Serve(_) => false,
            Self::Authenticate(_)
            | Self::Run(_)
            | Self::Create(_)
            | Self::Rename(_)
            | Self::Remove(_)
            | Self::Import(_)
            | Self::Unlock(_)
            | Self::Resync(_)
            | Self::Keygen(_)
            | Self::Encrypt(_)
            | Self::Decrypt(_) => false,
            _ => true,
        }
    }

    /// Reports whether the command is safe with rights that its caller lacks: it neither becomes
    /// nor starts another program, and reads and writes only the files of the store.
    pub fn serves_others(&self) -> bool {
        matches!(self, Self::Authenticate(_) | Self::List(_) | Self::Log(_))
    }
}

/// The reason why a command is refused to a caller who lacks the program's rights.
pub const ELEVATED: &str =
    "with rights that are not the caller's, only authenticate, list and log work";
