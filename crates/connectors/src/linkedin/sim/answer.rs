//! Refusals in the shape that LinkedIn's REST API gives them: "LinkedIn API error handling", read 2026-11-22.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

/// LinkedIn says no. The words are recalled; a client must not depend on them.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub status: u16,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "INVALID_PARAM", message)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(404, "NOT_FOUND", format!("Could not find entity: {what}"))
    }

    pub fn denied(resource: &str) -> Self {
        Self::new(403, "ACCESS_DENIED", format!("Not enough permissions to access: {resource}"))
    }

    pub fn into_response(self) -> Response {
        let body = json!({
            "status": self.status, "serviceErrorCode": if self.status == 403 { 100 } else { 65_600 },
            "code": self.code, "message": self.message,
        });
        (status(self.status), Json(body)).into_response()
    }
}

/// What a call comes to when LinkedIn takes it.
#[derive(Debug)]
pub struct Answer(pub u16, pub Option<Value>);

impl Answer {
    pub fn into_response(self) -> Response {
        match self.1 {
            Some(body) => (status(self.0), Json(body)).into_response(),
            None => status(self.0).into_response(),
        }
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
