//! The callers of the service as a folder keeps them: one TOML document, readable by people.

mod fields;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeInteger, DeTable};

use super::base64_bytes::Base64;
use crate::client::{Client, ClientId};
use crate::domain::{AppName, NameError, escaped};
use fields::{Apps, Text, Time};

/// The only format version so far; records of newer ones are left alone.
const VERSION: u64 = 1;

/// What the document begins with.
const HEADER: &str = "# The callers of the service: mfa clients adds and removes them.\n";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Records {
    version: u64,
    #[serde(default, rename = "client")]
    clients: Vec<Record>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    id: Text<ClientId>,
    name: Text<AppName>,
    apps: Apps,
    manage: bool,
    token_sha256: Base64<32>,
    created: Time,
    expires: Option<Time>,
    last_used: Option<Time>,
}

/// Returns the text of some clients, or the reason why there is none.
pub(super) fn write(clients: &[Client]) -> Result<String, String> {
    let clients = clients.iter().map(TryInto::try_into).collect::<Result<_, String>>()?;
    let text = toml::to_string(&Records { version: VERSION, clients });
    text.map(|text| format!("{HEADER}{text}")).map_err(|error| error.to_string())
}

/// Reads clients, or returns the reason why there are none.
pub(super) fn read(text: &str) -> Result<Vec<Client>, String> {
    let why = |error| why(text, &error);
    let table = DeTable::parse(text).map_err(why)?;
    expect_known(&table)?;
    let records = Records::deserialize(toml::Deserializer::from(table)).map_err(why)?;
    let clients: Vec<Client> = records.clients.into_iter().map(Into::into).collect();
    expect_distinct(&clients)?;
    Ok(clients)
}

/// Fails for a document of another version, whose keys may be others too.
fn expect_known(table: &Spanned<DeTable<'_>>) -> Result<(), String> {
    let version = table.get_ref().get("version").and_then(|value| value.get_ref().as_integer());
    match version.map(DeInteger::as_str) {
        Some(version) if version != VERSION.to_string() => {
            Err(format!("version {version} is newer than this program"))
        }
        _ => Ok(()),
    }
}

/// Returns what is wrong with a document, and where, without repeating a value.
fn why(text: &str, error: &toml::de::Error) -> String {
    let start = error.span().map_or(0, |span| span.start);
    let line = text.get(..start).unwrap_or(text).matches('\n').count() + 1;
    // Only these messages have nothing but keys in them.
    let told = match error.message() {
        told if told.starts_with("unknown field") || told.starts_with("missing field") => told,
        _ => "no list of clients",
    };
    format!("{} at line {line}", escaped(told))
}

fn expect_distinct(clients: &[Client]) -> Result<(), String> {
    for (index, one) in clients.iter().enumerate() {
        if clients.iter().take(index).any(|other| one.clashes_with(other)) {
            return Err(format!("client {} has the id or the name of another", one.id));
        }
    }
    Ok(())
}

impl TryFrom<&Client> for Record {
    type Error = String;

    fn try_from(client: &Client) -> Result<Self, String> {
        Ok(Self {
            id: Text(client.id),
            name: Text(client.name.parse().map_err(|error: NameError| error.to_string())?),
            apps: (&client.scope).into(),
            manage: client.may_manage,
            token_sha256: Base64(client.token_sha256),
            created: Time(client.created),
            expires: client.expires.map(Time),
            last_used: client.last_used.map(Time),
        })
    }
}

