//! What becomes of a request after it was sent: cancelled, sent again, given more time.

use serde_json::{Value, json};
use valetkey_sdk::access::Why;
use valetkey_sdk::point;

use super::{DAY_MS, MAX_LINK_DAYS, check_access_end, get};
use crate::app::{AppError, TRIES, grants, invalid, mails};
use crate::desk::Desk;
use crate::engine::state::Effect;
use crate::engine::state::grant::{self, Event as GrantEvent};
use crate::engine::state::request::{self, State};
use crate::engine::{card, record};
use crate::ids::GrantId;
use crate::store::administer::Administer;
use crate::store::requests::Request;
use crate::store::{Scope, StoreError, Write};

/// Ends the link. Access that is there stays; what was not reached yet is not gone after any more.
pub async fn cancel(desk: &Desk, scope: &Scope, id: &str) -> Result<Request, AppError> {
    for _ in 0..TRIES {
        let request = get(desk, scope, id).await?;
        let writes = cancel_writes(desk, scope, &request).await?;
        match desk.store.commit(point!("cancel"), scope, writes).await {
            Ok(()) => {
                desk.wake.notify_one();
                return get(desk, scope, id).await;
            }
            Err(StoreError::Stale(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("the request"))
}

async fn cancel_writes(desk: &Desk, scope: &Scope, r: &Request) -> Result<Vec<Write>, AppError> {
    let state = State::parse(&r.state).ok_or(AppError::NotFound("the request"))?;
    let mut out = card::request_event(desk, r, request::Event::Cancel);
    if out.is_empty() {
        return Err(AppError::Conflict(
            format!("a request that is {} cannot be cancelled", state.as_str()).into(),
        ));
    }
    for item in desk.store.list_items(scope, &r.id).await? {
        let rows = desk.store.list_grants_of_item(scope, &item.id).await?;
        let ends = |id: &GrantId| rows.iter().any(|r| &r.id == id && !card::is_rest(&r.word));
        for row in &rows {
            // Who follows a share that ends now ends with it.
            if card::is_rest(&row.word) || row.after_grant_id.as_ref().is_some_and(ends) {
                continue;
            }
            let before = grants::state(row)?;
            if let Ok((to, effects)) = grant::next(&before, GrantEvent::End(Why::Cancelled), desk.clock.now())
            {
                out.extend(record::writes(desk, row, &to, &effects, "grant.cancel_asked", json!({})));
                out.push(record::look(desk, row, desk.now_ms()));
            }
        }
    }
    Ok(out)
}

/// More time, by either clock. What is none stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extension {
    /// From now on, for the link.
    pub link_expires_in_days: Option<i64>,
    /// Epoch milliseconds, for access that is given from now on.
    pub access_expires_at: Option<i64>,
}

/// Tells again that the request was sent, and mails the link where mail can be sent; the link stays the same.
pub async fn resend(desk: &Desk, scope: &Scope, id: &str) -> Result<Request, AppError> {
    let request = get(desk, scope, id).await?;
    require_open(&request)?;
    if request.link_expires_at <= desk.now_ms() {
        return Err(AppError::Conflict("the link has expired: extend it, then send it again".into()));
    }
    let mut writes = vec![
        Write::KeepRequest { id: request.id.clone(), rev: request.rev },
        record::audit(desk, "request.resent", request.id.as_str(), Some(&request.id), json!({})),
    ];
    let told = [Effect::Emit("request.sent")];
    writes.extend(record::events(desk, &told, request.id.as_str(), Some(&request.id)));
    writes.extend(mails::link(desk, &request, Some(desk.now_ms())));
    desk.store.commit(point!("resend"), scope, writes).await?;
    desk.wake.notify_one();
    Ok(request)
}

/// Moves the ends of an open request further away. Access that was given keeps the end that was approved.
pub async fn extend(desk: &Desk, scope: &Scope, id: &str, by: Extension) -> Result<Request, AppError> {
    let request = get(desk, scope, id).await?;
    require_open(&request)?;
    if by.link_expires_in_days.is_none() && by.access_expires_at.is_none() {
        let problem = "say what to extend: link_expires_in_days, access_expires_at, or both";
        return Err(invalid("link_expires_in_days", problem));
    }
    let link = match by.link_expires_in_days {
        Some(days) => link_end(desk, &request, days)?,
        None => request.link_expires_at,
    };
    let access = match by.access_expires_at {
        Some(at) => Some(access_end(desk, &request, at)?),
        None => request.access_expires_at,
    };
    let data = json!({
        "link_expires_at": {"from": request.link_expires_at, "to": link},
        "access_expires_at": {"from": whole(request.access_expires_at), "to": whole(access)},
    });
    let writes = vec![
        Write::Administer(Administer::RequestTimes {
            id: request.id.clone(),
            rev: request.rev,
            link_expires_at: link,
            access_expires_at: access,
        }),
        record::audit(desk, "request.extended", request.id.as_str(), Some(&request.id), data),
    ];
    desk.store.commit(point!("extend"), scope, writes).await?;
    get(desk, scope, id).await
}

fn whole(at: Option<i64>) -> Value {
    at.map_or(Value::Null, Value::from)
}

fn require_open(r: &Request) -> Result<(), AppError> {
    match State::parse(&r.state) {
        Some(state) if state.is_open() => Ok(()),
        _ => Err(AppError::Conflict(
            format!("a request that is {} takes nothing more: send a new one", r.state).into(),
        )),
    }
}

fn link_end(desk: &Desk, r: &Request, days: i64) -> Result<i64, AppError> {
    if !(1..=MAX_LINK_DAYS).contains(&days) {
        return Err(invalid("link_expires_in_days", format!("choose 1 to {MAX_LINK_DAYS} days")));
    }
    let end = desk.now_ms() + days * DAY_MS;
    if end < r.link_expires_at {
        let problem = "the link is good for longer already: choose more days, or cancel the request";
        return Err(invalid("link_expires_in_days", problem));
    }
    Ok(end)
}

fn access_end(desk: &Desk, r: &Request, at: i64) -> Result<i64, AppError> {
    check_access_end(at, desk.now_ms())?;
    match r.access_expires_at {
        None => Err(invalid("access_expires_at", "access given through this link does not end by itself")),
        Some(end) if at < end => {
            Err(invalid("access_expires_at", "this is earlier than now agreed: choose a later time"))
        }
        Some(_) => Ok(at),
    }
}
