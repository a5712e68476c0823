//! Everybody who was added to a repository itself, and everybody invited to it.
//!
//! Source: docs.github.com, REST API, "List repository collaborators" and "List repository invitations", read 2026-11-23.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, Entitlement, EntitlementState, Party, Path, Principal, roles};
use valetkey_sdk::call;
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, Result};

use super::api::{Api, expires_at, text};
use super::id;

const PEOPLE: &str = "people";
const INVITATIONS: &str = "invitations";

/// People first, then invitations. Only an admin is shown invitations at all.
pub async fn held(
    api: &Api<'_>,
    on: &AssetRef,
    life_s: Option<i64>,
    at: &Cursor,
) -> Result<Page<Entitlement>> {
    if on.of().as_str() != "repository" {
        return Err(Error::unsupported(&format!("listing who has access to a {}", on.of())));
    }
    let repo = id(on)?;
    let (part, page) = at.0.as_deref().and_then(|c| c.split_once(':')).unwrap_or((PEOPLE, "1"));
    let at = Cursor(Some(page.to_owned()));
    let go_on = |next: Option<Cursor>, then: Option<&str>| {
        let next = next.and_then(|next| next.0).map(|page| format!("{part}:{page}"));
        next.or_else(|| then.map(|then| format!("{then}:1"))).map(|at| Cursor(Some(at)))
    };
    if part == PEOPLE {
        let direct = [("affiliation", "direct")];
        let list =
            api.list(call!("collaborators"), &format!("/repos/{repo}/collaborators"), &direct, &at).await?;
        let items = list
            .rows
            .iter()
            .filter_map(|row| row_of(on, row, "login", text(row, "role_name"), EntitlementState::Active));
        let why = "who owns the organization, or reaches the repository by a team, is not in GitHub’s list of people \
                   added to it";
        return Ok(Page {
            items: items.collect(),
            next: go_on(list.next, Some(INVITATIONS)),
            sight: Sight::Partial(why.into()),
        });
    }
    let list = api.list(call!("invitations"), &format!("/repos/{repo}/invitations"), &[], &at).await?;
    let items = list.rows.iter().filter_map(|row| {
        let state = EntitlementState::Pending { by: Party::Invitee, expires_at: expires_at(row, life_s) };
        let held = row_of(on, row, "invitee.login", text(row, "permissions"), state)?;
        Some(Entitlement { native_id: text(row, "id"), ..held })
    });
    Ok(Page { items: items.collect(), next: go_on(list.next, None), sight: Sight::Full })
}

fn row_of(
    on: &AssetRef,
    row: &Value,
    login: &str,
    role: Option<String>,
    state: EntitlementState,
) -> Option<Entitlement> {
    Some(Entitlement {
        on: on.clone(),
        who: Principal::new("user", text(row, login)?),
        name: None,
        roles: roles(role),
        state,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    })
}
