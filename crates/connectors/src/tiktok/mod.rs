//! TikTok: an agency's Business Center becomes partner on a client's ad accounts, or people join the client's.

mod api;
mod creators;
mod discovery;
mod errors;
mod everybody;
mod members;
mod profiles;
pub mod sim;
mod staff;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Party, Path, Principal, Roles, Side, Wish,
};
use valetkey_sdk::connector::{Asset, Connector, Cx, Happening, Identity, Outcome, Scan};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::Change;
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind, Result};

use self::api::{Api, List, text};
use self::errors::needs_admin;

inventory::submit!(crate::Known(platform));

fn platform() -> crate::Platform {
    crate::platform(
        include_str!("manifest.toml"),
        include_str!("words.en.ftl"),
        Some(Arc::new(Tiktok)),
        Some(|| Box::new(sim::TiktokSim::default())),
    )
    .with_guide(include_str!("guide.en.md"))
    .translated(Lang::De, include_str!("words.de.ftl"), Some(include_str!("guide.de.md")))
}

/// The connector. It keeps nothing between calls.
pub struct Tiktok;

#[async_trait]
impl Connector for Tiktok {
    /// Which permissions were allowed comes with the token, and is checked there.
    async fn identify(&self, cx: &Cx<'_>, side: Side) -> Result<Identity> {
        if creators::is_owner(cx, side) {
            return creators::identify(cx, side).await;
        }
        let me = Api::new(cx, side)?.user_info().await?;
        Ok(Identity {
            id: text(&me, "core_user_id").ok_or_else(|| Error::unexpected("a user without an id"))?,
            name: text(&me, "display_name").unwrap_or_default(),
            scopes: None,
        })
    }

    async fn discover(
        &self,
        cx: &Cx<'_>,
        side: Side,
        of: &AssetType,
        under: Option<&AssetRef>,
        at: Cursor,
    ) -> Result<Page<Asset>> {
        let api = Api::new(cx, side)?;
        match (of.as_str(), under.and_then(AssetRef::id)) {
            ("business_center", None) => discovery::centers(&api, of, &at).await,
            ("person", Some(center)) => staff::people(&api, of, center, &at).await,
            (_, Some(center)) => discovery::assets(&api, of, center, &at).await,
            _ => Err(Error::unsupported(&format!("listing {of}"))),
        }
    }

    async fn entitlements(
        &self,
        cx: &Cx<'_>,
        side: Side,
        on: &AssetRef,
        of: Option<&Principal>,
        at: Cursor,
    ) -> Result<Page<Entitlement>> {
        let Some(who) = of else {
            return match side {
                Side::Client => everybody::held(cx, on, &at).await,
                // What is received is received by one Business Center, which has to be named.
                Side::Agency => Err(Error::unsupported("reading without naming who")),
            };
        };
        if staff::is_staff(who) {
            return staff::assigned(cx, on, who, &at).await;
        }
        if profiles::is_profile(on) {
            return profiles::held(cx, on, who, &at).await;
        }
        match (side, members::is_member(who)) {
            (Side::Client, true) => members::held(cx, on, who, &at).await,
            (Side::Client, false) => sharing(&Api::new(cx, side)?, on, who, &at).await,
            (Side::Agency, false) => received(&Api::new(cx, side)?, on, who, &at).await,
            (Side::Agency, true) => Err(Error::unsupported("reading a member from this side")),
        }
    }

    async fn grant(&self, cx: &Cx<'_>, wish: &Wish, seen: Option<&Entitlement>) -> Result<Outcome> {
        if members::is_member(&wish.who) {
            return members::give(cx, wish).await;
        }
        if staff::is_staff(&wish.who) {
            return staff::assign(cx, wish).await;
        }
        if wish.on.of().as_str() != "ad_account" {
            return Err(Error::rejected(Remedy::new("guided"), "TikTok's API shares ad accounts only"));
        }
        let (roles, facts) = (wish.roles(), cx.manifest.asset(wish.on.of())?);
        let held = seen.filter(|_| facts.change == Change::RaiseOnly);
        if held.is_some_and(|held| !facts.closure(&held.roles).is_subset(&facts.closure(&roles))) {
            return Err(Error::rejected(Remedy::new("lower-in-two-steps"), "TikTok does not lower in place"));
        }
        let api = Api::new(cx, Side::Client)?;
        let shared =
            api.add_partner(center_of(&wish.on)?, &wish.who.id, id(&wish.on)?, only_role(&roles)?).await;
        shared.map_err(needs_admin)?;
        Ok(Outcome::Taken)
    }

