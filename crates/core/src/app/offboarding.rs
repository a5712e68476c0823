//! A client leaves: links are closed first, then every access is taken away.

use serde_json::json;
use valetkey_sdk::access::Want;
use valetkey_sdk::point;

use super::revoking::{self, Plan, every, is_over};
use super::{AppError, grants, invalid, requests};
use crate::desk::Desk;
use crate::engine::record;
use crate::engine::state::request::State;
use crate::ids::ClientId;
use crate::store::Scope;
use crate::store::clients::Client;
use crate::store::grants::{Filter, GrantRow};
use crate::store::requests::{Filter as RequestFilter, Request};

/// What an off-boarding would do.
pub struct Planned {
    pub client: Client,
    pub grants: Vec<Plan>,
    pub requests: Vec<Request>,
}

/// What it did: access that is now on its way out, and requests that were cancelled.
pub struct Started {
    pub client: Client,
    pub grants: Vec<GrantRow>,
    pub requests: Vec<Request>,
}

pub async fn plan(desk: &Desk, scope: &Scope, client: &str) -> Result<Planned, AppError> {
    let client = find(desk, scope, client).await?;
    let mut plans = Vec::new();
    for row in left(desk, scope, &client).await? {
        plans.push(revoking::plan(desk, scope, row).await?);
    }
    let requests = open(desk, scope, &client).await?;
    Ok(Planned { client, grants: plans, requests })
}

/// Each step stands for itself: asked again after a crash, it goes on with what is left.
pub async fn start(desk: &Desk, scope: &Scope, client: &str) -> Result<Started, AppError> {
    let client = find(desk, scope, client).await?;
    let asked = record::audit(desk, "client.offboarding_asked", client.id.as_str(), None, json!({}));
    desk.store.commit(point!("start"), scope, vec![asked]).await?;
    let mut cancelled = Vec::new();
    for request in open(desk, scope, &client).await? {
        cancelled.push(requests::cancel(desk, scope, request.id.as_str()).await?);
    }
    let mut ending = Vec::new();
    for row in left(desk, scope, &client).await? {
        ending.push(grants::revoke(desk, scope, row.id.as_str()).await?);
    }
    Ok(Started { client, grants: ending, requests: cancelled })
}

async fn find(desk: &Desk, scope: &Scope, id: &str) -> Result<Client, AppError> {
    let found = desk.store.find_client(scope, &ClientId::from_text(id)).await?;
    found.ok_or_else(|| invalid("client_id", "no client of yours has this id"))
}

/// Access that is not over and not ending.
async fn left(desk: &Desk, scope: &Scope, client: &Client) -> Result<Vec<GrantRow>, AppError> {
    let filter = Filter { client_id: Some(client.id.to_string()), ..Filter::default() };
    let mut left = Vec::new();
    for row in every(desk, scope, &filter).await? {
        let held = matches!(grants::state(&row)?.wish.want, Want::Held { .. });
        if !is_over(&row.word) && (held || row.word == "drifted") {
            left.push(row);
        }
    }
    Ok(left)
}

/// Requests that can be cancelled.
async fn open(desk: &Desk, scope: &Scope, client: &Client) -> Result<Vec<Request>, AppError> {
    let filter = RequestFilter { client_id: Some(client.id.to_string()), ..RequestFilter::default() };
    let (mut open, mut before) = (Vec::new(), None::<(i64, String)>);
    loop {
        let at = before.as_ref().map(|(at, id)| (*at, id.as_str()));
        let page = desk.store.list_requests_where(scope, &filter, at, 200).await?;
        let Some(last) = page.last() else { return Ok(open) };
        before = Some((last.created_at, last.id.to_string()));
        open.extend(page.into_iter().filter(|r| State::parse(&r.state).is_some_and(State::is_open)));
    }
}
