//! People of the client's own portfolio, and those who are invited into it: read only. Apps may invite into
//! portfolios that have claimed them, and no client has, so the client invites by hand.
//!
//! Source: Graph API reference, `/{business}/business_users` and `/{business}/pending_users`, read 2026-11-22.

use jiff::Timestamp;
use jiff::fmt::strtime::BrokenDownTime;
use serde_json::Value;
use valetkey_sdk::Result;
use valetkey_sdk::access::{AssetRef, Entitlement, EntitlementState, Party, Path, Principal, roles};
use valetkey_sdk::call;
use valetkey_sdk::page::{Cursor, Page, Sight};

use super::api::{Graph, text};
use super::{canary, id};

const KIND: &str = "member";
const INVITED: &str = "invited:";
const SYSTEMS: &str = "systems:";

/// Everybody in the portfolio, then everybody invited, and for whoever asks about all, its system users. `of`
/// is found under its address however that is written.
pub async fn held(
    graph: &Graph<'_>,
    on: &AssetRef,
    of: Option<&Principal>,
    at: &Cursor,
) -> Result<Page<Entitlement>> {
    let portfolio = id(on)?;
    let place = at.0.as_deref().unwrap_or_default();
    let (kind, after) = [INVITED, SYSTEMS]
        .into_iter()
        .find_map(|kind| Some((kind, place.strip_prefix(kind)?)))
        .unwrap_or(("", place));
    let (name, edge, fields) = match kind {
        INVITED => (call!("invited"), "pending_users", "id,email,role,expiration_time,expiry_time"),
        SYSTEMS => (call!("system users"), "system_users", "id,name,role"),
        _ => (call!("people"), "business_users", "id,name,email,role,finance_permission"),
    };
    let after = Cursor(Some(after.to_owned()).filter(|after| !after.is_empty()));
    let page = graph.list(name, &format!("{portfolio}/{edge}"), fields, &after).await?;
    let items = page.rows.iter().filter_map(|row| match kind {
        SYSTEMS => system_user(on, row),
        _ => entitlement(on, of, row, kind == INVITED),
    });
    let items = items.collect();
    let next = match (page.next.and_then(|next| next.0), kind) {
        (Some(more), _) => Some(format!("{kind}{more}")),
        (None, "") => Some(INVITED.to_owned()),
        (None, INVITED) if of.is_none() => Some(SYSTEMS.to_owned()),
        _ => None,
    };
    // Partial access sees itself only, and no invitations.
    let sight = if next.is_none() { canary(graph, portfolio).await? } else { Sight::Full };
    Ok(Page { items, next: next.map(|next| Cursor(Some(next))), sight })
}

fn system_user(on: &AssetRef, row: &Value) -> Option<Entitlement> {
    Some(Entitlement {
        on: on.clone(),
        who: Principal::new("system_user", text(row, "id")?).of(on.id()),
        name: text(row, "name"),
        roles: roles(text(row, "role")),
        state: EntitlementState::Active,
        path: Path::Direct,
        native_id: None,
        until: None,
    })
}

fn entitlement(on: &AssetRef, of: Option<&Principal>, row: &Value, invited: bool) -> Option<Entitlement> {
    let email = text(row, "email")?;
    let who = match of {
        Some(of) if of.id.eq_ignore_ascii_case(&email) => of.clone(),
        _ => Principal::new(KIND, email),
    };
    let finance = text(row, "finance_permission").map(|finance| format!("FINANCE_{finance}"));
    let state = match invited {
        true => EntitlementState::Pending { by: Party::Invitee, expires_at: time(row, "expiration_time") },
        false => EntitlementState::Active,
    };
    Some(Entitlement {
        on: on.clone(),
        who,
        name: text(row, "name"),
        roles: roles(text(row, "role").into_iter().chain(finance)),
        state,
        path: Path::Direct,
        native_id: text(row, "id"),
        until: time(row, "expiry_time"),
    })
}

/// Graph writes the offset without a colon.
fn time(row: &Value, field: &str) -> Option<Timestamp> {
    let written = text(row, field)?;
    BrokenDownTime::parse("%Y-%m-%dT%H:%M:%S%z", written).ok()?.to_timestamp().ok()
}
