//! What a person can share at GitHub, with the reason where they cannot.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, AssetType};
use valetkey_sdk::call;
use valetkey_sdk::connector::{Asset, Check, CheckState};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::{Api, List, text};
use super::errors;

/// Whoever signed in: that is what proves a grantee.
pub async fn own_account(api: &Api<'_>, of: &AssetType) -> Result<Page<Asset>> {
    let me = api.get(call!("who signed in"), "/user").await?.body;
    let login = text(&me, "login").ok_or_else(|| Error::unexpected("a profile without a login"))?;
    let name = text(&me, "name").map_or_else(|| login.clone(), |name| format!("{name} ({login})"));
    Ok(Page::whole(vec![Asset {
        on: AssetRef::known(of, login, None),
        name,
        detail: None,
        checks: Vec::new(),
    }]))
}

/// The person's organizations; inviting people takes an owner. Those behind a single sign-on that was not
/// passed are left out by GitHub, and shown here with the reason.
pub async fn organizations(api: &Api<'_>, of: &AssetType, at: &Cursor) -> Result<Page<Asset>> {
    let list =
        api.list(call!("own organizations"), "/user/memberships/orgs", &[("state", "active")], at).await?;
    let shown = list.rows.iter().filter_map(|row| {
        let login = text(row, "organization.login")?;
        let owner = text(row, "role").as_deref() == Some("admin");
        let remedy = || Remedy::new("needs-owner").arg("organization", &login);
        Some(Asset {
            on: AssetRef::known(of, &login, None),
            detail: text(row, "organization.description"),
            checks: vec![check("owner", (!owner).then(remedy))],
            name: login,
        })
    });
    let mut items: Vec<_> = shown.collect();
    items.extend(list.hidden.iter().map(|id| Asset {
        on: AssetRef::known(of, id, None),
        name: format!("Organization {id}"),
        detail: Some("single sign-on".into()),
        checks: vec![check("single-sign-on", Some(errors::hidden_by_single_sign_on(id)))],
    }));
    let sight = match list.hidden.is_empty() {
        true => Sight::Full,
        false => Sight::Partial("organizations with single sign-on were left out".into()),
    };
    Ok(Page { items, next: list.next, sight })
}

pub async fn teams(api: &Api<'_>, of: &AssetType, org: &str, at: &Cursor) -> Result<Page<Asset>> {
    let list = api.list(call!("teams"), &format!("/orgs/{org}/teams"), &[], at).await;
    page(list, |row| {
        let slug = text(row, "slug")?;
        Some(Asset {
            on: AssetRef::known(of, format!("{org}/{slug}"), Some(org)),
            name: text(row, "name").unwrap_or(slug),
            detail: text(row, "description"),
            checks: Vec::new(),
        })
    })
}

pub async fn repositories(api: &Api<'_>, of: &AssetType, org: &str, at: &Cursor) -> Result<Page<Asset>> {
    let list = api.list(call!("repositories"), &format!("/orgs/{org}/repos"), &[], at).await;
    page(list, |row| repository(of, row, Some(org)))
}

/// Repositories of the person's own account.
pub async fn own_repositories(api: &Api<'_>, of: &AssetType, at: &Cursor) -> Result<Page<Asset>> {
    let list = api.list(call!("own repositories"), "/user/repos", &[("affiliation", "owner")], at).await;
    page(list, |row| repository(of, row, None))
}

fn repository(of: &AssetType, row: &Value, org: Option<&str>) -> Option<Asset> {
    let admin = row.pointer("/permissions/admin").and_then(Value::as_bool) == Some(true);
    let visibility = text(row, "visibility").unwrap_or_default();
    Some(Asset {
        on: AssetRef::known(of, text(row, "full_name")?, org),
        name: text(row, "name")?,
        detail: Some(match text(row, "description") {
            Some(words) => format!("{visibility}, {words}"),
            None => visibility,
        }),
        checks: vec![check("admin", (!admin).then(|| Remedy::new("needs-admin")))],
    })
}

fn check(id: &str, failed: Option<Remedy>) -> Check {
    Check { id: id.into(), state: failed.map_or(CheckState::Ok, CheckState::Failed) }
}

/// What is inside an organization that lets this sign-in not in is simply not listed: the organization
/// itself says why, and the others go on.
fn page(list: Result<List>, asset: impl Fn(&Value) -> Option<Asset>) -> Result<Page<Asset>> {
    match list {
        Ok(list) => Ok(Page {
            items: list.rows.iter().filter_map(asset).collect(),
            next: list.next,
            sight: Sight::Full,
        }),
        Err(e) if matches!(e.kind, ErrorKind::Rejected(_) | ErrorKind::NotFound | ErrorKind::Forbidden) => {
            Ok(Page { items: Vec::new(), next: None, sight: Sight::Partial(e.to_string()) })
        }
        Err(e) => Err(e),
    }
}