impl From<Record> for Client {
    fn from(record: Record) -> Self {
        Self {
            id: record.id.0,
            name: record.name.0.to_string(),
            scope: record.apps.into(),
            may_manage: record.manage,
            token_sha256: record.token_sha256.0,
            created: record.created.0,
            expires: record.expires.map(|time| time.0),
            last_used: record.last_used.map(|time| time.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Scope;
    use crate::domain::UnixTime;

    fn clients() -> Vec<Client> {
        let app = |name: &str| name.parse().unwrap();
        let ci = Client {
            id: ClientId(0xab),
            name: "ci".into(),
            scope: Scope::Apps(vec![app("deploy"), app("Example \"Corp\"")]),
            may_manage: false,
            token_sha256: [7; 32],
            created: UnixTime(1_795_302_119),
            expires: Some(UnixTime(1_800_000_000)),
            last_used: Some(UnixTime(1_795_302_000)),
        };
        let portal = Client {
            id: ClientId(1),
            name: "portal é".into(),
            scope: Scope::AllApps,
            may_manage: true,
            expires: None,
            last_used: None,
            ..ci.clone()
        };
        vec![ci, portal]
    }

    const TEXT: &str = r#"# The callers of the service: mfa clients adds and removes them.
version = 1

[[client]]
id = "000000ab"
name = "ci"
apps = ["deploy", 'Example "Corp"']
manage = false
token_sha256 = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
created = 2026-11-21T23:01:59Z
expires = 2027-01-15T08:00:00Z
last_used = 2026-11-21T23:00:00Z

[[client]]
id = "00000001"
name = "portal é"
apps = "all"
manage = true
token_sha256 = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
created = 2026-11-21T23:01:59Z
"#;

    #[test]
    fn clients_are_written_as_people_read_them_and_read_back() {
        assert_eq!(write(&clients()).as_deref(), Ok(TEXT));
        assert_eq!(read(TEXT), Ok(clients()));
        let none = write(&[]).unwrap();
        assert_eq!(read(&none), Ok(Vec::new()));
        assert_eq!(read("version = 1"), Ok(Vec::new()));
    }

    #[test]
    fn a_file_that_was_edited_wrongly_is_refused_with_its_line_and_no_value_is_repeated() {
        for (from, to, why) in [
            ("version = 1", "version = 2", "version 2 is newer than this program"),
            ("version = 1", "", "missing field `version` at line 1"),
            ("version = 1", "version = 'CANARY'", "no list of clients at line 2"),
            ("manage = false", "manage = 'CANARY'", "no list of clients at line 8"),
            ("manage = false\n", "", "missing field `manage` at line 4"),
            (
                "manage = false",
                "manage = false\nmange = true",
                "unknown field `mange`, expected one of `id`, `name`, `apps`, `manage`, `token_sha256`, `created`, `expires`, `last_used` at line 9",
            ),
            (
                "[[client]]",
                "[[clients]]",
                "unknown field `clients`, expected `version` or `client` at line 4",
            ),
            ("\"000000ab\"", "\"CANARY\"", "no list of clients at line 5"),
            ("\"00000001\"", "\"000000ab\"", "client 000000ab has the id or the name of another"),
            ("\"portal é\"", "\"ci\"", "client 00000001 has the id or the name of another"),
            ("\"ci\"", "\"../CANARY\"", "no list of clients at line 6"),
            ("\"deploy\"", "\"../CANARY\"", "no list of clients at line 7"),
            ("\"all\"", "\"CANARY\"", "no list of clients at line 17"),
            ("\"all\"", "true", "no list of clients at line 17"),
            ("BwcH", "CANARY", "no list of clients at line 9"),
            ("2026-11-21T23:01:59Z", "2026-11-21T23:01:59", "no list of clients at line 10"),
            ("2026-11-21T23:01:59Z", "1969-11-21T23:01:59Z", "no list of clients at line 10"),
            ("2026-11-21T23:01:59Z", "'2026-11-21T23:01:59Z'", "no list of clients at line 10"),
            ("manage = false", "manage = false\nmanage = true", "no list of clients at line 9"),
            ("[[client]]", "[[client", "no list of clients at line 4"),
        ] {
            assert_eq!(read(&TEXT.replacen(from, to, 1)), Err(why.into()), "{to}");
        }
    }

    #[test]
    fn what_would_not_be_read_back_is_not_written() {
        let with = |change: fn(&mut Client)| {
            let mut clients = clients();
            change(&mut clients[0]);
            write(&clients)
        };
        assert_eq!(with(|c| c.name = "-x".into()), Err("'-x' begins with '.' or '-'".into()));
        assert!(with(|c| c.expires = Some(UnixTime(u64::MAX))).is_err());
    }
}