    async fn scan(&self, cx: &Cx<'_>, of: &AssetType, who: &Principal) -> Result<Scan> {
        match of.as_str() {
            profiles::TYPE => profiles::scan(cx, who).await,
            other => Err(Error::unsupported(&format!("a code to scan for {other}"))),
        }
    }

    async fn activity(&self, cx: &Cx<'_>, side: Side, on: &AssetRef) -> Result<Vec<Happening>> {
        match side {
            Side::Client => everybody::log(cx, side, on).await,
            // The agency's own log tells of other clients too.
            Side::Agency => Err(Error::unsupported("reading what was done from this side")),
        }
    }

    async fn revoke(&self, cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
        if members::is_member(&held.who) {
            return members::take(cx, held).await;
        }
        if staff::is_staff(&held.who) {
            return staff::unassign(cx, held).await;
        }
        if profiles::is_profile(&held.on) {
            return profiles::take(cx, held).await;
        }
        let api = Api::new(cx, Side::Client)?;
        let kind = discovery::native(held.on.of())?;
        let gone = api.remove_from_partner(center_of(&held.on)?, &held.who.id, kind, id(&held.on)?).await;
        gone.map_err(needs_admin)?;
        Ok(Outcome::Taken)
    }
}

/// The client's view: what its Business Center shares with this partner.
async fn sharing(api: &Api<'_>, on: &AssetRef, who: &Principal, at: &Cursor) -> Result<Page<Entitlement>> {
    let center = center_of(on)?;
    let list = match api.shared(center, &who.id, discovery::native(on.of())?, "SHARING", at).await {
        // Whether somebody who is no partner is answered so or with an empty list is not documented.
        Err(e) if e.kind == ErrorKind::NotFound => List { rows: Vec::new(), next: None },
        other => other.map_err(needs_admin)?,
    };
    let items: Vec<_> = list.rows.iter().filter_map(|row| entitlement(on, who, row)).collect();
    let sight = if items.is_empty() { canary(api, center).await? } else { Sight::Full };
    Ok(Page { items, next: list.next, sight })
}

/// The agency's view: what it received. Strongest, and outlives the client's sign-in.
async fn received(api: &Api<'_>, on: &AssetRef, who: &Principal, at: &Cursor) -> Result<Page<Entitlement>> {
    let kind = discovery::native(on.of())?;
    let list = api.assets(&who.id, kind, true, at).await.map_err(needs_admin)?;
    let items: Vec<_> = list.rows.iter().filter_map(|row| entitlement(on, who, row)).collect();
    let sight = if items.is_empty() { canary(api, &who.id).await? } else { Sight::Full };
    Ok(Page { items, next: list.next, sight })
}

/// A row about this asset; a partner that has not said yes yet is waited for.
fn entitlement(on: &AssetRef, who: &Principal, row: &Value) -> Option<Entitlement> {
    if text(row, "asset_id").as_deref() != on.id() {
        return None;
    }
    let roles: Roles = match on.of().as_str() {
        "ad_account" => text(row, "advertiser_role").into_iter().collect(),
        "catalog" => text(row, "catalog_role").into_iter().collect(),
        _ => Roles::from(["USE".to_owned()]),
    };
    let state = match text(row, "relation_status").as_deref() {
        Some("PENDING") => EntitlementState::Pending { by: Party::AgencyAdmin, expires_at: None },
        Some("UNBOUND" | "REJECTED") => return None,
        _ => EntitlementState::Active,
    };
    Some(Entitlement {
        on: on.clone(),
        who: who.clone(),
        name: None,
        roles,
        state,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    })
}

/// An empty list proves something only to an Admin, who sees all of the Business Center.
async fn canary(api: &Api<'_>, center: &str) -> Result<Sight> {
    let sees = api.center(center).await?.is_some_and(|row| discovery::is_admin(&row));
    Ok(match sees {
        true => Sight::Full,
        false => {
            Sight::Partial("the person who signed in is no Admin of the Business Center any more".into())
        }
    })
}

/// The Business Center that an asset lies in, or that it is.
fn center_of(on: &AssetRef) -> Result<&str> {
    let center = if on.of().as_str() == "business_center" { on.id() } else { on.parent() };
    center.ok_or_else(|| Error::unexpected("the asset's Business Center is not known"))
}

fn id(on: &AssetRef) -> Result<&str> {
    on.id().ok_or_else(|| Error::unexpected("the asset's id is not known yet"))
}

/// At TikTok somebody holds one role on an ad account, which includes the lower ones.
fn only_role(roles: &Roles) -> Result<&str> {
    let mut roles = roles.iter();
    match (roles.next(), roles.next()) {
        (Some(role), None) => Ok(role),
        _ => Err(Error::unexpected("one role can be given at a time")),
    }
}
