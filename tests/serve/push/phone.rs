//! A phone: its browser with the page, and its passkey.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use super::passkey::Passkey;
use crate::web::{ALL, Answered, GATE, Web, code};

/// A device that is enrolled for `deploy`.
pub struct Phone {
    pub passkey: Passkey,
    pub device: String,
    pub cookie: String,
}

/// A challenge, as the gate knows it.
pub struct Asked {
    pub id: String,
    pub number: u8,
}

/// Makes a request as the page does.
pub fn from_page(request: &str, cookie: &str, body: &Value) -> Request<Body> {
    let (method, path) = request.split_once(' ').unwrap();
    let request = Request::builder().method(method).uri(path);
    let request = request
        .header(header::HOST, "localhost:8080")
        .header(header::ORIGIN, "http://localhost:8080")
        .header(header::CONTENT_TYPE, "application/json");
    let request = if cookie.is_empty() { request } else { request.header(header::COOKIE, cookie) };
    request.body(body.to_string().into()).unwrap()
}

impl Web {
    /// Asks as the page does.
    pub fn page(&self, request: &str, cookie: &str, body: &Value) -> Answered {
        self.answer(from_page(request, cookie, body))
    }

    /// Makes a link, and returns the token that it ends with.
    pub fn link(&self) -> String {
        let link = self.ask(ALL, "POST /v1/apps/deploy/devices", "");
        assert_eq!(link.status, 201, "{link:?}");
        link.json()["url"].as_str().unwrap().rsplit_once('#').unwrap().1.to_owned()
    }

    pub fn begin(&self, token: &str, code: &str) -> Answered {
        let body = json!({ "token": token, "code": code, "name": "Alice's phone" });
        self.page("POST /api/device/begin", "", &body)
    }

    pub fn enrol(&self, token: &str, credential: &Value) -> Answered {
        let body = json!({ "token": token, "credential": credential });
        self.page("POST /api/device/enrol", "", &body)
    }

    /// Asks the devices of `deploy`, as its gate.
    pub fn push(&self) -> Asked {
        let asked = self.ask(GATE, "POST /v1/apps/deploy/push", r#"{"purpose":"release 12"}"#);
        assert_eq!(asked.status, 201, "{asked:?}");
        let asked = asked.json();
        let number = u8::try_from(asked["number"].as_u64().unwrap()).unwrap();
        Asked { id: asked["id"].as_str().unwrap().to_owned(), number }
    }

    pub fn redeem(&self, client: u32, id: &str) -> Answered {
        self.ask(client, &format!("POST /v1/push/{id}/redeem"), "{}")
    }

    pub fn respond(&self, cookie: &str, body: &Value) -> Answered {
        self.page("POST /api/auth/mfa/push/respond", cookie, body)
    }
}

impl Phone {
    /// Enrols a device by a link and a current code.
    pub fn enrolled(web: &Web, seed: u8) -> Self {
        Self::by(web, seed, &code())
    }

    pub fn by(web: &Web, seed: u8, code: &str) -> Self {
        let (passkey, token) = (Passkey::new(seed), web.link());
        let begun = web.begin(&token, code);
        assert_eq!(begun.status, 200, "{begun:?}");
        let enrolled = web.enrol(&token, &passkey.create(&begun.json()["publicKey"]));
        assert_eq!(enrolled.status, 201, "{enrolled:?}");
        let device = enrolled.json()["device"].as_str().unwrap().to_owned();
        let cookie = enrolled.cookie.split(';').next().unwrap().to_owned();
        Self { passkey, device, cookie }
    }

    /// Returns the options by which the passkey is asked for its answer.
    pub fn options(&self, web: &Web) -> Value {
        let pending = web.page("GET /api/device/pending", &self.cookie, &Value::Null);
        assert_eq!(pending.status, 200, "{pending:?}");
        pending.json()["requests"][0]["publicKey"].clone()
    }

    /// Returns what the page sends to approve.
    pub fn approval(&self, web: &Web, asked: &Asked) -> Value {
        json!({
            "challenge": asked.id, "approved": true, "deviceId": self.device, "number": asked.number,
            "assertion": self.passkey.get(&self.options(web)),
        })
    }

    /// Returns what the page sends to deny.
    pub fn denial(&self, asked: &Asked) -> Value {
        json!({ "challenge": asked.id, "approved": false, "deviceId": self.device })
    }
}
