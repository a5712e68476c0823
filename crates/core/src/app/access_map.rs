//! Who has access to what of one client, as the platforms themselves said it when they were read last.

mod asking;
pub mod export;

pub mod findings;
pub mod lines;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use valetkey_sdk::access::{AssetRef, Entitlement, Principal, Side};
use valetkey_sdk::connector::Happening;
use valetkey_sdk::page::Sight;

use super::{AppError, client_access, grants};
use crate::desk::Desk;
use crate::engine::state::grant::Grant;
use crate::store::Scope;
use crate::store::clients::Client;
use crate::store::grantees::Grantee;
use crate::store::grants::GrantRow;

pub use findings::Finding;
pub use read::{Done, read_now};

/// Everything that is known about access to one client's accounts.
pub struct AccessMap {
    pub assets: Vec<Asset>,
    pub findings: Vec<Finding>,
    /// The agency's own, at all platforms.
    grantees: Vec<Grantee>,
}

/// One account on which there is, or was, a grant of this client, or a container in which there is one.
pub struct Asset {
    pub platform: String,
    pub on: AssetRef,
    /// Its id at the platform, or ours where that is not known.
    pub id: String,
    pub name: String,
    pub grants: Vec<Granted>,
    /// Grants inside a container, one of each sign-in, whose sign-ins read it.
    via: Vec<GrantRow>,
    /// The last reading that worked, and when it was in milliseconds.
    pub reading: Option<(Reading, i64)>,
    /// When the last try was.
    pub tried_at: Option<i64>,
    /// Why the last try failed.
    pub problem: Option<String>,
}

pub struct Granted {
    pub row: GrantRow,
    pub grant: Grant,
}

/// What one reading of an asset showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub rows: Vec<Row>,
    pub looks: Vec<Look>,
    /// What could not be read besides, as sentences.
    #[serde(default)]
    pub gaps: Vec<String>,
    /// What the platform's own log tells of the container that the asset lies in, newest first.
    #[serde(default)]
    pub happened: Vec<Happening>,
}

/// Somebody who has access, and whose sign-in showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub by: Side,
    pub seen: Entitlement,
}

/// One question to the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Only this one was asked for; none asks for everybody.
    pub of: Option<Principal>,
    pub by: Side,
    pub sight: Sight,
}

impl Asset {
    fn unread(platform: &str, on: AssetRef, id: String, name: String) -> Self {
        let (grants, via, platform) = (Vec::new(), Vec::new(), platform.to_owned());
        Self { platform, on, id, name, grants, via, reading: None, tried_at: None, problem: None }
    }

    /// The grants whose sign-ins can read it.
    fn read_by(&self) -> impl Iterator<Item = &GrantRow> {
        self.grants.iter().map(|g| &g.row).chain(&self.via).filter(|row| row.is_share())
    }

    /// One word that names it among all assets of all platforms.
    pub fn key(&self) -> String {
        asset_key(&self.platform, self.on.of().as_str(), &self.id)
    }

    /// What people read as its id.
    pub fn shown_id(&self) -> &str {
        self.grants.first().map_or(&self.id, |g| g.row.shown_id())
    }

    pub fn rows(&self) -> &[Row] {
        self.reading.as_ref().map_or(&[], |(reading, _)| &reading.rows)
    }

    /// What the platform's log told when it was read last.
    pub fn happened(&self) -> &[Happening] {
        self.reading.as_ref().map_or(&[], |(reading, _)| &reading.happened)
    }

    /// The grants that are there, or may be.
    fn there(&self) -> impl Iterator<Item = &Granted> {
        self.grants.iter().filter(|g| client_access::is_there(&g.row))
    }
}

impl Reading {
    /// What its reader has to know before concluding anything from what is not in it.
    pub fn limits(&self) -> Vec<String> {
        let mut out = Vec::new();
        if !self.looks.iter().any(|look| look.of.is_none()) {
            out.push(
                "Only whom we asked for by name was read: from this side the platform does not list everybody."
                    .to_owned(),
            );
        }
        let partial = self.looks.iter().filter_map(|look| match &look.sight {
            Sight::Full => None,
            Sight::Partial(why) => Some(format!("Perhaps not everything was shown: {why}.")),
        });
        out.extend(partial.chain(self.gaps.iter().cloned()));
        let mut said = BTreeSet::new();
        out.retain(|line| said.insert(line.clone()));
        out
    }
}

