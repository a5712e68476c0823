//! What a platform lists for whoever signed in: kept on the server, picked by index.

use serde::{Deserialize, Serialize};
use valetkey_sdk::access::{AssetRef, AssetType, Level, Roles, Side};
use valetkey_sdk::connector::{Asset, Connector, Cx};
use valetkey_sdk::page::Cursor;
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind, Result};

/// The most assets that are listed for one card.
const MAX_ASSETS: usize = 5_000;

/// What is asked of one asset type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    #[serde(rename = "type")]
    pub of: AssetType,
    pub level: Level,
    /// Native roles instead of the level's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native_roles: Option<Roles>,
    /// Only this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// Everything that was listed, in the order shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub entries: Vec<Entry>,
    /// Types of which there is nothing to choose.
    pub missing: Vec<Missing>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub asset: Asset,
    /// The container's name; none outside any container.
    pub container: Option<String>,
    pub level: Level,
    pub roles: Roles,
    pub blocked: Option<Remedy>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    #[serde(rename = "type")]
    pub of: AssetType,
    pub remedy: Remedy,
}

impl Offer {
    /// Exactly one that can be shared: it is ticked already. So is one that was asked for by id.
    pub fn is_ticked(&self, asks: &[Ask], index: usize) -> bool {
        let Some(entry) = self.entries.get(index).filter(|e| e.blocked.is_none()) else { return false };
        let of = entry.asset.on.of();
        let named = asks.iter().any(|a| &a.of == of && a.external_id.as_deref() == entry.asset.on.id());
        let free = self.entries.iter().filter(|e| e.asset.on.of() == of && e.blocked.is_none()).count();
        named || free == 1
    }
}

/// Lists everything that the asks are about.
pub async fn list(connector: &dyn Connector, cx: &Cx<'_>, asks: &[Ask]) -> Result<Offer> {
    let mut offer = Offer::default();
    for ask in asks {
        let facts = cx.manifest.asset(&ask.of)?;
        let level = facts.levels.get(&ask.level);
        let level = level.ok_or_else(|| Error::unexpected(format!("{} has no such level", ask.of)))?;
        let roles = ask.native_roles.clone().unwrap_or_else(|| level.roles.clone());
        let before = offer.entries.len();
        let parents = match &facts.parent {
            Some(parent) => Some(all(connector, cx, parent, None).await?),
            None => None,
        };
        for parent in parents.iter().flatten() {
            let blocked = parent.blocked().filter(|_| facts.parent_checks);
            let inside = all(connector, cx, &ask.of, Some(&parent.on)).await?;
            let entry = |asset: Asset| Entry {
                container: Some(parent.name.clone()),
                level: ask.level,
                roles: roles.clone(),
                blocked: asset.blocked().or(blocked).cloned(),
                asset,
            };
            offer.entries.extend(inside.into_iter().map(entry));
        }
        let outside = all(connector, cx, &ask.of, None).await?;
        let entry = |asset: Asset| Entry {
            container: None,
            level: ask.level,
            roles: roles.clone(),
            blocked: asset.blocked().cloned(),
            asset,
        };
        offer.entries.extend(outside.into_iter().map(entry));
        if let Some(id) = &ask.external_id {
            let wanted = |e: &Entry| e.asset.on.of() != &ask.of || e.asset.on.id() == Some(id);
            offer.entries.retain(wanted);
        }
        if offer.entries.len() > MAX_ASSETS {
            return Err(Error::unexpected("more assets than one card can list").with("limit", MAX_ASSETS));
        }
        if offer.entries.len() == before {
            let alone = parents.as_ref().is_some_and(Vec::is_empty);
            let remedy = Remedy::new(if alone { "no-container" } else { "no-asset" });
            offer.missing.push(Missing { of: ask.of.clone(), remedy });
        }
    }
    Ok(offer)
}

/// All pages of one listing; a type that lists nothing outside containers is simply empty there.
pub async fn all(
    connector: &dyn Connector,
    cx: &Cx<'_>,
    of: &AssetType,
    under: Option<&AssetRef>,
) -> Result<Vec<Asset>> {
    every_page(connector, cx, Side::Client, of, under).await
}

pub async fn every_page(
    connector: &dyn Connector,
    cx: &Cx<'_>,
    side: Side,
    of: &AssetType,
    under: Option<&AssetRef>,
) -> Result<Vec<Asset>> {
    let (mut found, mut at) = (Vec::new(), Cursor(None));
    loop {
        let page = match connector.discover(cx, side, of, under, at).await {
            Ok(page) => page,
            Err(e) if e.kind == ErrorKind::Unsupported && under.is_none() => return Ok(found),
            Err(e) => return Err(e),
        };
        found.extend(page.items);
        match page.next {
            Some(next) if found.len() <= MAX_ASSETS => at = next,
            _ => return Ok(found),
        }
    }
}
