//! What a person can share at TikTok, Business Center by Business Center, with the reason where they cannot.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, AssetType};
use valetkey_sdk::connector::{Asset, Check, CheckState};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::{Api, text};

/// The name that the API has for one of our types.
pub fn native(of: &AssetType) -> Result<&'static str> {
    match of.as_str() {
        "ad_account" => Ok("ADVERTISER"),
        "catalog" => Ok("CATALOG"),
        "pixel" => Ok("PIXEL"),
        "tiktok_account" => Ok("TT_ACCOUNT"),
        other => Err(Error::unsupported(&format!("listing {other}"))),
    }
}

/// Sharing and inviting need an Admin of a Business Center that TikTok has enabled (TT-8, TT-17).
pub async fn centers(api: &Api<'_>, of: &AssetType, at: &Cursor) -> Result<Page<Asset>> {
    let list = api.centers(at).await?;
    let items = list.rows.iter().filter_map(|row| {
        let id = text(row, "bc_info.bc_id")?;
        let name = text(row, "bc_info.name").unwrap_or_else(|| id.clone());
        let status = text(row, "bc_info.status").unwrap_or_default();
        let admin = is_admin(row);
        let enabled = status == "ENABLE";
        Some(Asset {
            on: AssetRef::known(of, id, None),
            detail: text(row, "bc_info.currency"),
            checks: vec![
                check("admin", (!admin).then(|| Remedy::new("needs-admin").arg("center", &name))),
                check(
                    "enabled",
                    (!enabled).then(|| {
                        Remedy::new("center-not-enabled").arg("center", &name).arg("status", &status)
                    }),
                ),
            ],
            name,
        })
    });
    Ok(Page { items: items.collect(), next: list.next, sight: Sight::Full })
}

pub fn is_admin(row: &Value) -> bool {
    text(row, "user_role").as_deref() == Some("ADMIN")
}

/// Admins see all that is in the Business Center. Everybody else sees what they work on, and none of it can
/// be shared: that is said at the Business Center.
pub async fn assets(api: &Api<'_>, of: &AssetType, center: &str, at: &Cursor) -> Result<Page<Asset>> {
    let kind = native(of)?;
    let list = match api.assets(center, kind, false, at).await {
        Err(e) if e.kind == ErrorKind::Forbidden => api.own_assets(center, kind, at).await?,
        other => other?,
    };
    let items = list.rows.iter().filter_map(|row| asset(of, row, center));
    Ok(Page { items: items.collect(), next: list.next, sight: Sight::Full })
}

fn asset(of: &AssetType, row: &Value, center: &str) -> Option<Asset> {
    let id = text(row, "asset_id")?;
    let owner = text(row, "owner_bc_name").unwrap_or_else(|| "its owner".to_owned());
    let not_ours = match text(row, "relation_type").as_deref() {
        Some("OWNER_PARTNER") => Some(Remedy::new("not-owner").arg("owner", owner)),
        Some("OWNER_INDIVIDUAL") => Some(Remedy::new("not-in-center")),
        _ => None,
    };
    let waits = text(row, "relation_status").is_some_and(|status| status != "BOUND");
    Some(Asset {
        name: text(row, "asset_name").unwrap_or_else(|| id.clone()),
        detail: text(row, "pixel_code").or_else(|| Some(id.clone())),
        checks: vec![check("owner", not_ours), check("bound", waits.then(|| Remedy::new("not-bound")))],
        on: AssetRef::known(of, id, Some(center)),
    })
}

fn check(id: &str, failed: Option<Remedy>) -> Check {
    Check { id: id.into(), state: failed.map_or(CheckState::Ok, CheckState::Failed) }
}
