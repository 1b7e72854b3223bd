//! The URL of a store in PostgreSQL: what it may say, and what it must not.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use percent_encoding::percent_decode_str;

use super::host::{self, Host};
use super::parameters::Parameters;
use crate::domain::quoted;
use crate::store::Place;

/// The address of a store in PostgreSQL; it holds no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresUrl {
    text: String,
    pub(super) hosts: Vec<Host>,
    pub(super) user: String,
    pub(super) database: String,
    /// How servers that are not behind a socket are identified, unless the connection is plain.
    pub(super) tls: Option<Certificates>,
    pub(super) passfile: Option<PathBuf>,
    /// Whether a change counts only once a standby has it.
    pub(super) needs_standby: bool,
    config: Option<PathBuf>,
}

/// The files with what identifies the server and us to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Certificates {
    /// Those that vouch for the server, if they are not the usual ones of the web.
    pub(super) roots: Option<PathBuf>,
    /// Ours, and its key.
    pub(super) ours: Option<(PathBuf, PathBuf)>,
}

/// The reason why a text is no address of a store; what may be a password in it is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PostgresUrlError(String);

/// What a URL of PostgreSQL begins with.
const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];

impl PostgresUrl {
    /// Returns the file with the configuration that belongs to the store, if it names one.
    #[must_use]
    pub fn config(&self) -> Option<&Path> {
        self.config.as_deref()
    }

    /// Returns the same address with a file of passwords, unless it names one itself.
    ///
    /// # Errors
    /// [`PostgresUrlError`] if the file's path depends on the working directory.
    pub fn with_passfile(self, file: Option<PathBuf>) -> Result<Self, PostgresUrlError> {
        match file {
            Some(file) if self.passfile.is_none() && !file.is_absolute() => {
                Err(wrong("PGPASSFILE is no absolute path"))
            }
            file => Ok(Self { passfile: self.passfile.or(file), ..self }),
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the place of the store.
    pub(super) fn place(&self) -> Place {
        Place::of(&self.text)
    }

    /// Returns the place of something of this name in the store.
    pub(super) fn place_of(&self, name: &str) -> Place {
        Place::of(&format!("{} in {}", quoted(name), self.text))
    }
}

impl FromStr for PostgresUrl {
    type Err = PostgresUrlError;

    fn from_str(text: &str) -> Result<Self, PostgresUrlError> {
        let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
        let rest = rest.ok_or_else(|| wrong("it begins with postgres://"))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        if user.contains(':') {
            return Err(password());
        }
        let mut given = Parameters::read(query)?;
        let hosts = host::parsed(hosts, given.take("host"), given.take("port").as_deref())?;
        let user = given.either(user, "user")?;
        if user.is_empty() {
            return Err(wrong("it names no user: postgres://USER@HOST/DATABASE"));
        }
        let database = Some(given.either(database, "dbname")?).filter(|name| !name.is_empty());
        let url = Self {
            text: text.into(),
            database: database.unwrap_or_else(|| user.clone()),
            user,
            tls: tls(&hosts, &mut given)?,
            hosts,
            passfile: given.file("passfile")?,
            needs_standby: !given.is("standby", "required", "none")?,
            config: given.file("config")?,
        };
        // Any other would be of no use to a gate, which writes.
        if given.take("target_session_attrs").is_some_and(|value| value != "read-write") {
            return Err(wrong("target_session_attrs is read-write"));
        }
        given.finish().map(|()| url)
    }
}

/// Reads how servers are identified.
fn tls(hosts: &[Host], given: &mut Parameters) -> Result<Option<Certificates>, PostgresUrlError> {
    let roots = given.file("sslrootcert")?;
    let ours = match (given.file("sslcert")?, given.file("sslkey")?) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err(wrong("sslcert and sslkey belong together")),
    };
    if !given.is("sslmode", "verify-full", "disable")? {
        return Ok(Some(Certificates { roots, ours }));
    }
    if roots.is_some() || ours.is_some() {
        return Err(wrong("sslmode=disable leaves no use for certificates"));
    }
    match hosts.iter().find(|host| !host.is_this_machine()) {
        Some(host) => Err(wrong(format!(
            "sslmode=disable is for this machine alone, and {} is another",
            quoted(&host.name)
        ))),
        None => Ok(None),
    }
}

pub(super) fn decoded(text: &str) -> Result<String, PostgresUrlError> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| wrong("it is not UTF-8"))?;
    if decoded.contains('\0') {
        return Err(wrong("it holds a NUL"));
    }
    Ok(decoded.into_owned())
}

pub(super) fn wrong(why: impl Into<String>) -> PostgresUrlError {
    PostgresUrlError(why.into())
}

