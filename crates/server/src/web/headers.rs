//! What every answer carries: no framing, no referrer, no foreign content, no caching of pages.

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use crate::defence;
use crate::desk::Desk;

/// Every page's `Content-Security-Policy`, made once.
#[derive(Clone)]
pub struct ContentPolicy(HeaderValue);

pub async fn add(State(policy): State<ContentPolicy>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    policy.add_to(&mut response);
    response
}

/// The same for answers that are no pages: they load nothing, and nothing frames them.
pub async fn add_to_data(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    add_fixed(response.headers_mut());
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// As many headers as an answer has, so that there is room for all at once.
const ROOM: usize = 12;

fn add_fixed(headers: &mut HeaderMap) {
    let fixed = [
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (OPENER, "same-origin"),
        (RESOURCE, "same-origin"),
        (PERMISSIONS, "camera=(), geolocation=(), microphone=(), payment=()"),
    ];
    headers.reserve(ROOM);
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

impl ContentPolicy {
    /// What every page and file of ours carries.
    pub fn add_to(self, response: &mut Response) {
        let headers = response.headers_mut();
        add_fixed(headers);
        if defence::content_policy() {
            headers.insert(header::CONTENT_SECURITY_POLICY, self.0);
        }
        // Links are secrets: no search engine keeps one.
        headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    }

    /// Browsers apply `form-action` to redirects as well, so the platforms' sign-in hosts are named.
    pub fn of(desk: &Desk) -> Self {
        let mut targets = BTreeSet::new();
        for platform in desk.registry.iter() {
            for sign_in in &platform.manifest.sign_ins {
                if let Ok(url) = Url::parse(&sign_in.authorize) {
                    targets.insert(desk.egress.route(&url).origin().ascii_serialization());
                }
            }
        }
        let targets = targets.into_iter().collect::<Vec<_>>().join(" ");
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
             connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {targets}"
        );
        Self(HeaderValue::from_str(&policy).expect("origins are plain ASCII"))
    }
}
