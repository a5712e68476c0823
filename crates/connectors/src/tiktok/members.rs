//! People invited into the client's own Business Center: its role, a finance role, one ad account (TT-8 to TT-15).

use serde_json::{Value, json};
use valetkey_sdk::access::{
    AssetRef, Entitlement, EntitlementState, Party, Path, Principal, Roles, Side, Wish,
};
use valetkey_sdk::connector::{Cx, Outcome};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, Result};

use super::api::{Api, List, text};
use super::errors::needs_admin;
use super::{canary, center_of, id};

pub fn is_member(who: &Principal) -> bool {
    who.kind == "member"
}

/// Somebody of a Business Center, joined or invited.
struct Row {
    /// Only who has joined has one.
    user: Option<String>,
    waits: bool,
    name: Option<String>,
    roles: Roles,
}

/// The row of this address, and where the listing goes on.
async fn find(
    api: &Api<'_>,
    center: &str,
    email: &str,
    at: &Cursor,
) -> Result<(Option<Row>, Option<Cursor>)> {
    let List { rows, next } = api.members(center, email, at).await?;
    let same = |row: &&Value| text(row, "user_email").is_some_and(|found| found.eq_ignore_ascii_case(email));
    let row = rows.iter().find(same).and_then(|row| {
        let waits = match text(row, "relation_status").as_deref() {
            Some("BOUND") => false,
            Some("PENDING") => true,
            // Rejected: nothing is there any more.
            _ => return None,
        };
        let finance = text(row, "ext_user_role.finance_role").map(|role| format!("FINANCE_{role}"));
        Some(Row {
            user: text(row, "user_id"),
            waits,
            name: text(row, "user_name"),
            roles: text(row, "user_role").into_iter().chain(finance).collect(),
        })
    });
    Ok((row, next))
}

/// In the Business Center, or on one ad account of it.
pub async fn held(cx: &Cx<'_>, on: &AssetRef, who: &Principal, at: &Cursor) -> Result<Page<Entitlement>> {
    let api = Api::new(cx, Side::Client)?;
    let center = center_of(on)?;
    let (row, next) = find(&api, center, &who.id, at).await.map_err(needs_admin)?;
    let Some(row) = row else {
        let sight = if next.is_some() { Sight::Full } else { canary(&api, center).await? };
        return Ok(Page { items: Vec::new(), next, sight });
    };
    let roles = match on.of().as_str() {
        "business_center" => row.roles.clone(),
        _ => roles_on(&api, center, id(on)?, who, &row).await?,
    };
    let state = match row.waits {
        true => EntitlementState::Pending { by: Party::Invitee, expires_at: None },
        false => EntitlementState::Active,
    };
    let entitlement = Entitlement {
        on: on.clone(),
        who: who.clone(),
        name: row.name,
        state,
        path: Path::Direct,
        native_id: row.user,
        two_factor: None,
        until: None,
        roles,
    };
    // That somebody is in the Business Center shows that we see who is.
    let items = if entitlement.roles.is_empty() { Vec::new() } else { vec![entitlement] };
    Ok(Page { items, next: None, sight: Sight::Full })
}

async fn roles_on(api: &Api<'_>, center: &str, account: &str, who: &Principal, row: &Row) -> Result<Roles> {
    let role = |row: &Value| text(row, "advertiser_role").into_iter().collect();
    if row.waits {
        let brought = api.invited_assets(center, &who.id).await?.rows;
        return Ok(brought
            .iter()
            .find(|r| text(r, "asset_id").as_deref() == Some(account))
            .map_or_else(Roles::new, role));
    }
    let mut at = Cursor(None);
    loop {
        let List { rows, next } = api.asset_members(center, "ADVERTISER", account, &at).await?;
        if let Some(found) = rows.iter().find(|r| text(r, "user_id") == row.user) {
            return Ok(role(found));
        }
        match next {
            Some(next) => at = next,
            None => return Ok(Roles::new()),
        }
    }
}

/// Invites, or gives somebody who has joined more. Never both.
pub async fn give(cx: &Cx<'_>, wish: &Wish) -> Result<Outcome> {
    let api = Api::new(cx, Side::Client)?;
    let center = center_of(&wish.on)?;
    let (row, _) = find(&api, center, &wish.who.id, &Cursor(None)).await.map_err(needs_admin)?;
    let invited = Outcome::Pending { by: Party::Invitee, expires_at: None };
    let roles = wish.roles();
    let account = (wish.on.of().as_str() == "ad_account").then(|| id(&wish.on)).transpose()?;
    match (row, account) {
        (None, None) => api.invite(center, &wish.who.id, center_roles(&roles)).await.map(|_| invited),
        (None, Some(account)) => {
            let role = super::only_role(&roles)?;
            let more = json!({
                "user_role": "STANDARD", "asset_type": "ADVERTISER", "asset_ids": [account],
                "advertiser_role": role,
            });
            api.invite(center, &wish.who.id, more).await.map(|_| invited)
        }
        (Some(row), _) if row.waits => {
            Err(Error::rejected(Remedy::new("invited-already"), "an open invitation takes no more"))
        }
        (Some(Row { user: Some(user), .. }), None) => {
            api.update_member(center, &user, center_roles(&roles)).await.map(|_| Outcome::Taken)
        }
        (Some(Row { user: Some(user), .. }), Some(account)) => {
            api.assign(center, &user, account, super::only_role(&roles)?).await.map(|_| Outcome::Taken)
        }
        (Some(_), _) => return Err(Error::unexpected("a member without an id")),
    }
    .map_err(needs_admin)
}

/// The role in the Business Center, and a finance role on top where one is wished for (TT-6).
fn center_roles(roles: &Roles) -> Value {
    let role = if roles.contains("ADMIN") { "ADMIN" } else { "STANDARD" };
    let mut body = json!({ "user_role": role });
    let finance = roles.iter().filter_map(|role| role.strip_prefix("FINANCE_")).next_back();
    if let Some(finance) = finance {
        body["ext_user_role"] = json!({ "finance_role": finance });
    }
    body
}

/// From the ad account that alone, from the Business Center everything in it; an open invitation as a whole.
pub async fn take(cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
    let api = Api::new(cx, Side::Client)?;
    let (center, email) = (center_of(&held.on)?, held.who.id.as_str());
    let on_account = held.on.of().as_str() == "ad_account";
    let waits = matches!(held.state, EntitlementState::Pending { .. });
    if waits && on_account {
        let brought = api.invited_assets(center, email).await.map_err(needs_admin)?;
        let alone = brought.rows.iter().all(|row| text(row, "asset_id").as_deref() == held.on.id());
        if !alone || brought.next.is_some() {
            let remedy = Remedy::new("invitation-carries-more");
            return Err(Error::rejected(remedy, "the invitation brings other ad accounts too"));
        }
    }
    let user = held.native_id.as_deref();
    let taken = match (waits, user) {
        (true, _) => api.delete_member(center, "user_email", email).await,
        (false, Some(user)) if on_account => api.unassign(center, user, "ADVERTISER", id(&held.on)?).await,
        (false, Some(user)) => api.delete_member(center, "user_id", user).await,
        (false, None) => return Err(Error::unexpected("a member without an id")),
    };
    taken.map_err(needs_admin)?;
    Ok(Outcome::Taken)
}
