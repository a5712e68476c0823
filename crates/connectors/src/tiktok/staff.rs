//! People of the agency's own Business Center: assigned to ad accounts and TikTok accounts that it received (TT-41).

use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Path, Principal, Roles, Side, Wish,
};
use valetkey_sdk::connector::{Asset, Cx, Outcome};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::{Api, text};
use super::{canary, discovery, id, only_role, profiles};

pub fn is_staff(who: &Principal) -> bool {
    who.kind == "person"
}

/// Who has joined a Business Center; only its Admins are told.
pub async fn people(api: &Api<'_>, of: &AssetType, center: &str, at: &Cursor) -> Result<Page<Asset>> {
    let list = api.joined(center, at).await?;
    let items = list.rows.iter().filter_map(|row| {
        let id = text(row, "user_id")?;
        Some(Asset {
            name: text(row, "user_name").unwrap_or_else(|| id.clone()),
            on: AssetRef::known(of, id, Some(center)),
            detail: text(row, "user_role"),
            checks: Vec::new(),
        })
    });
    Ok(Page { items: items.collect(), next: list.next, sight: Sight::Full })
}

/// One of the agency's people on a TikTok account: no call lists everybody on it.
async fn on_profile(cx: &Cx<'_>, on: &AssetRef, who: &Principal, at: &Cursor) -> Result<Page<Entitlement>> {
    let (api, center, account) = (Api::new(cx, Side::Agency)?, center_of(who)?, id(on)?);
    let (rows, next) = match api.works_on(center, &who.id, profiles::NATIVE, at).await {
        Ok(list) => (list.rows, list.next),
        // Nobody of this Business Center any more.
        Err(e) if e.kind == ErrorKind::NotFound => (Vec::new(), None),
        Err(e) => return Err(e),
    };
    let row = rows.iter().find(|row| text(row, "asset_id").as_deref() == Some(account));
    let items: Vec<_> = row.map(|row| profiles::entitlement(on, who, row)).into_iter().collect();
    let sight = if items.is_empty() { canary(&api, center).await? } else { Sight::Full };
    Ok(Page { items, next, sight })
}

/// The agency's people on an ad account. Before the share TikTok refuses to tell: then nobody is assigned.
pub async fn assigned(cx: &Cx<'_>, on: &AssetRef, who: &Principal, at: &Cursor) -> Result<Page<Entitlement>> {
    if profiles::is_profile(on) {
        return on_profile(cx, on, who, at).await;
    }
    let (api, center) = (Api::new(cx, Side::Agency)?, center_of(who)?);
    let (rows, next) = match api.asset_members(center, "ADVERTISER", id(on)?, at).await {
        Ok(list) => (list.rows, list.next),
        Err(e) if e.kind == ErrorKind::Forbidden => (Vec::new(), None),
        Err(e) => return Err(e),
    };
    let items = rows.iter().filter_map(|row| {
        let roles: Roles = text(row, "advertiser_role").into_iter().collect();
        Some(Entitlement {
            on: on.clone(),
            who: Principal::new("person", text(row, "user_id")?).of(Some(center)),
            name: text(row, "user_name"),
            roles,
            state: EntitlementState::Active,
            path: Path::Direct,
            native_id: None,
            two_factor: None,
            until: None,
        })
    });
    let items: Vec<_> = items.collect();
    let sees = items.iter().any(|row| row.who.is(who));
    let sight = if sees { Sight::Full } else { canary(&api, center).await? };
    Ok(Page { items, next, sight })
}

/// Assigns, or replaces what is assigned.
pub async fn assign(cx: &Cx<'_>, wish: &Wish) -> Result<Outcome> {
    let (api, roles) = (Api::new(cx, Side::Agency)?, wish.roles());
    let (center, who, on) = (center_of(&wish.who)?, &wish.who.id, id(&wish.on)?);
    let assigned = match profiles::is_profile(&wish.on) {
        true => api.assign_profile(center, who, on, &roles).await,
        false => api.assign(center, who, on, only_role(&roles)?).await,
    };
    assigned.map_err(explain)?;
    Ok(Outcome::Taken)
}

pub async fn unassign(cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
    let api = Api::new(cx, Side::Agency)?;
    let of = discovery::native(held.on.of())?;
    api.unassign(center_of(&held.who)?, &held.who.id, of, id(&held.on)?).await.map_err(explain)?;
    Ok(Outcome::Taken)
}

fn center_of(who: &Principal) -> Result<&str> {
    who.within.as_deref().ok_or_else(|| Error::unexpected("the person's Business Center is not known"))
}

fn explain(e: Error) -> Error {
    match e.kind {
        ErrorKind::Forbidden => e.with_kind(ErrorKind::Rejected(Box::new(Remedy::new("not-assignable")))),
        _ => e,
    }
}