pub(super) fn password() -> PostgresUrlError {
    wrong(
        "a password in it is seen by everybody on this machine: passfile=FILE names a file with it",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(rest: &str) -> Result<PostgresUrl, String> {
        format!("postgres://{rest}").parse().map_err(|error: PostgresUrlError| error.to_string())
    }

    fn hosts(rest: &str) -> Vec<(String, u16)> {
        let url = parsed(rest).unwrap();
        url.hosts.into_iter().map(|host| (host.name, host.port)).collect()
    }

    fn list(hosts: &[(&str, u16)]) -> Vec<(String, u16)> {
        hosts.iter().map(|(name, port)| ((*name).to_owned(), *port)).collect()
    }

    #[test]
    fn a_url_names_one_or_several_servers_by_their_names_addresses_or_sockets() {
        assert_eq!(hosts("me@db.example.org/mfa"), list(&[("db.example.org", 5432)]));
        assert_eq!(hosts("me@a:1,b,[::1]:2/x"), list(&[("a", 1), ("b", 5432), ("::1", 2)]));
        assert_eq!(hosts("me@/mfa?host=/run/postgresql"), list(&[("/run/postgresql", 5432)]));
        assert_eq!(hosts("me@%2Frun%2Fpg:7/mfa"), list(&[("/run/pg", 7)]));
        assert_eq!(hosts("/mfa?user=me&host=/a,/b&port=9"), list(&[("/a", 9), ("/b", 9)]));
    }

    #[test]
    fn what_a_url_leaves_out_is_what_is_safe() {
        let url = parsed("me@db").unwrap();
        assert_eq!((&*url.user, &*url.database), ("me", "me"));
        assert_eq!(url.tls, Some(Certificates { roots: None, ours: None }));
        assert!(url.needs_standby && url.passfile.is_none());
        let url = parsed("db/x%20y?user=a%40b&target_session_attrs=read-write&standby=none&passfile=/p&config=/c").unwrap();
        assert_eq!((&*url.user, &*url.database, url.needs_standby), ("a@b", "x y", false));
        assert_eq!(
            (url.passfile.as_deref(), url.config()),
            (Some(Path::new("/p")), Some(Path::new("/c")))
        );
        let url = parsed("me@db?sslrootcert=/r&sslcert=/c&sslkey=/k").unwrap();
        let ours = Some(("/c".into(), "/k".into()));
        assert_eq!(url.tls, Some(Certificates { roots: Some("/r".into()), ours }));
        assert_eq!(parsed("me@localhost?sslmode=disable").unwrap().tls, None);
    }

    #[test]
    fn what_is_unsafe_unknown_or_no_url_is_refused_with_its_reason_and_no_password() {
        for (rest, why) in [
            ("me:CANARY@db", "passfile=FILE"),
            ("me:@db", "passfile=FILE"),
            ("me@db?password=CANARY", "passfile=FILE"),
            ("me@db?sslmode=disable", "and 'db' is another"),
            ("me@localhost,db?sslmode=disable", "and 'db' is another"),
            ("me@localhost.example.org?sslmode=disable", "is another"),
            ("me@db?sslmode=require", "sslmode is verify-full or disable"),
            ("me@db?sslmode=CANARY", "sslmode is verify-full or disable"),
            ("me@db?standby=maybe", "standby is required or none"),
            ("me@db?target_session_attrs=any", "target_session_attrs is read-write"),
            ("me@db?options=-c%20x", "unknown parameter 'options'"),
            ("me@db?a%1bb=1", r"unknown parameter 'a\u{1b}b'"),
            ("me@db?user=you", "it names 'user' twice"),
            ("me@db?config=/a&config=/b", "it names 'config' twice"),
            ("me@db?config=a", "config is no absolute path"),
            ("me@db?sslcert=/a", "belong together"),
            ("me@localhost?sslmode=disable&sslrootcert=/a", "no use for certificates"),
            ("db/mfa", "no user"),
            ("me@/mfa", "no host"),
            ("me@a,,b", "a host without a name"),
            ("me@a:0", "a port that is none"),
            ("me@a:x", "a port that is none"),
            ("me@[::1", "an address without a ]"),
            ("me@a?host=/b", "hosts and ports"),
            ("me@a/%ff", "not UTF-8"),
            ("me@a/%00", "a NUL"),
        ] {
            let refused = parsed(rest).unwrap_err();
            assert!(refused.contains(why) && !refused.contains("CANARY"), "{rest}: {refused}");
        }
        assert!("postgres:me@db".parse::<PostgresUrl>().is_err());
    }
}
