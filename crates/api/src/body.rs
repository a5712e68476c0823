//! Bodies, queries and ids whose mistakes are told in a sentence.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::Problem;
use super::strict::Strict;
use crate::desk::Desk;

/// A JSON body. Unknown fields are refused by the types it is read into; an empty body reads as `{}`.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Desk> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let bytes = Bytes::from_request(request, desk).await.map_err(|e| match e.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
            _ => Problem::unreadable(e.body_text()),
        })?;
        if !bytes.is_empty() && !is_json {
            return Err(Problem::media_type());
        }
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let told = |e: serde_json::Error| Problem::unreadable(e.to_string());
        // Twice: the text knows lines and doubled fields, the value knows lists from objects.
        let body = serde_json::from_slice(text).map_err(told)?;
        let value = serde_json::from_slice(text).map_err(told)?;
        T::deserialize(Strict(value)).map_err(told)?;
        Ok(Self(body))
    }
}

/// Said to be JSON, or not said to be anything.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    kind == "application/json" || kind.starts_with("application/") && kind.ends_with("+json")
}

/// The body of a call that takes none: whatever is in it would be passed over in silence.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A query string. Unknown parameters are refused.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Desk> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Desk) -> Result<Self, Problem> {
        axum::extract::Query::<T>::try_from_uri(&parts.uri)
            .map(|q| Self(q.0))
            .map_err(|e| Problem::unreadable(e.body_text()))
    }
}

/// The id in an address.
pub struct Id(pub String);

impl FromRequestParts<Desk> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        // What is no text cannot be an id of anything.
        let found = axum::extract::Path::<String>::from_request_parts(parts, desk).await;
        found.map(|p| Self(p.0)).map_err(|_| Problem::missing("this id"))
    }
}

/// The two ids in an address.
pub struct Ids(pub String, pub String);

impl FromRequestParts<Desk> for Ids {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        let found = axum::extract::Path::<(String, String)>::from_request_parts(parts, desk).await;
        found.map(|axum::extract::Path((a, b))| Self(a, b)).map_err(|_| Problem::missing("this id"))
    }
}

/// A filter's value: text that could be in a row.
pub fn plain(field: &'static str, text: Option<String>) -> Result<Option<String>, Problem> {
    match text {
        Some(t) if t.is_empty() || t.len() > 200 || t.chars().any(char::is_control) => {
            Err(Problem::invalid(field, "this cannot be the value of anything: use one that an answer held"))
        }
        text => Ok(text),
    }
}

/// A filter's value out of a list.
pub fn one_of(field: &'static str, text: Option<String>, words: &[&str]) -> Result<Option<String>, Problem> {
    match text {
        Some(t) if !words.contains(&t.as_str()) => {
            Err(Problem::invalid(field, format!("choose among {}", words.join(", "))))
        }
        text => Ok(text),
    }
}
