//! The values in the record of a client, as TOML has them.

use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use toml::value::Datetime;

use crate::client::Scope;
use crate::domain::{AppName, UnixTime};

/// The apps of a client: a list, or the word `all`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Apps {
    All(All),
    Some(Vec<Text<AppName>>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum All {
    All,
}

/// A value that is read from its own text.
pub(super) struct Text<T>(pub(super) T);

/// A moment as a date and a time with an offset.
pub(super) struct Time(pub(super) UnixTime);

impl From<&Scope> for Apps {
    fn from(scope: &Scope) -> Self {
        match scope {
            Scope::AllApps => Self::All(All::All),
            Scope::Apps(apps) => Self::Some(apps.iter().cloned().map(Text).collect()),
        }
    }
}

impl From<Apps> for Scope {
    fn from(apps: Apps) -> Self {
        match apps {
            Apps::All(All::All) => Self::AllApps,
            Apps::Some(apps) => Self::Apps(apps.into_iter().map(|app| app.0).collect()),
        }
    }
}

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map(Self).map_err(de::Error::custom)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        // TOML has no year after 9999.
        self.0.to_rfc3339().parse::<Datetime>().map_err(ser::Error::custom)?.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let time = Datetime::deserialize(from)?.to_string();
        let seconds = time.parse::<Timestamp>().map_err(de::Error::custom)?.as_second();
        seconds.try_into().map(UnixTime).map(Self).map_err(de::Error::custom)
    }
}
