//! TikTok accounts that an agency's Business Center may deliver ads with (TT-16, TT-24 to TT-27, TT-37 to TT-42).
//!
//! Its owner scans a code that the agency's Business Center makes, or an Admin of the client's shares it by hand.
//! Either way it shows in the agency's Business Center, and only there it can be read.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, Entitlement, EntitlementState, Path, Principal, Side};
use valetkey_sdk::connector::{Cx, Outcome, Scan};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, Result};

use super::api::{Api, text};
use super::errors::needs_admin;
use super::{canary, id};

pub const TYPE: &str = "tiktok_account";
pub const NATIVE: &str = "TT_ACCOUNT";

pub fn is_profile(on: &AssetRef) -> bool {
    on.of().as_str() == TYPE
}

/// What is in the agency's Business Center, however it came there.
pub async fn held(cx: &Cx<'_>, on: &AssetRef, who: &Principal, at: &Cursor) -> Result<Page<Entitlement>> {
    let (api, wanted) = (Api::new(cx, Side::Agency)?, id(on)?);
    let list = api.assets(&who.id, NATIVE, false, at).await.map_err(needs_admin)?;
    let row = list.rows.iter().find(|row| is(row, wanted));
    let items: Vec<_> = row.map(|row| entitlement(on, who, row)).into_iter().collect();
    let sight = if items.is_empty() { canary(&api, &who.id).await? } else { Sight::Full };
    Ok(Page { items, next: list.next, sight })
}

/// By the id in Business Center, or by the name after the @, which is all that a client knows of it.
fn is(row: &Value, wanted: &str) -> bool {
    let name = wanted.trim_start_matches('@');
    let named = |field| text(row, field).is_some_and(|found| found.eq_ignore_ascii_case(name));
    text(row, "asset_id").as_deref() == Some(wanted) || named("tt_asset_handle") || named("asset_name")
}

pub fn entitlement(on: &AssetRef, who: &Principal, row: &Value) -> Entitlement {
    let roles = row.get("tt_account_roles").and_then(Value::as_array);
    Entitlement {
        on: on.clone(),
        who: who.clone(),
        name: None,
        roles: roles.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
        state: EntitlementState::Active,
        path: Path::Direct,
        native_id: text(row, "asset_id"),
        two_factor: None,
        until: None,
    }
}

/// TikTok says that the code ends, and not when.
pub async fn scan(cx: &Cx<'_>, who: &Principal) -> Result<Scan> {
    let made = Api::new(cx, Side::Agency)?.authorization(&who.id).await.map_err(needs_admin)?;
    let address = text(&made, "bc_auth_qr_code").ok_or_else(|| Error::unexpected("no code came"))?;
    Ok(Scan { address, until: None })
}

pub async fn take(cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
    let account =
        held.native_id.as_deref().ok_or_else(|| Error::unexpected("the account's id is not known"))?;
    let gone = Api::new(cx, Side::Agency)?.remove_from_center(&held.who.id, NATIVE, account).await;
    gone.map_err(needs_admin)?;
    Ok(Outcome::Taken)
}
