//! What a platform lists for whoever signed in: kept on the server, picked by index.

use serde::{Deserialize, Serialize};
use valetkey_sdk::access::{AssetRef, AssetType, Level, Roles, Side};
use valetkey_sdk::connector::{Asset, Connector, Cx};
use valetkey_sdk::manifest::AssetFacts;
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
    /// Where the platform's own pages ask something along the way (`question` in its facts), yes is wished for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wants_yes: bool,
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
    /// The grantee holds this already, as it was read when the account was chosen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// The grantee holds these, which are more than is asked for, and the platform does not lower in place: an
    /// approval takes them away and gives what is asked for. Read when the account was chosen.
    #[serde(default, skip_serializing_if = "Roles::is_empty")]
    pub lowers: Roles,
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

/// Lists everything that the asks are about, each type once.
pub async fn list(connector: &dyn Connector, cx: &Cx<'_>, asks: &[Ask]) -> Result<Offer> {
    let mut offer = Offer::default();
    let mut types: Vec<&AssetType> = Vec::new();
    for ask in asks {
        if types.contains(&&ask.of) {
            continue;
        }
        types.push(&ask.of);
        let facts = cx.manifest.asset(&ask.of)?;
        let before = offer.entries.len();
        let parents = match &facts.parent {
            Some(parent) => Some(all(connector, cx, parent, None).await?),
            None => None,
        };
        for parent in parents.iter().flatten() {
            for asset in all(connector, cx, &ask.of, Some(&parent.on)).await? {
                offer.entries.extend(entry(facts, asks, asset, Some(parent))?);
            }
        }
        for asset in all(connector, cx, &ask.of, None).await? {
            offer.entries.extend(entry(facts, asks, asset, None)?);
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

/// An asset as the ask that names it wants it, or else as the one for any of its type; none when nobody asked.
fn entry(facts: &AssetFacts, asks: &[Ask], asset: Asset, parent: Option<&Asset>) -> Result<Option<Entry>> {
    let wanted = |id: Option<&str>| asks.iter().find(|a| a.of == facts.of && a.external_id.as_deref() == id);
    let named = asset.on.id().and_then(|id| wanted(Some(id)));
    let Some(ask) = named.or_else(|| wanted(None)) else { return Ok(None) };
    let level = facts.levels.get(&ask.level);
    let level = level.ok_or_else(|| Error::unexpected(format!("{} has no such level", ask.of)))?;
    Ok(Some(Entry {
        container: parent.map(|p| p.name.clone()),
        level: ask.level,
        roles: ask.native_roles.clone().unwrap_or_else(|| level.roles.clone()),
        held: false,
        lowers: Roles::new(),
        blocked: asset
            .blocked()
            .or_else(|| parent.filter(|_| facts.parent_checks).and_then(Asset::blocked))
            .cloned(),
        asset,
    }))
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
