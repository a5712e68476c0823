//! Who of the agency is assigned after the share: named with the request, frozen with it.

use serde::{Deserialize, Serialize};
use valetkey_sdk::access::AssetType;

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

/// Can this kind be given an asset of this type?
pub fn takes(desk: &Desk, g: &Grantee, of: &AssetType) -> bool {
    let manifest = desk.registry.find(&g.platform).map(|p| &p.manifest);
    manifest.and_then(|m| m.find_grantee(&g.kind)).is_none_or(|facts| facts.takes(of))
}

/// Is assigned on the agency's side, and receives nothing from the client.
pub fn is_staff(desk: &Desk, g: &Grantee) -> bool {
    let facts = desk.registry.find(&g.platform).and_then(|p| p.manifest.find_grantee(&g.kind));
    facts.is_some_and(|f| f.after.is_some())
}

/// The people among `named` at the receiver's platform. They are proven, and belong to the receiver.
pub fn choose<'a>(
    desk: &Desk,
    all: &'a [Grantee],
    named: &[GranteeId],
    receiver: &Grantee,
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
    }
    Ok(chosen)
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
