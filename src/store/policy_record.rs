//! What a policy remembers of a name, as a store keeps it: one JSON object, written whole.

use serde::{Deserialize, Serialize};

use super::base64_bytes::Base64;
use crate::domain::{EnrolmentId, UnixTime};
use crate::policy::{MOST, PolicyMemory, Remembered, Seen};

/// The only format version so far; records of newer ones are left alone.
const VERSION: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    version: u64,
    first_seen: Option<u64>,
    latest: Option<u64>,
    ever_enrolled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remembered: Option<RememberedRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RememberedRecord {
    enrolment: Base64<16>,
    salt: Base64<32>,
    devices: Vec<SeenRecord>,
    locations: Vec<SeenRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenRecord {
    digest: Base64<32>,
    at: u64,
}

#[derive(Deserialize)]
struct Version {
    version: u64,
}

/// Returns the text of a memory.
pub(super) fn write(memory: &PolicyMemory) -> String {
    let record = Record {
        version: VERSION,
        first_seen: memory.first_seen.map(|t| t.0),
        latest: memory.latest.map(|t| t.0),
        ever_enrolled: memory.ever_enrolled,
        remembered: memory.remembered.as_ref().map(Into::into),
    };
    // Strings and numbers always serialise, and an empty memory would be refused as damaged.
    serde_json::to_string(&record).map(|json| json + "\n").unwrap_or_default()
}

/// Reads a memory, or returns the reason why there is none.
pub(super) fn read(text: &[u8]) -> Result<PolicyMemory, String> {
    // serde_json's message may repeat the file's contents; the position is enough.
    let place = |e: serde_json::Error| {
        format!("no memory of a policy at line {} column {}", e.line(), e.column())
    };
    let Version { version } = serde_json::from_slice(text).map_err(place)?;
    if version != VERSION {
        return Err(format!("version {version} is newer than this program"));
    }
    let record: Record = serde_json::from_slice(text).map_err(place)?;
    Ok(PolicyMemory {
        first_seen: record.first_seen.map(UnixTime),
        latest: record.latest.map(UnixTime),
        ever_enrolled: record.ever_enrolled,
        remembered: record.remembered.map(TryInto::try_into).transpose()?,
    })
}

impl From<&Remembered> for RememberedRecord {
    fn from(known: &Remembered) -> Self {
        let records = |all: &[Seen]| {
            all.iter().map(|one| SeenRecord { digest: Base64(one.digest), at: one.at.0 }).collect()
        };
        Self {
            enrolment: Base64(known.enrolment.0),
            salt: Base64(known.salt),
            devices: records(&known.devices),
            locations: records(&known.locations),
        }
    }
}

impl TryFrom<RememberedRecord> for Remembered {
    type Error = String;

    fn try_from(record: RememberedRecord) -> Result<Self, String> {
        if record.devices.len() > MOST || record.locations.len() > MOST {
            return Err(format!("it remembers more than {MOST} devices or locations"));
        }
        let seen = |records: Vec<SeenRecord>| {
            let one =
                |record: SeenRecord| Seen { digest: record.digest.0, at: UnixTime(record.at) };
            records.into_iter().map(one).collect()
        };
        Ok(Self {
            enrolment: EnrolmentId(record.enrolment.0),
            salt: record.salt.0,
            devices: seen(record.devices),
            locations: seen(record.locations),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> PolicyMemory {
        PolicyMemory {
            first_seen: Some(UnixTime(1)),
            latest: Some(UnixTime(2)),
            ever_enrolled: true,
            remembered: Some(Remembered {
                enrolment: EnrolmentId([3; 16]),
                salt: [4; 32],
                devices: vec![Seen { digest: [5; 32], at: UnixTime(6) }],
                locations: vec![Seen { digest: [7; 32], at: UnixTime(8) }; MOST],
            }),
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for memory in [memory(), PolicyMemory::default(), memory().without_remembered()] {
            assert_eq!(read(write(&memory).as_bytes()), Ok(memory));
        }
        assert_eq!(
            write(&PolicyMemory::default()),
            "{\"version\":1,\"first_seen\":null,\"latest\":null,\"ever_enrolled\":false}\n"
        );
    }

    #[test]
    fn a_damaged_or_newer_memory_is_refused_and_its_contents_are_not_repeated() {
        let refusal = |text: &str| read(text.as_bytes()).unwrap_err();
        let text = write(&memory());
        assert_eq!(refusal(""), "no memory of a policy at line 1 column 0");
        assert_eq!(refusal(r#"{"version":2,"x":1}"#), "version 2 is newer than this program");
        assert!(refusal(&text.replace("AwMDAw", "CANARY!")).starts_with("no memory of a policy"));
        assert!(
            refusal(&text.replace("true", "true,\"x\":1")).starts_with("no memory of a policy")
        );
        let mut crowded = memory();
        crowded
            .remembered
            .as_mut()
            .unwrap()
            .locations
            .push(Seen { digest: [9; 32], at: UnixTime(9) });
        assert_eq!(refusal(&write(&crowded)), "it remembers more than 20 devices or locations");
    }
}
