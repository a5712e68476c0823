//! Errors as `application/problem+json` (RFC 9457) with a stable `type`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::app::AppError;

/// What went wrong, for a program and for the person who reads its log.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// Stable; a path that names the kind of problem.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, title, status: status.as_u16(), detail: detail.into(), field: None }
    }

    pub fn unauthorized() -> Self {
        let detail = "send the header Authorization: Bearer with an API key";
        Self::new(StatusCode::UNAUTHORIZED, "/problems/unauthorized", "An API key is needed", detail)
    }

    pub fn unreadable(detail: impl Into<String>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "/problems/unreadable", "The body cannot be used", detail)
    }

    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = Self::new(status, "/problems/invalid", "A value cannot be used", detail);
        Self { field: Some(field.to_owned()), ..problem }
    }

    pub fn missing(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "/problems/not-found", "Not found", format!("{what} was not found"))
    }
}

impl From<AppError> for Problem {
    fn from(e: AppError) -> Self {
        match e {
            AppError::NotFound(what) => Self::missing(what),
            AppError::Invalid { field, problem } => Self::invalid(field, problem),
            AppError::Conflict(why) => {
                Self::new(StatusCode::CONFLICT, "/problems/conflict", "It does not fit the state", why)
            }
            AppError::Stale(what) => {
                let detail = format!("{what} was changed meanwhile; read it again");
                Self::new(StatusCode::CONFLICT, "/problems/stale", "Changed meanwhile", detail)
            }
            AppError::OtherBrowser => Self::missing("the step"),
            AppError::Refused(refusal) => {
                let detail = refusal.to_string();
                Self::new(
                    StatusCode::BAD_GATEWAY,
                    "/problems/platform-refused",
                    "The platform refused",
                    detail,
                )
            }
            AppError::Internal(e) => {
                tracing::error!(error = %format!("{e:#}"), "a call failed");
                let detail = "the fault is on the server's side and was recorded; try again";
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "/problems/internal",
                    "This did not work",
                    detail,
                )
            }
        }
    }
}

impl From<crate::store::StoreError> for Problem {
    fn from(e: crate::store::StoreError) -> Self {
        AppError::from(e).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

pub async fn not_found() -> Problem {
    Problem::missing("this path")
}

pub async fn wrong_method() -> Problem {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    Problem::new(status, "/problems/method", "Wrong method", "this path does not take this method")
}
