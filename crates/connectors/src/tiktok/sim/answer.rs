//! The envelope that every answer comes in: HTTP 200, and `code` says how it went.
//! "Return codes", business-api.tiktok.com/portal/docs?id=1737172488964097, read 2026-11-23.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// TikTok says no. The words are recalled; a client must not depend on them.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub code: u32,
    pub message: String,
}

impl Refusal {
    pub fn new(code: u32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// A parameter is missing or wrong.
    pub fn parameter(message: impl Into<String>) -> Self {
        Self::new(40002, message)
    }

    /// No permission for the operation.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(40001, message)
    }

    /// The object does not exist.
    pub fn missing(what: &str) -> Self {
        Self::new(40007, format!("{what} doesn't exist"))
    }

    /// The app made too many calls.
    pub fn limited(message: &str) -> Self {
        Self::new(40100, message)
    }
}

pub fn respond(request_id: &str, told: Result<Value, Refusal>) -> Response {
    let (code, message, data) = match told {
        Ok(data) => (0, "OK".to_owned(), data),
        Err(refusal) => (refusal.code, refusal.message, json!({})),
    };
    let body = json!({ "code": code, "message": message, "request_id": request_id, "data": data });
    ([("x-tt-logid", request_id.to_owned())], Json(body)).into_response()
}

/// The gateway's own answer: a wrong path, or one without its last slash ("Authentication", portal docs).
pub fn no_path() -> Response {
    (StatusCode::NOT_FOUND, "404 page not found").into_response()
}
