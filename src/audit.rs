//! The audit log: who did what to which app, and how it ended; never a code or a secret.

use serde::{Deserialize, Serialize};

use crate::domain::{UnixTime, escaped};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The time, in RFC 3339; `unknown` without a clock.
    pub time: String,
    /// The app, escaped.
    pub app: String,
    /// The action: the command's name.
    pub action: String,
    /// The factor of what was presented, where something was.
    pub factor: Option<String>,
    /// The outcome: `done`, or the reason in `authenticate --json`.
    pub outcome: String,
    /// The real user's number.
    pub uid: u32,
    /// The number of the user who called `sudo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sudo_uid: Option<u32>,
    /// The program that called, escaped.
    pub parent: Option<String>,
    /// The client of the service that asked, escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// The address from which it asked, escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The service of PAM that asked, such as `sshd`, escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The account that somebody wants to log in to, escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The host that they come from, escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rhost: Option<String>,
    /// The user that they are there, escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruser: Option<String>,
    /// The terminal, escaped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tty: Option<String>,
    /// Seconds left to wait, while throttled.
    pub wait: Option<u64>,
    /// The new name of the app, escaped, if it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_name: Option<String>,
    /// The name of the client that was added or removed, escaped, or the identifier of the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// How it was verified who asks for a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_with: Option<String>,
    /// The ticket in which that is documented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The end of the recovery code, in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Whether the old factors open nothing from then on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stolen: bool,
}

/// The caller, as the log identifies it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The real user's number.
    pub uid: u32,
    /// The number of the user who called `sudo`, if that can be trusted.
    pub sudo_uid: Option<u32>,
    /// The name of the program that called.
    pub parent: Option<String>,
    /// The name of the client that asked through the service.
    pub client: Option<String>,
    /// The address of the peer that asked through the service.
    pub address: Option<String>,
    /// The login that asked through PAM.
    pub login: Option<Login>,
}

/// A login through PAM, as the program that somebody logs in to describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Login {
    /// The service, such as `sshd`.
    pub service: Option<String>,
    /// The account.
    pub user: Option<String>,
    /// The host that they come from.
    pub rhost: Option<String>,
    /// The user that they are there.
    pub ruser: Option<String>,
    /// The terminal.
    pub tty: Option<String>,
}

/// The bytes of a login's text that are logged, escaped: as many as a name of an app has. Whoever logs
/// in chooses some of these texts, and could fill the disk.
const LONGEST_TEXT: usize = 128;

impl Caller {
    /// Returns the event of an action with this outcome, at the time if it is known.
    #[must_use]
    pub fn event(&self, time: Option<UnixTime>, app: &str, action: &str, outcome: &str) -> Event {
        let logs_in = |text: fn(&Login) -> &Option<String>| {
            self.login.as_ref().and_then(|login| text(login).as_deref()).map(shortened)
        };
        Event {
            time: time.map_or_else(|| "unknown".into(), UnixTime::to_rfc3339),
            app: escaped(app),
            action: action.into(),
            factor: None,
            outcome: outcome.into(),
            uid: self.uid,
            sudo_uid: self.sudo_uid,
            parent: self.parent.as_deref().map(escaped),
            client: self.client.as_deref().map(escaped),
            address: self.address.as_deref().map(escaped),
            service: logs_in(|login| &login.service),
            user: logs_in(|login| &login.user),
            rhost: logs_in(|login| &login.rhost),
            ruser: logs_in(|login| &login.ruser),
            tty: logs_in(|login| &login.tty),
            wait: None,
            new_name: None,
            about: None,
            verified_with: None,
            reference: None,
            expires: None,
            stolen: false,
        }
    }
}

impl Event {
    /// Returns the line of the event, without a line end.
    #[must_use]
    pub fn to_line(&self) -> String {
        // Strings and numbers always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn shortened(text: &str) -> String {
    let mut text = escaped(text);
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let end = ends.take_while(|end| *end <= LONGEST_TEXT).last();
    text.truncate(end.unwrap_or_default());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_who_asked_through_the_service_and_is_as_before_where_nobody_did() {
        let line = |caller: Caller| {
            caller.event(Some(UnixTime(0)), "deploy", "authenticate", "wrong").to_line()
        };
        let start = r#"{"time":"1970-01-01T00:00:00Z","app":"deploy","action":"authenticate","factor":null,"outcome":"wrong","uid":7,"parent":null"#;
        let local = Caller { uid: 7, ..Caller::default() };
        let remote = Caller {
            client: Some("a\nb".into()),
            address: Some("192.0.2.7".into()),
            ..local.clone()
        };
        assert_eq!(line(local), format!(r#"{start},"wait":null}}"#));
        let who = r#""client":"a\\nb","address":"192.0.2.7""#;
        assert_eq!(line(remote), format!(r#"{start},{who},"wait":null}}"#));
    }
    #[test]
    fn a_line_says_who_wants_to_log_in_and_never_more_than_a_name_takes() {
        let text = |text: &str| Some(text.to_owned());
        let login = Login {
            service: text("sshd"),
            user: text("alice"),
            rhost: Some("é\n".repeat(1000)),
            ruser: None,
            tty: text("ssh"),
        };
        let caller = Caller { login: Some(login), ..Caller::default() };
        let line = caller.event(None, "alice", "authenticate", "wrong").to_line();
        let rhost = r"é\\n".repeat(32);
        let who =
            format!(r#""service":"sshd","user":"alice","rhost":"{rhost}","tty":"ssh","wait""#);
        assert!(line.contains(&who), "{line}");
    }
}