/// Names an asset in addresses.
pub fn asset_key(platform: &str, of: &str, id: &str) -> String {
    format!("{platform}:{of}:{id}")
}

/// Names somebody in addresses.
pub fn who_key(platform: &str, who: &Principal) -> String {
    format!("{platform}:{}:{}", who.kind, who.id)
}

/// What was read last, with what follows from it. Nothing is called.
pub async fn of_client(desk: &Desk, scope: &Scope, client: &Client) -> Result<AccessMap, AppError> {
    let assets = assets(desk, scope, client).await?;
    let grantees = desk.store.list_grantees(scope).await?;
    let findings = findings::of_client(desk, &assets, &grantees);
    Ok(AccessMap { assets, findings, grantees })
}

/// Every asset that the client has a grant on, with what was read of it last.
async fn assets(desk: &Desk, scope: &Scope, client: &Client) -> Result<Vec<Asset>, AppError> {
    let mut found: BTreeMap<(usize, String, String), Asset> = BTreeMap::new();
    for row in client_access::list_grants(desk, scope, client).await? {
        let grant = grants::state(&row)?;
        let order = desk.registry.iter().position(|p| p.manifest.id == row.platform).unwrap_or(usize::MAX);
        let around = container(desk, &row.platform, &grant.wish.on).filter(|_| row.is_share());
        if let Some(on) = around {
            let id = on.id().unwrap_or_default().to_owned();
            let name = row.parent_name.clone().unwrap_or_else(|| id.clone());
            let key = (order, on.of().to_string(), id.clone());
            let around = found.entry(key).or_insert_with(|| Asset::unread(&row.platform, on, id, name));
            if !around.via.iter().any(|other| other.item_id == row.item_id) {
                around.via.push(row.clone());
            }
        }
        let key = (order, row.asset_type.clone(), row.asset_id.clone());
        let asset = found.entry(key).or_insert_with(|| {
            let (id, name) = (row.asset_id.clone(), row.asset_name.clone());
            Asset::unread(&row.platform, grant.wish.on.clone(), id, name)
        });
        asset.grants.push(Granted { row, grant });
    }
    for kept in desk.store.list_access_readings(scope, &client.id).await? {
        let key = asset_key(&kept.platform, &kept.asset_type, &kept.asset_id);
        for asset in found.values_mut().filter(|a| a.key() == key) {
            // What another version of this program wrote differently is read anew.
            let read = |(text, at): &(String, i64)| Some((serde_json::from_str(text).ok()?, *at));
            asset.reading = kept.reading.as_ref().and_then(read);
            (asset.tried_at, asset.problem) = (Some(kept.tried_at), kept.problem.clone());
        }
    }
    let mut all: Vec<_> = found.into_iter().collect();
    all.sort_by(|((a, ..), x), ((b, ..), y)| (a, &x.name, &x.id).cmp(&(b, &y.name, &y.id)));
    Ok(all.into_iter().map(|(_, asset)| asset).collect())
}

/// What the asset lies in, where it is listed who is in that.
fn container(desk: &Desk, platform: &str, on: &AssetRef) -> Option<AssetRef> {
    let manifest = &desk.registry.find(platform)?.manifest;
    let parent = manifest.find_asset(on.of())?.parent.as_ref()?;
    let is_mapped = manifest.find_asset(parent).is_some_and(|facts| facts.mapped);
    is_mapped.then(|| Some(AssetRef::known(parent, on.parent()?, None)))?
}

/// How people call somebody: as the platform shows it, or as the agency named its own.
pub fn name_of<'a>(row: &'a Entitlement, platform: &str, grantees: &'a [Grantee]) -> &'a str {
    let ours = grantees.iter().find(|g| g.platform == platform && is(g, &row.who)).map(|g| g.label.as_str());
    row.name.as_deref().filter(|name| !name.is_empty()).or(ours).unwrap_or(&row.who.id)
}

fn is(grantee: &Grantee, who: &Principal) -> bool {
    grantee.kind == who.kind && grantee.external_id == who.id
}
