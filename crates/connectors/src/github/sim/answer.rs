//! Answers and refusals in the shape that GitHub's REST API gives them.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};

/// What a call comes to when GitHub takes it.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    pub body: Option<Value>,
    pub headers: HeaderMap,
}

impl Answer {
    pub fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body), headers: HeaderMap::new() }
    }

    pub fn created(body: Value) -> Self {
        Self { status: 201, ..Self::ok(body) }
    }

    pub fn nothing() -> Self {
        Self { status: 204, ..Self::default() }
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        put(&mut self.headers, name, value);
        self
    }

    pub fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = match self.body {
            Some(body) => (status, Json(body)).into_response(),
            None => status.into_response(),
        };
        response.headers_mut().extend(self.headers);
        response
    }
}

/// GitHub says no. The texts are recalled; a client must not depend on them.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub status: u16,
    message: String,
    errors: Vec<Value>,
    documentation: &'static str,
    headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        let (errors, headers) = (Vec::new(), Vec::new());
        Self { status, message: message.into(), errors, documentation: "rest", headers }
    }

    pub fn bad_credentials() -> Self {
        Self::new(401, "Bad credentials")
    }

    /// It is not there, or not for this caller: GitHub does not tell which.
    pub fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, message)
    }

    /// A body that was understood and does not fit.
    pub fn invalid(resource: &str, field: &str, code: &str, message: &str) -> Self {
        let mut refusal = Self::new(422, "Validation Failed");
        let mut error = json!({ "resource": resource, "field": field, "code": code });
        if !message.is_empty() {
            error["message"] = json!(message);
        }
        refusal.errors.push(error);
        refusal
    }

    #[must_use]
    pub fn documented(mut self, page: &'static str) -> Self {
        self.documentation = page;
        self
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn into_response(self) -> Response {
        let mut body = json!({
            "message": self.message,
            "documentation_url": format!("https://docs.github.com/{}", self.documentation),
            "status": self.status.to_string(),
        });
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        let answer = Answer { status: self.status, ..Answer::ok(body) };
        self.headers.iter().fold(answer, |answer, (name, value)| answer.header(name, value)).into_response()
    }
}

pub fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
