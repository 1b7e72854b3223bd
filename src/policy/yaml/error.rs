use serde_saphyr::{Error, Location};

/// The reason why a text is no policy, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {why}")]
pub struct PolicyError {
    line: u64,
    column: u64,
    why: String,
}

impl PolicyError {
    pub(super) fn at(place: Location, why: &str) -> Self {
        Self { line: place.line(), column: place.column(), why: why.into() }
    }
}

impl From<Error> for PolicyError {
    fn from(error: Error) -> Self {
        Self::at(error.location().unwrap_or(Location::UNKNOWN), &why(&error))
    }
}

/// Says what is wrong, in words for whoever writes a policy where the parser's are for whoever
/// calls it.
fn why(error: &Error) -> String {
    match error {
        Error::Eof { .. } => "it is empty".into(),
        Error::InvalidBooleanStrict { .. } => "'true' or 'false' is expected".into(),
        Error::InvalidScalar { .. } => "another kind of value is expected".into(),
        Error::NullIntoString { .. } => "a value is missing".into(),
        Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. }
        | Error::ExpectedStringKeyForExternallyTaggedEnum { .. }
        | Error::ExpectedMappingEndAfterEnumVariantValue { .. } => RULE.into(),
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("`{key}` is there already"),
        Error::MultipleDocuments { .. }
        | Error::Budget { .. }
        | Error::MergeKeyNotAllowed { .. } => MORE.into(),
        _ => {
            let told = error.render();
            told.rsplit_once(" at line ").map_or(told.as_str(), |(why, _)| why).into()
        }
    }
}

/// What a rule looks like.
const RULE: &str = "a rule is one risk and one action, such as '- new_device: prompt_mfa'";

/// What no policy needs, and what a bomb is made of.
const MORE: &str = "a policy is one short document without anchors and aliases";
