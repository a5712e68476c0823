//! Who calls: an API key, looked up with every request.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use super::Problem;
use crate::app::agencies;
use crate::desk::Desk;
use crate::limits::Allowance;
use crate::store::{Actor, Scope};

#[derive(Clone)]
pub struct Caller(pub Scope);

impl FromRequestParts<Desk> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        // Found already, by a layer that had to know first.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let Some(scope) = find(parts, desk).await? else {
            let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
            desk.limits.take(Allowance::Stranger(address), desk.now_ms())?;
            return Err(Problem::unauthorized());
        };
        desk.limits.take(Allowance::Agency(scope.agency().clone()), desk.now_ms())?;
        if let Actor::Key(key) = scope.actor() {
            desk.limits.take(Allowance::Key(key.clone()), desk.now_ms())?;
        }
        Ok(Self(agencies::scope_of(desk, scope, parts.uri.path()).await?))
    }
}

async fn find(parts: &Parts, desk: &Desk) -> Result<Option<Scope>, Problem> {
    let header = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    match header.and_then(|h| h.strip_prefix("Bearer ")) {
        Some(key) => Ok(desk.store.find_api_key(&desk.hash_session(key.trim()), desk.now_ms()).await?),
        None => Ok(None),
    }
}
