//! Everybody who has access to something of a client's Business Center: partners, then its own members.
//!
//! Which Business Centers an asset was shared with is told without roles, and perhaps for shares that are over
//! ("Get asset partners", portal docs), so each one is looked up in what is shared with it.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use valetkey_sdk::access::{AssetRef, Entitlement, EntitlementState, Party, Path, Principal, Roles, Side};
use valetkey_sdk::connector::{Cx, Happening};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, Result};

use super::api::{Api, List, text};
use super::errors::needs_admin;
use super::{canary, center_of, discovery, entitlement, id};

const PARTNER: &str = "business_center";
const MEMBER: &str = "member";
/// Pages of what is shared with one partner that are looked through.
const MAX_PAGES: usize = 10;

pub async fn held(cx: &Cx<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let api = Api::new(cx, Side::Client)?;
    let (part, at) = at.0.as_deref().and_then(|at| at.split_once(':')).unwrap_or(("", "1"));
    let at = Cursor(Some(at.to_owned()));
    match (on.of().as_str(), part) {
        (PARTNER, "members") => people_of_center(&api, on, &at).await,
        (PARTNER, _) => partners_of_center(&api, on, &at).await,
        // Only of these does TikTok tell what a partner may do.
        ("ad_account" | "catalog", "members") => members(&api, on, &at).await,
        ("ad_account" | "catalog", _) => partners(&api, on, &at).await,
        (of, _) => Err(Error::unsupported(&format!("listing who has access to a {of}"))),
    }
}

/// The next page of this part, or the first one of the part after it.
fn go_on(part: &str, next: Option<Cursor>, then: Option<&str>) -> Option<Cursor> {
    let next = next.and_then(|next| next.0).map(|page| format!("{part}:{page}"));
    next.or_else(|| then.map(|then| format!("{then}:1"))).map(|at| Cursor(Some(at)))
}

async fn partners(api: &Api<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let (center, native) = (center_of(on)?, discovery::native(on.of())?);
    let list = api.asset_partners(center, native, id(on)?, at).await.map_err(needs_admin)?;
    let (mut items, mut seen) = (Vec::new(), Sight::Full);
    for row in &list.rows {
        let Some(partner) = text(row, "bc_id") else { continue };
        let who = Principal::new(PARTNER, partner);
        let (share, sight) = find_share(api, center, native, on, &who).await?;
        items.extend(share.map(|held| Entitlement { name: text(row, "bc_name"), ..held }));
        seen = seen.and(sight);
    }
    let sight = if items.is_empty() { canary(api, center).await?.and(seen) } else { seen };
    Ok(Page { items, next: go_on("partners", list.next, Some("members")), sight })
}

/// None when the share is over; or, with partial sight, when it is not among what is looked through.
async fn find_share(
    api: &Api<'_>,
    center: &str,
    native: &str,
    on: &AssetRef,
    who: &Principal,
) -> Result<(Option<Entitlement>, Sight)> {
    let mut at = Cursor(None);
    for _ in 0..MAX_PAGES {
        let list = api.shared(center, &who.id, native, "SHARING", &at).await.map_err(needs_admin)?;
        if let Some(held) = list.rows.iter().find_map(|row| entitlement(on, who, row)) {
            return Ok((Some(held), Sight::Full));
        }
        match list.next {
            Some(next) => at = next,
            None => return Ok((None, Sight::Full)),
        }
    }
    let why = format!("more is shared with the Business Center {} than is looked through", who.id);
    Ok((None, Sight::Partial(why)))
}

/// Only Admins are told, and they are told of all.
async fn members(api: &Api<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let (center, native) = (center_of(on)?, discovery::native(on.of())?);
    let List { rows, next } = api.asset_members(center, native, id(on)?, at).await.map_err(needs_admin)?;
    let role = if native == "CATALOG" { "catalog_role" } else { "advertiser_role" };
    let items = rows.iter().filter_map(|row| member(on, center, row, text(row, role)));
    Ok(Page { items: items.collect(), next: go_on("members", next, None), sight: Sight::Full })
}

/// The Business Center's own log. Its permission can be left out: then TikTok refuses.
pub async fn log(cx: &Cx<'_>, side: Side, on: &AssetRef) -> Result<Vec<Happening>> {
    let center = center_of(on)?;
    let told = Api::new(cx, side)?.change_log(center).await?;
    let rows = told.get("changelog_list").and_then(Value::as_array);
    let rows = rows.ok_or_else(|| Error::unexpected("a log without lines"))?;
    let line = |row: &Value| {
        // Without a zone; it is UTC ("Get activity log", portal docs).
        let at: DateTime = text(row, "time")?.parse().ok()?;
        Some(Happening {
            at: at.to_zoned(TimeZone::UTC).ok()?.timestamp(),
            within: center.to_owned(),
            by: text(row, "operator_id"),
            what: text(row, "activity_log")?,
        })
    };
    Ok(rows.iter().filter_map(line).collect())
}

/// Business Centers that this one works with. TikTok names no role, and does not tell which of the two shares.
async fn partners_of_center(api: &Api<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let List { rows, next } = api.partners(id(on)?, at).await.map_err(needs_admin)?;
    let items = rows.iter().filter_map(|row| {
        Some(Entitlement {
            on: on.clone(),
            who: Principal::new(PARTNER, &text(row, "bc_id")?),
            name: text(row, "bc_name"),
            roles: Roles::from(["PARTNER".to_owned()]),
            state: EntitlementState::Active,
            path: Path::Direct,
            native_id: None,
            two_factor: None,
            until: None,
        })
    });
    let next = go_on("partners", next, Some("members"));
    Ok(Page { items: items.collect(), next, sight: Sight::Full })
}

/// Who is in the Business Center itself, or invited to it.
async fn people_of_center(api: &Api<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let center = id(on)?;
    let List { rows, next } = api.all_members(center, at).await.map_err(needs_admin)?;
    let items = rows.iter().filter_map(|row| {
        let finance = text(row, "ext_user_role.finance_role").map(|role| format!("FINANCE_{role}"));
        member(on, center, row, text(row, "user_role").into_iter().chain(finance))
    });
    Ok(Page { items: items.collect(), next: go_on("members", next, None), sight: Sight::Full })
}

/// Under the address that members are invited by.
fn member(
    on: &AssetRef,
    center: &str,
    row: &Value,
    roles: impl IntoIterator<Item = String>,
) -> Option<Entitlement> {
    let state = match text(row, "relation_status").as_deref() {
        Some("BOUND") | None => EntitlementState::Active,
        Some("PENDING") => EntitlementState::Pending { by: Party::Invitee, expires_at: None },
        // Rejected: nothing is there any more.
        Some(_) => return None,
    };
    let who = text(row, "user_email").or_else(|| text(row, "user_id"))?;
    Some(Entitlement {
        on: on.clone(),
        who: Principal::new(MEMBER, who).of(Some(center)),
        name: text(row, "user_name"),
        roles: roles.into_iter().collect(),
        state,
        path: Path::Direct,
        native_id: text(row, "user_id"),
        two_factor: None,
        until: None,
    })
}
