//! An agency's colour as a stylesheet, made from its address alone: it names nobody.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::accent::Accent;

/// The address of a colour's stylesheet.
pub fn path(accent: Accent) -> String {
    format!("/brand/{}.css", accent.to_string().trim_start_matches('#'))
}

pub async fn serve(Path(name): Path<String>) -> Response {
    let accent = name.strip_suffix(".css").and_then(Accent::parse);
    // One address a colour.
    let Some(accent) = accent.filter(|accent| path(*accent).ends_with(&format!("/{name}"))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, accent.to_css()).into_response()
}
