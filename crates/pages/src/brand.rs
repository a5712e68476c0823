//! What an agency's pages load of their own: its colour as a stylesheet, made from the address alone, and its logo,
//! whose address nobody can guess. Neither address names anybody.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use valetkey_core::app::accent::Accent;
use valetkey_core::app::logo as app_logo;
use valetkey_core::desk::Desk;

use crate::view::Logo;

/// What is under one address never changes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

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
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, FOR_EVER)];
    (headers, accent.to_css()).into_response()
}

/// A logo on a page, by its name.
pub fn logo(name: &str) -> Option<Logo> {
    let width = app_logo::width(name)?;
    Some(Logo { src: format!("/logo/{name}.png"), width, height: app_logo::HEIGHT })
}

/// Its name again, from a page.
pub fn name_of(logo: &Logo) -> Option<&str> {
    logo.src.strip_prefix("/logo/")?.strip_suffix(".png")
}

pub async fn serve_logo(State(desk): State<Desk>, Path(file): Path<String>) -> Response {
    let Some(name) = file.strip_suffix(".png").filter(|name| app_logo::width(name).is_some()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match desk.store.find_logo(name).await {
        Ok(Some(png)) => {
            let headers = [(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, FOR_EVER)];
            (headers, png).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(e) => {
            tracing::error!(error = %e, "a logo waits for the database");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
