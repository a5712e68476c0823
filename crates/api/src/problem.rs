//! Errors as `application/problem+json` (RFC 9457) with a stable `type`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::AppError;
use crate::limits::Wait;

/// What went wrong, for a program and for the person who reads its log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/invalid", "title": "A value cannot be used", "status": 422,
    "detail": "choose 1 to 365 days", "field": "link_expires_in_days",
}))]
pub struct Problem {
    /// Stable; a path that names the kind of problem.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// Seconds to wait before the next try; sent as the header Retry-After.
    #[serde(skip)]
    #[schema(ignore)]
    retry_after_s: Option<i64>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, title, status: status.as_u16(), detail: detail.into(), field: None, retry_after_s: None }
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

    pub fn too_large() -> Self {
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        let detail = "send at most 256 KiB; ask for less in one call";
        Self::new(status, "/problems/too-large", "The body is too large", detail)
    }

    pub fn media_type() -> Self {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        let detail = "send JSON, with the header Content-Type: application/json";
        Self::new(status, "/problems/media-type", "Not JSON", detail)
    }

    fn too_many(retry_after_s: i64) -> Self {
        let detail = format!("more calls than the limit allows; call again in {retry_after_s} s");
        let status = StatusCode::TOO_MANY_REQUESTS;
        let problem = Self::new(status, "/problems/too-many-calls", "Too many calls", detail);
        Self { retry_after_s: Some(retry_after_s), ..problem }
    }

    pub fn other_call() -> Self {
        let detail = "this Idempotency-Key came with another call within the last 24 hours: use a new key for \
                      each call, and the same one only to repeat it";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem =
            Self::new(status, "/problems/idempotency-key-reused", "The key was used before", detail);
        Self { field: Some("Idempotency-Key".into()), ..problem }
    }

    pub fn under_way() -> Self {
        let detail =
            "the first call with this Idempotency-Key is still being answered; repeat it in a moment";
        let status = StatusCode::CONFLICT;
        let problem = Self::new(status, "/problems/idempotency-under-way", "Still under way", detail);
        Self { retry_after_s: Some(1), ..problem }
    }

    pub fn answer_lost() -> Self {
        let detail = "the call with this Idempotency-Key took effect, but its answer was lost when the server \
                      stopped; read what is there, and use a new key for anything more";
        let status = StatusCode::CONFLICT;
        Self::new(status, "/problems/idempotency-answer-lost", "Done, but the answer is lost", detail)
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
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "/problems/platform-refused",
                    "The platform refused",
                    detail,
                )
            }
            AppError::Away(e) => {
                tracing::error!(error = %e, "a call waits for the database");
                let detail = "the database did not answer, and may have done what was asked; send the call again with \
                              the same Idempotency-Key";
                let status = StatusCode::SERVICE_UNAVAILABLE;
                let problem = Self::new(status, "/problems/away", "The database is away", detail);
                Self { retry_after_s: Some(2), ..problem }
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

impl From<Wait> for Problem {
    fn from(wait: Wait) -> Self {
        Self::too_many(wait.seconds)
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
        let retry_after = self.retry_after_s;
        let mut response = (status, Json(self)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
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
