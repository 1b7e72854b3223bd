use axum::body::Body;
use axum::http::{Request, Response, header};
use tower::ServiceExt;

use crate::web::{Web, asked};

/// Asks for a file of the page as a browser does, without a token.
fn file(web: &Web, host: &str, path: &str) -> Response<Body> {
    let request = Request::builder().uri(path).header(header::HOST, host).body(Body::empty());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(web.router.clone().oneshot(request.unwrap())).unwrap()
}

#[test]
fn the_page_runs_nothing_but_its_own_files_and_is_in_no_frame() {
    let web = Web::new();
    let kinds = [
        ("/", "text/html; charset=utf-8"),
        ("/page.css", "text/css; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
        ("/worker.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
        ("/manifest.webmanifest", "application/manifest+json"),
    ];
    for (path, kind) in kinds {
        let answer = file(&web, "localhost:8080", path);
        assert_eq!(answer.status(), 200, "{path}");
        let expected = [
            ("content-type", kind),
            (
                "content-security-policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-opener-policy", "same-origin"),
            (
                "permissions-policy",
                "publickey-credentials-create=(self), publickey-credentials-get=(self)",
            ),
            ("cache-control", "no-cache"),
        ];
        for (name, value) in expected {
            assert_eq!(answer.headers()[name], value, "{path}: {name}");
        }
    }
}

#[test]
fn the_page_is_found_under_the_origins_name_alone() {
    let web = Web::new();
    for host in ["localhost", "localhost:8081", "127.0.0.1:8080", "[::1]:8080", "evil.example"] {
        for path in ["/", "/page.js", "/worker.js"] {
            assert_eq!(file(&web, host, path).status(), 421, "{host}{path}");
        }
    }
    web.answer(asked(0, "POST /", "")).is_problem(405, "method");
}
