//! People, system users and apps of the client's own portfolio, and those who are invited into it. Apps may invite into
//! portfolios that have claimed them, and no client has, so the client invites by hand; taking back is a call.
//!
//! Source: Graph API reference, `/{business}/business_users` and `/{business}/pending_users`, read 2026-11-22; nodes
//! BusinessRoleRequest and BusinessUser, "Deleting", read second hand 2026-11-29.

use jiff::Timestamp;
use jiff::fmt::strtime::BrokenDownTime;
use serde_json::Value;
use valetkey_sdk::access::{
    AssetRef, Entitlement, EntitlementState, Party, Path, Principal, Roles, Side, roles,
};
use valetkey_sdk::call;
use valetkey_sdk::connector::{Cx, Outcome};
use valetkey_sdk::page::{Cursor, Page, Sight};

use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::{Graph, text};
use super::{canary, errors, id};

const KIND: &str = "member";
const INVITED: &str = "invited:";
const SYSTEMS: &str = "systems:";
const APPS: &str = "apps:";
const OTHER_APPS: &str = "other apps:";

/// Everybody in the portfolio, then everybody invited, and for whoever asks about all, its system users and apps.
/// `of` is found under its address however that is written.
pub async fn held(
    graph: &Graph<'_>,
    on: &AssetRef,
    of: Option<&Principal>,
    at: &Cursor,
) -> Result<Page<Entitlement>> {
    let portfolio = id(on)?;
    let place = at.0.as_deref().unwrap_or_default();
    let (kind, after) = [INVITED, SYSTEMS, APPS, OTHER_APPS]
        .into_iter()
        .find_map(|kind| Some((kind, place.strip_prefix(kind)?)))
        .unwrap_or(("", place));
    let (name, edge, fields) = match kind {
        INVITED => (call!("invited"), "pending_users", "id,email,role,expiration_time,expiry_time"),
        SYSTEMS => (call!("system users"), "system_users", "id,name,role"),
        APPS => (call!("apps"), "owned_apps", "id,name"),
        OTHER_APPS => (call!("other apps"), "client_apps", "id,name"),
        _ => (call!("people"), "business_users", "id,name,email,role,finance_permission,two_fac_status"),
    };
    let after = Cursor(Some(after.to_owned()).filter(|after| !after.is_empty()));
    let page = graph.list(name, &format!("{portfolio}/{edge}"), fields, &after).await?;
    let items = page.rows.iter().filter_map(|row| match kind {
        SYSTEMS => system_user(on, row),
        APPS | OTHER_APPS => app(on, row, kind == APPS),
        _ => entitlement(on, of, row, kind == INVITED),
    });
    let items = items.collect();
    let next = match (page.next.and_then(|next| next.0), kind) {
        (Some(more), _) => Some(format!("{kind}{more}")),
        (None, "") => Some(INVITED.to_owned()),
        (None, INVITED) if of.is_none() => Some(SYSTEMS.to_owned()),
        (None, SYSTEMS) => Some(APPS.to_owned()),
        (None, APPS) => Some(OTHER_APPS.to_owned()),
        _ => None,
    };
    // Partial access sees itself only, and no invitations.
    let sight = if next.is_none() { canary(graph, portfolio).await? } else { Sight::Full };
    Ok(Page { items, next: next.map(|next| Cursor(Some(next))), sight })
}

/// Somebody who was invited into a portfolio by their address.
pub fn is_member(who: &Principal) -> bool {
    who.kind == KIND
}

/// Takes an invitation back, or the person out of the portfolio: each has an id of its own. Whether an app may that the
/// portfolio has not claimed is unconfirmed; where not, the client does it by hand.
pub async fn take_out(cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
    let row = held.native_id.as_deref();
    let row = row.ok_or_else(|| Error::unexpected("the id of the invitation or person is not known"))?;
    let invited = matches!(held.state, EntitlementState::Pending { .. });
    let name = if invited { call!("withdraw") } else { call!("take out") };
    match Graph::new(cx, Side::Client)?.delete(name, row).await {
        Ok(_) => Ok(Outcome::Taken),
        Err(e) if matches!(e.kind, ErrorKind::Forbidden | ErrorKind::Unsupported) => {
            Err(e.with_kind(ErrorKind::Rejected(Box::new(errors::remedy("revoke-by-hand")))))
        }
        Err(e) => Err(e),
    }
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
        two_factor: None,
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
        two_factor: text(row, "two_fac_status").and_then(|status| has_two_factor(&status)),
        until: time(row, "expiry_time"),
    })
}

/// The contract has the field as open text, and which words it takes was not read: what is neither stays untold.
fn has_two_factor(status: &str) -> Option<bool> {
    match status.to_ascii_lowercase().as_str() {
        "enabled" | "on" | "true" => Some(true),
        "disabled" | "off" | "false" => Some(false),
        _ => None,
    }
}

/// An app that the portfolio owns, or one of somebody else's that it may use; the platform names no roles.
fn app(on: &AssetRef, row: &Value, is_own: bool) -> Option<Entitlement> {
    Some(Entitlement {
        on: on.clone(),
        who: Principal::new("app", text(row, "id")?).of(on.id().filter(|_| is_own)),
        name: text(row, "name"),
        roles: Roles::new(),
        state: EntitlementState::Active,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    })
}

/// Graph writes the offset without a colon.
fn time(row: &Value, field: &str) -> Option<Timestamp> {
    let written = text(row, field)?;
    BrokenDownTime::parse("%Y-%m-%dT%H:%M:%S%z", written).ok()?.to_timestamp().ok()
}
