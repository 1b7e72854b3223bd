//! A service in this process, whose clock stands still.

use std::sync::Mutex;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use mfa::client::{Client, ClientId, Scope, Token};
use mfa::config::Origin;
use mfa::domain::{Account, AppName, Enrolment, Totp, UnixTime};
use mfa::serve::{Options, Service, World, router};
use mfa::store::{Existing, Folder, Store};
use rand::TryRng;
use rand::rngs::SysRng;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::common::codes::{SECRET, secret};

pub const NOW: UnixTime = UnixTime(1_700_000_040);

/// The lines that services have logged, of all tests.
pub static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// A service, and its store.
pub struct Web {
    pub folder: TempDir,
    pub store: Folder,
    pub router: Router,
}

/// An answer: its status, the kind of its body, and the body.
#[derive(Debug, PartialEq)]
pub struct Answered {
    pub status: u16,
    pub kind: String,
    /// What it sets as a cookie.
    pub cookie: String,
    pub text: String,
}

pub fn app(name: &str) -> AppName {
    name.parse().unwrap()
}

/// Returns the code that the phone of every app shows.
pub fn code() -> String {
    Totp::default().code(&secret(SECRET), NOW)
}

fn token_of(id: u32) -> Token {
    Token::new(ClientId(id), &[7; 32])
}

/// Who may do everything, who may verify `deploy` alone, and who may manage `deploy` alone.
pub const ALL: u32 = 1;
pub const GATE: u32 = 2;
pub const MANAGER: u32 = 3;

pub fn token(id: u32) -> String {
    token_of(id).expose().to_string()
}

fn client(id: u32, scope: Scope, may_manage: bool) -> Client {
    Client {
        id: ClientId(id),
        name: format!("client {id}"),
        scope,
        may_manage,
        token_sha256: token_of(id).sha256(),
        created: NOW,
        expires: None,
        last_used: Some(NOW),
    }
}

impl Web {
    /// Makes a service of a store with the apps `deploy` and `other`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path().join("store"));
        for name in ["deploy", "other"] {
            let account = Account::new("Corp".parse().unwrap(), None, Totp::default(), Some(NOW));
            let enrolment = Enrolment { secret: secret(SECRET), account };
            store.enrol(&app(name), &enrolment, Existing::Keep).unwrap();
        }
        let of = |name| Scope::Apps(vec![app(name)]);
        let clients = vec![
            client(ALL, Scope::AllApps, true),
            client(GATE, of("deploy"), false),
            client(MANAGER, of("deploy"), true),
        ];
        store.change_clients(&mut |_| clients.clone()).unwrap();
        let router = router(service(store.clone()));
        Self { folder, store, router }
    }

    pub fn answer(&self, request: Request<Body>) -> Answered {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { read(self.router.clone().oneshot(request).await.unwrap()).await })
    }

    /// Sends a request as a client; without a text it has no body.
    pub fn ask(&self, client: u32, request: &str, body: &str) -> Answered {
        self.answer(asked(client, request, body))
    }

    pub fn verify(&self, client: u32, app: &str, code: &str) -> Answered {
        let body = serde_json::json!({ "code": code }).to_string();
        self.ask(client, &format!("POST /v1/apps/{app}/verify"), &body)
    }
}

/// Makes a request such as `POST /v1/apps`.
pub fn asked(client: u32, request: &str, body: &str) -> Request<Body> {
    let (method, path) = request.split_once(' ').unwrap();
    let request =
        Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", token(client)));
    if body.is_empty() {
        return request.body(Body::empty()).unwrap();
    }
    request.header(header::CONTENT_TYPE, "application/json").body(body.to_owned().into()).unwrap()
}

pub fn service(store: Folder) -> Service {
    let options = Options {
        origin: Origin::local(8080),
        listen: "127.0.0.1:0".parse().unwrap(),
        socket: None,
        metrics: None,
        trusted_proxies: Vec::new(),
        backup_codes: 10,
    };
    let world = World {
        clock: || Ok(NOW),
        random: |bytes| SysRng.try_fill_bytes(bytes).map_err(std::io::Error::other),
        log: |line| LOGGED.lock().unwrap().push(line.to_owned()),
        uid: 1000,
    };
    Service::new(store, options, world).unwrap()
}

async fn read(response: Response<Body>) -> Answered {
    let status = response.status().as_u16();
    let header = |name| response.headers().get(name).map_or("", |text| text.to_str().unwrap());
    let kind = header(header::CONTENT_TYPE).to_owned();
    let cookie = header(header::SET_COOKIE).to_owned();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    Answered { status, kind, cookie, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// Asserts a problem with this status and reason.
    #[track_caller]
    pub fn is_problem(&self, status: u16, reason: &str) {
        let told = self.json();
        assert_eq!((self.status, &*self.kind), (status, "application/problem+json"), "{self:?}");
        assert_eq!(
            (&told["status"], &told["reason"]),
            (&status.into(), &reason.into()),
            "{self:?}"
        );
    }

    #[track_caller]
    pub fn is(&self, status: u16, json: &Value) {
        assert_eq!((self.status, &*self.kind), (status, "application/json"), "{self:?}");
        assert_eq!(&self.json(), json);
    }
}
