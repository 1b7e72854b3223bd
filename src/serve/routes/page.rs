//! The page on which a device approves: files that are built in, and nothing from elsewhere.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::routing::get;

use crate::serve::Service;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";
const MANIFEST: &str = "application/manifest+json";

/// The files: where each is found, its type, and its text.
const FILES: [(&str, &str, &str); 15] = [
    ("/", HTML, include_str!("../page/index.html")),
    ("/page.css", STYLE, include_str!("../page/page.css")),
    ("/icon.svg", PICTURE, include_str!("../page/icon.svg")),
    ("/manifest.webmanifest", MANIFEST, include_str!("../page/manifest.webmanifest")),
    ("/page.js", SCRIPT, include_str!("../page/page.js")),
    ("/devices.js", SCRIPT, include_str!("../page/devices.js")),
    ("/enrol.js", SCRIPT, include_str!("../page/enrol.js")),
    ("/notifications.js", SCRIPT, include_str!("../page/notifications.js")),
    ("/passkey.js", SCRIPT, include_str!("../page/passkey.js")),
    ("/request.js", SCRIPT, include_str!("../page/request.js")),
    ("/service.js", SCRIPT, include_str!("../page/service.js")),
    ("/view.js", SCRIPT, include_str!("../page/view.js")),
    ("/watch.js", SCRIPT, include_str!("../page/watch.js")),
    ("/words.js", SCRIPT, include_str!("../page/words.js")),
    ("/worker.js", SCRIPT, include_str!("../page/worker.js")),
];

/// Whatever the page shows, only its own files run, and only this service hears of it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

const PERMISSIONS: &str = "publickey-credentials-create=(self), publickey-credentials-get=(self)";

/// What every file is sent with.
fn headers(kind: &'static str) -> [(HeaderName, HeaderValue); 8] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        // An old page with a new service would be a mixture that nobody has tried.
        (header::CACHE_CONTROL, "no-cache"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)))
}

/// Returns the routes of the files.
pub(super) fn files() -> Router<Service> {
    FILES.into_iter().fold(Router::new(), |router, (path, kind, text)| {
        router.route(path, get(move || async move { (headers(kind), text) }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(path: &str) -> &'static str {
        FILES.iter().find(|file| file.0 == path).unwrap().2
    }

    #[test]
    fn every_file_that_another_names_is_served() {
        for (path, _, text) in FILES {
            for named in text.split(['"', '`']).filter(|part| is_file(part)) {
                assert!(FILES.iter().any(|file| file.0 == named), "{path} names {named}");
            }
        }
    }

    fn is_file(part: &str) -> bool {
        let dot = part.rfind('.').unwrap_or(0);
        part.starts_with('/') && dot > 0 && !part.contains([' ', '{', '\n'])
    }

    #[test]
    fn no_script_or_style_stands_in_the_page_itself_and_no_script_writes_html() {
        let page = text_of("/");
        for inline in ["style=", "<style", "javascript:", " onclick", "<script>"] {
            assert!(!page.contains(inline), "{inline}");
        }
        for (path, _, text) in FILES {
            for danger in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"]
            {
                assert!(!text.contains(danger), "{path}: {danger}");
            }
        }
    }
}
