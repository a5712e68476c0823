//! The map as lines, one for each access that somebody has: what the page, the files and the API show alike.

use jiff::Timestamp;
use valetkey_connectors::Platform;
use valetkey_sdk::access::{AssetRef, AssetType, EntitlementState, Party, Path, Roles, Side};

use super::{AccessMap, Asset, Row, asset_key, name_of, who_key};
use crate::desk::Desk;

/// One access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The platform's id, and its name.
    pub platform: String,
    pub platform_name: String,
    pub asset: Named,
    pub who: Named,
    /// The id of the container that a person or system user belongs to.
    pub within: Option<String>,
    /// The platform’s own names.
    pub roles: Vec<String>,
    /// Whose yes is missing, and until when it can be said; none when the access is active.
    pub pending: Option<(Party, Option<Timestamp>)>,
    pub until: Option<Timestamp>,
    /// Whether this person signs in with a second factor, where the platform tells.
    pub two_factor: Option<bool>,
    /// The asset that it flows from; none when it is held on this one itself.
    pub from: Option<Named>,
    pub read_by: Side,
    /// Milliseconds.
    pub read_at: i64,
}

/// A thing or somebody on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Names it among all platforms.
    pub key: String,
    pub kind: String,
    /// The kind in the platform's own words.
    pub kind_name: String,
    pub id: String,
    pub name: String,
}

/// Which lines somebody asked for. Nothing given: all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words that a line must have, in any order.
    pub q: String,
    /// The key of an asset: who can do what on it?
    pub asset: Option<String>,
    /// The key of somebody: what can they do?
    pub who: Option<String>,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        self.q.trim().is_empty() && self.asset.is_none() && self.who.is_none()
    }

    fn takes(&self, line: &Line) -> bool {
        let is = |wanted: &Option<String>, key: &str| wanted.as_ref().is_none_or(|wanted| wanted == key);
        is(&self.asset, &line.asset.key) && is(&self.who, &line.who.key) && self.finds(line)
    }

    fn finds(&self, line: &Line) -> bool {
        let mut text = vec![line.platform_name.as_str()];
        for named in [&line.asset, &line.who] {
            text.extend([named.kind_name.as_str(), &named.id, &named.name]);
        }
        text.extend(line.roles.iter().map(String::as_str));
        text.push(line.state());
        let text = text.join(" ").to_lowercase();
        self.q.split_whitespace().all(|word| text.contains(&word.to_lowercase()))
    }
}

impl Line {
    pub fn state(&self) -> &'static str {
        if self.pending.is_some() { "pending" } else { "active" }
    }
}

/// The lines that fit, asset by asset; partners before people, each by name.
pub fn of(desk: &Desk, map: &AccessMap, filter: &Filter) -> Vec<Line> {
    let mut out = Vec::new();
    for asset in &map.assets {
        let (Some((reading, read_at)), Some(platform)) =
            (&asset.reading, desk.registry.find(&asset.platform))
        else {
            continue;
        };
        let line = |row: &Row| line(platform, map, asset, row, *read_at);
        let mut own: Vec<_> = reading.rows.iter().map(line).filter(|line| filter.takes(line)).collect();
        own.sort_by_cached_key(|line| {
            (line.within.is_some(), line.who.name.to_lowercase(), line.who.id.clone(), line.from.is_some())
        });
        out.extend(own);
    }
    out
}

fn line(platform: &Platform, map: &AccessMap, asset: &Asset, row: &Row, read_at: i64) -> Line {
    let (id, seen) = (&platform.manifest.id, &row.seen);
    Line {
        platform: id.clone(),
        platform_name: platform.manifest.name.clone(),
        asset: named_asset(platform, asset.on.of(), &asset.id, &asset.name),
        who: Named {
            key: who_key(id, &seen.who),
            kind: seen.who.kind.clone(),
            kind_name: word(platform, "grantee", &seen.who.kind),
            id: seen.who.id.clone(),
            name: name_of(seen, id, &map.grantees).to_owned(),
        },
        within: seen.who.within.clone(),
        roles: roles_on(platform, asset.on.of(), &seen.roles).into_iter().collect(),
        pending: match seen.state {
            EntitlementState::Active => None,
            EntitlementState::Pending { by, expires_at } => Some((by, expires_at)),
        },
        until: seen.until,
        two_factor: seen.two_factor,
        from: match &seen.path {
            Path::Direct => None,
            Path::Inherited(from) => Some(source(platform, map, from)),
        },
        read_by: row.by,
        read_at,
    }
}

/// Under its name where it is one of the client's accounts here, else under its id.
fn source(platform: &Platform, map: &AccessMap, from: &AssetRef) -> Named {
    let id = from.id().unwrap_or_default();
    let known = map.assets.iter().find(|a| a.platform == platform.manifest.id && a.on.is(from));
    named_asset(platform, from.of(), id, known.map_or(id, |a| &a.name))
}

/// The names that the roles are given by: without what the platform puts before them when they are read back.
pub fn roles_on(platform: &Platform, of: &AssetType, roles: &Roles) -> Roles {
    platform.manifest.find_asset(of).map_or_else(|| roles.clone(), |facts| facts.normalise(roles))
}

pub fn named_asset(platform: &Platform, of: &AssetType, id: &str, name: &str) -> Named {
    Named {
        key: asset_key(&platform.manifest.id, of.as_str(), id),
        kind: of.to_string(),
        kind_name: word(platform, "asset", of.as_str()),
        id: id.to_owned(),
        name: name.to_owned(),
    }
}

/// What the platform calls a kind, or the kind itself where it is not one that we name.
pub fn word(platform: &Platform, of: &str, kind: &str) -> String {
    let none = std::collections::BTreeMap::new();
    platform.words.find(&format!("{of}-{kind}"), &none).unwrap_or_else(|| kind.replace('_', " "))
}
