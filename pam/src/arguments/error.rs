use mfa::domain::quoted;
use mfa::remote::ServerUrlError;

/// The reasons why a line cannot be followed; nobody is let in by it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// An argument that is none; half of what is meant would be worse than nothing.
    #[error("unknown argument {}", quoted(.0))]
    Unknown(String),
    /// An argument that is not UTF-8.
    #[error("an argument is not UTF-8")]
    NotText,
    /// An argument that is there twice.
    #[error("{0} is given twice")]
    Twice(&'static str),
    /// A value that an argument cannot have.
    #[error("{name}: {why}")]
    Value {
        /// The argument.
        name: &'static str,
        /// What is wrong with its value.
        why: &'static str,
    },
    /// An address that is none; it is not repeated, since it may have a password in it.
    #[error("server=: {0}")]
    Server(#[from] ServerUrlError),
    /// Two arguments that exclude each other.
    #[error("{0} and {1} exclude each other")]
    Exclusive(&'static str, &'static str),
    /// An argument that needs another.
    #[error("{0} needs {1}")]
    Needs(&'static str, &'static str),
}
