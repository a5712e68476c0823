//! People and system users of the agency's portfolio: assigned to what the portfolio received.
//!
//! Source: Graph API reference, `/{asset}/assigned_users`, read 2026-11-22.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, AssetType, Entitlement, EntitlementState, Path, Principal, Side, Wish};
use valetkey_sdk::call;
use valetkey_sdk::connector::{Asset, Cx, Outcome};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::{Graph, tasks, text};
use super::{canary, id};

/// The kinds of grantee that are assigned by the agency.
pub fn is_staff(who: &Principal) -> bool {
    matches!(who.kind.as_str(), "person" | "system_user")
}

/// Who belongs to a portfolio, under ids of the portfolio's own.
pub async fn people(graph: &Graph<'_>, of: &AssetType, portfolio: &str, at: &Cursor) -> Result<Page<Asset>> {
    let edge = if of.as_str() == "person" { "business_users" } else { "system_users" };
    let edge = graph.list(call!("people"), &format!("{portfolio}/{edge}"), "id,name,role", at).await?;
    let asset = |row: &Value| {
        let id = text(row, "id")?;
        Some(Asset {
            name: text(row, "name").filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone()),
            on: AssetRef::known(of, id, Some(portfolio)),
            detail: text(row, "role"),
            checks: Vec::new(),
        })
    };
    Ok(Page { items: edge.rows.iter().filter_map(asset).collect(), next: edge.next, sight: Sight::Full })
}

/// The people of `who`'s portfolio on the asset.
pub async fn assigned(cx: &Cx<'_>, on: &AssetRef, who: &Principal, at: &Cursor) -> Result<Page<Entitlement>> {
    let portfolio = portfolio_of(who)?;
    let edge = on_asset(cx, on).await?.assigned_users(id(on)?, portfolio, at).await?;
    let items: Vec<_> = edge.rows.iter().filter_map(|row| entitlement(on, portfolio, row)).collect();
    let sees = items.iter().any(|row| row.who.is(who));
    let sight = if sees { Sight::Full } else { canary(&Graph::new(cx, Side::Agency)?, portfolio).await? };
    Ok(Page { items, next: edge.next, sight })
}

/// Somebody of this portfolio on the asset.
pub fn entitlement(on: &AssetRef, portfolio: &str, row: &Value) -> Option<Entitlement> {
    Some(Entitlement {
        on: on.clone(),
        who: principal(row, portfolio)?,
        name: text(row, "name"),
        roles: tasks(row, "tasks"),
        state: EntitlementState::Active,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    })
}

/// Assigns, or replaces what is assigned.
pub async fn assign(cx: &Cx<'_>, wish: &Wish) -> Result<Outcome> {
    // No call gives a person full control of an Instagram account; reads show it (observed).
    if wish.roles().contains("FULL_CONTROL") {
        return Err(Error::rejected(
            super::errors::remedy("assign-by-hand"),
            "Meta has no call that assigns full control here",
        ));
    }
    let graph = on_asset(cx, &wish.on).await?;
    graph.assign_user(id(&wish.on)?, &wish.who.id, &wish.roles()).await.map_err(explain)?;
    Ok(Outcome::Taken)
}

pub async fn unassign(cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
    let graph = on_asset(cx, &held.on).await?;
    graph.unassign_user(id(&held.on)?, &held.who.id).await.map_err(explain)?;
    Ok(Outcome::Taken)
}

/// Meta documents a Page's own token here, and gives one only to who holds a task on the Page. An agency's
/// admin holds none on a Page just received: then the admin's own token is tried (unconfirmed).
async fn on_asset<'a>(cx: &Cx<'a>, on: &AssetRef) -> Result<Graph<'a>> {
    let own = Graph::new(cx, Side::Agency)?;
    match on.of().as_str() {
        "page" => Ok(own.find_of_page(id(on)?).await?.unwrap_or(own)),
        _ => Ok(own),
    }
}

fn portfolio_of(who: &Principal) -> Result<&str> {
    who.within.as_deref().ok_or_else(|| Error::unexpected("the person's portfolio is not known"))
}

fn principal(row: &Value, portfolio: &str) -> Option<Principal> {
    let kind = match text(row, "user_type").as_deref() {
        Some("system_user") => "system_user",
        _ => "person",
    };
    Some(Principal::new(kind, text(row, "id")?).of(Some(portfolio)))
}

/// Only full control of the agency's own portfolio assigns its people.
pub fn explain(e: Error) -> Error {
    match e.kind {
        ErrorKind::Forbidden => {
            e.with_kind(ErrorKind::Rejected(Box::new(super::errors::remedy("agency-role-too-small"))))
        }
        _ => e,
    }
}
