//! Who of the agency is assigned after the share, and what of its own is connected: named with the request, frozen
//! with it.

use serde::{Deserialize, Serialize};
use valetkey_sdk::access::{AssetType, Level, Roles};
use valetkey_sdk::manifest::GranteeFacts;

use super::offer::Ask;
use super::requests::require_proven;
use super::{AppError, invalid};
use crate::defence;
use crate::desk::Desk;
use crate::ids::GranteeId;
use crate::store::Scope;
use crate::store::grantees::Grantee;
use crate::store::items::Item;

/// People of one request: as many grants each as there are accounts.
const MAX_STAFF: usize = 50;

/// One of them, as named when the request was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Frozen {
    pub grantee_id: GranteeId,
    external_id: String,
    within: Option<String>,
}

fn facts<'a>(desk: &'a Desk, g: &Grantee) -> Option<&'a GranteeFacts> {
    desk.registry.find(&g.platform)?.manifest.find_grantee(&g.kind)
}

/// Can this kind be given an asset of this type, after a share at this level?
pub fn takes(desk: &Desk, g: &Grantee, of: &AssetType, level: Level) -> bool {
    facts(desk, g).is_none_or(|facts| facts.takes_at(of, level))
}

/// Is assigned on the agency's side, and receives nothing from the client.
pub fn is_staff(desk: &Desk, g: &Grantee) -> bool {
    facts(desk, g).is_some_and(|f| f.after.is_some())
}

/// A thing of the agency's that is connected, and nobody who works.
pub fn is_connected(desk: &Desk, g: &Grantee) -> bool {
    facts(desk, g).is_some_and(GranteeFacts::is_connected)
}

/// It is taken away before the share is.
pub fn ends_first(desk: &Desk, g: &Grantee) -> bool {
    facts(desk, g).is_some_and(|f| f.ends_first)
}

/// What this one holds after a share with these roles.
pub fn roles(desk: &Desk, g: &Grantee, of_share: &Roles) -> Roles {
    let own = facts(desk, g).filter(|f| f.is_connected()).map(|f| &f.holds);
    own.unwrap_or(of_share).clone()
}

/// The people and accounts among `named` at the receiver's platform. They are proven, and belong to the receiver; and
/// something of what is asked for there is there for an account to be connected to.
pub fn choose<'a>(
    desk: &Desk,
    all: &'a [Grantee],
    named: &[GranteeId],
    receiver: &Grantee,
    asks: &[&Ask],
) -> Result<Vec<&'a Grantee>, AppError> {
    let mine = |g: &&Grantee| g.platform == receiver.platform && is_staff(desk, g) && named.contains(&g.id);
    let chosen: Vec<_> = all.iter().filter(mine).collect();
    if chosen.len() > MAX_STAFF {
        let problem = format!("{}: at most {MAX_STAFF} people of yours on one request", receiver.platform);
        return Err(invalid("grantee_ids", problem));
    }
    let manifest = desk.registry.find(&receiver.platform).map(|p| &p.manifest);
    for g in &chosen {
        require_proven(desk, g)?;
        let follows = manifest.is_some_and(|m| m.grantees_after(&receiver.kind).any(|f| f.kind == g.kind));
        if !follows || g.within.as_deref() != Some(receiver.external_id.as_str()) {
            let problem = format!(
                "{}: {} does not belong to {}: name people of the one who receives the access",
                receiver.platform, g.label, receiver.label
            );
            return Err(invalid("grantee_ids", problem));
        }
        if is_connected(desk, g) && !asks.iter().any(|ask| takes(desk, g, &ask.of, ask.level)) {
            return Err(invalid("grantee_ids", nothing_to_connect(desk, g)));
        }
    }
    Ok(chosen)
}

fn nothing_to_connect(desk: &Desk, g: &Grantee) -> String {
    let platform = desk.registry.find(&g.platform);
    let word =
        |of: &AssetType| platform.map_or_else(|| of.to_string(), |p| p.words.text(&format!("asset-{of}")));
    let takes: Vec<_> = facts(desk, g).into_iter().flat_map(|f| &f.takes).map(word).collect();
    let levels: Vec<_> =
        facts(desk, g).into_iter().flat_map(|f| &f.levels).map(|level| level.as_str()).collect();
    format!(
        "{}: nothing is asked for that {} can be connected to: ask for {} ({}), or leave {} out",
        g.platform,
        g.label,
        takes.join(" or "),
        levels.join(" or "),
        g.label
    )
}

/// What the item keeps; none when nobody is assigned.
pub fn frozen(staff: &[&Grantee]) -> Result<Option<String>, AppError> {
    if staff.is_empty() {
        return Ok(None);
    }
    let of = |g: &&Grantee| Frozen {
        grantee_id: g.id.clone(),
        external_id: g.external_id.clone(),
        within: g.within.clone(),
    };
    let all: Vec<_> = staff.iter().map(of).collect();
    serde_json::to_string(&all).map(Some).map_err(|e| AppError::Internal(e.into()))
}

/// Who was named on this card.
pub fn of_item(item: &Item) -> Result<Vec<Frozen>, AppError> {
    let Some(text) = &item.staff else { return Ok(Vec::new()) };
    serde_json::from_str(text).map_err(|e| AppError::Internal(e.into()))
}

/// The same with their names, as long as they are who was named.
///
/// # Errors
/// `Stale` when one of them is somebody else by now.
pub async fn grantees(desk: &Desk, scope: &Scope, item: &Item) -> Result<Vec<Grantee>, AppError> {
    let mut found = Vec::new();
    for named in of_item(item)? {
        let stale = AppError::Stale("who is assigned afterwards");
        let Some(g) = desk.store.find_grantee(scope, &named.grantee_id).await? else { return Err(stale) };
        let same = (&g.external_id, &g.within) == (&named.external_id, &named.within);
        if !same && defence::frozen_grantee() {
            return Err(stale);
        }
        found.push(g);
    }
    Ok(found)
}
