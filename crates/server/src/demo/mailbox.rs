//! What the demo would have mailed, to look at: each mail as its reader would see it, in a frame that runs nothing.

use askama::Template;
use axum::http::header;
use axum::response::{Html, IntoResponse};

use crate::mail::Caught;

/// Frames show what stands in their attribute; no script runs, and nothing is loaded.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'";

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Mailbox<'a> {
    mails: Vec<&'a Caught>,
}

/// Newest first.
pub fn page(all: &[Caught]) -> impl IntoResponse + use<> {
    let page = Mailbox { mails: all.iter().rev().collect() }.render().unwrap_or_default();
    ([(header::CONTENT_SECURITY_POLICY, POLICY), (header::REFERRER_POLICY, "no-referrer")], Html(page))
}
