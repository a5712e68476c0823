//! Style and script, served under addresses that carry a hash of their content.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// The order matters: later layers may lean on earlier ones.
const STYLES: [&str; 3] = ["tokens.css", "base.css", "client.css"];
/// What only the agency's pages need besides: clients do not carry it.
const AGENCY_STYLES: [&str; 1] = ["agency.css"];

struct Bundle {
    path: String,
    body: Vec<u8>,
    mime: &'static str,
}

static STYLE: LazyLock<Bundle> = LazyLock::new(|| bundle(&STYLES, "css", "text/css; charset=utf-8"));
static AGENCY_STYLE: LazyLock<Bundle> =
    LazyLock::new(|| bundle(&AGENCY_STYLES, "css", "text/css; charset=utf-8"));
static SCRIPT: LazyLock<Bundle> =
    LazyLock::new(|| bundle(&["app.js"], "js", "text/javascript; charset=utf-8"));

fn bundle(names: &[&str], ending: &str, mime: &'static str) -> Bundle {
    let mut body = Vec::new();
    for name in names {
        body.extend_from_slice(&Files::get(name).expect("a test asks for every asset").data);
    }
    let hash: String = digest(&SHA256, &body).as_ref().iter().take(8).map(|b| format!("{b:02x}")).collect();
    Bundle { path: format!("/assets/app.{hash}.{ending}"), body, mime }
}

pub fn style() -> &'static str {
    &STYLE.path
}

pub fn agency_style() -> &'static str {
    &AGENCY_STYLE.path
}

pub fn script() -> &'static str {
    &SCRIPT.path
}

pub async fn serve(Path(name): Path<String>) -> Response {
    let path = format!("/assets/{name}");
    let Some(found) = [&*STYLE, &*AGENCY_STYLE, &*SCRIPT].into_iter().find(|b| b.path == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers =
        [(header::CONTENT_TYPE, found.mime), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, found.body.as_slice()).into_response()
}
