use serde::Serialize;

/// A line of the service's own log: a request and what became of it, without its body and without the
/// parts of its path that may be a token.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    pub(super) time: Option<String>,
    pub(super) method: &'a str,
    pub(super) route: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) app: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
    pub(super) status: u16,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) reason: &'a str,
    /// What the store said, with the file that is the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<&'a str>,
    /// The time that the answer took, in milliseconds.
    pub(super) ms: f64,
}

impl Line<'_> {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A line for a device that may not have been woken.
#[derive(Serialize)]
pub(super) struct NotWoken {
    pub(super) time: String,
    pub(super) app: String,
    /// Why not.
    #[serde(rename = "not_woken")]
    pub(super) cause: String,
}

impl NotWoken {
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
