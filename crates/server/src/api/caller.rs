//! Who calls: an API key, looked up with every request.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::Problem;
use crate::app::agencies;
use crate::desk::Desk;
use crate::store::Scope;

pub struct Caller(pub Scope);

impl FromRequestParts<Desk> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let key = header.and_then(|h| h.strip_prefix("Bearer ")).ok_or_else(Problem::unauthorized)?;
        let scope = desk.store.find_api_key(&desk.hash_session(key.trim())).await?;
        let scope = scope.ok_or_else(Problem::unauthorized)?;
        Ok(Self(agencies::scope_of(desk, scope, parts.uri.path()).await?))
    }
}
