//! A link that lives longer.

use serde_json::json;

use super::{AppError, invalid};
use crate::desk::Desk;
use crate::engine::record;
use crate::engine::state::request::State;
use crate::store::requests::Request;
use crate::store::{Scope, StoreError};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const MAX_DAYS: i64 = 365;

/// Lets the link of a request that is not over live this many days from now; it never becomes shorter.
pub async fn extend(desk: &Desk, scope: &Scope, id: &str, days: i64) -> Result<Request, AppError> {
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(invalid("days", format!("choose 1 to {MAX_DAYS} days")));
    }
    for _ in 0..super::TRIES {
        let request = super::requests::get(desk, scope, id).await?;
        let state = State::parse(&request.state).ok_or(AppError::NotFound("the request"))?;
        if !state.is_open() {
            let word = state.as_str();
            let problem = format!("a request that is {word} has no link to extend; send a new request");
            return Err(AppError::Conflict(problem));
        }
        let until = request.link_expires_at.max(desk.now_ms() + days * DAY_MS);
        let data = json!({"from": request.link_expires_at, "to": until});
        let entry = crate::store::audit::Entry {
            request_id: Some(request.id.clone()),
            ..record::entry(desk, "request.extended", request.id.as_str(), data)
        };
        match desk.store.set_link_expiry(scope, &request, until, entry).await {
            Ok(()) => return super::requests::get(desk, scope, id).await,
            Err(StoreError::Stale(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("the request"))
}
