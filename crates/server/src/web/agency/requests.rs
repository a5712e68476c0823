//! The list of requests, what needs attention first.

use axum::extract::State;
use axum::response::Response;

use super::super::frame::when;
use super::super::view::agency::{Attention, RequestRow, Requests};
use super::super::{Error, page, words};
use super::SignedIn;
use crate::app::{AppError, grants};
use crate::desk::Desk;
use crate::engine::state::request::State as RequestState;
use crate::store::Scope;
use crate::store::grantees::Grantee;
use crate::store::grants::{Filter, GrantRow};
use crate::store::requests::Request;

/// How many requests the page shows.
const SHOWN: i64 = 100;
/// Words that ask somebody to look.
const ATTENTION: [&str; 5] = ["needs_action", "drifted", "unverifiable", "failed", "declined"];

pub async fn list(State(desk): State<Desk>, who: SignedIn) -> Result<Response, Error> {
    let requests = desk.store.list_requests(&who.scope, None, SHOWN).await.map_err(AppError::from)?;
    let people = desk.store.list_grantees(&who.scope).await.map_err(AppError::from)?;
    let (mut attention, mut rows) = (Vec::new(), Vec::new());
    for request in requests {
        let client =
            desk.store.get_client(&who.scope, &request.client_id).await.map_err(AppError::from)?.name;
        let filter = Filter { request_id: Some(request.id.to_string()), ..Filter::default() };
        let found = desk.store.list_grants(&who.scope, &filter, None, 1_000).await.map_err(AppError::from)?;
        attention.extend(found.iter().filter_map(|g| needs(&desk, &client, &people, g)));
        rows.push(row(&desk, &who.scope, client, &request, &found).await?);
    }
    page(&Requests { frame: who.frame(&desk, "Requests"), rail: who.rail("requests"), attention, rows })
}

fn needs(desk: &Desk, client: &str, people: &[Grantee], row: &GrantRow) -> Option<Attention> {
    if !ATTENTION.contains(&row.word.as_str()) {
        return None;
    }
    let platform = desk.registry.find(&row.platform)?.manifest.name.clone();
    let badge = words::grant_badge(&platform, &grants::state(row).ok()?);
    let person = people.iter().find(|g| !row.is_share() && g.id == row.grantee_id);
    let what = match person {
        Some(person) => format!("{} on {}", person.label, row.asset_name),
        None => row.asset_name.clone(),
    };
    Some(Attention {
        client: client.to_owned(),
        what: format!("{what} ({platform}): {}", badge.label),
        since: when(desk, row.changed_at),
        href: format!("/requests/{}", row.request_id),
        action: "Look".into(),
    })
}

async fn row(
    desk: &Desk,
    scope: &Scope,
    client: String,
    request: &Request,
    found: &[GrantRow],
) -> Result<RequestRow, AppError> {
    let state = RequestState::parse(&request.state).ok_or(AppError::NotFound("the request"))?;
    let items = desk.store.list_items(scope, &request.id).await?;
    let name = |id: &str| desk.registry.find(id).map_or_else(|| id.to_owned(), |p| p.manifest.name.clone());
    let shares: Vec<_> = found.iter().filter(|g| g.is_share()).collect();
    let active = shares.iter().filter(|g| g.word == "active").count();
    Ok(RequestRow {
        href: format!("/requests/{}", request.id),
        client,
        platforms: items.iter().map(|i| name(&i.platform)).collect(),
        badge: words::request_badge(state),
        created: when(desk, request.created_at),
        progress: match shares.len() {
            0 => "No account chosen yet".into(),
            n => format!("{active} of {n} active"),
        },
    })
}
