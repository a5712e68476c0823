//! Partners of a Business Center and what is shared with them. "BC Partners", portal docs, read 2026-11-23.

use serde_json::{Value, json};
use valetkey_sdk::sim::Operation;

use super::answer::Refusal;
use super::assets::row;
use super::call::{Call, MOST_IDS};
use super::world::{Acceptance, Center, Kind, Roles, World};

const PARTNER: &str = "business_center";

pub fn get(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("bc_id")?;
    let center = call.admins_center(call.world, &id)?;
    let filtering = call.filtering()?;
    let word = filtering.get("name").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let shared_with = center.partners.keys();
    let shared_by =
        call.world.centers.iter().filter(|(_, c)| c.partners.contains_key(&id)).map(|(other, _)| other);
    let mut all: Vec<_> = shared_with.chain(shared_by).collect();
    all.sort();
    all.dedup();
    let rows = all.into_iter().map(|other| (other, &call.world.centers[other].name));
    let rows = rows.filter(|(_, name)| name.to_lowercase().contains(&word));
    call.page("list", rows.map(|(id, name)| json!({"bc_id": id, "bc_name": name})).collect(), 50)
}

/// What is shared between two Business Centers, in one direction.
pub fn assets(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, partner) = (call.id("bc_id")?, call.id("partner_id")?);
    let kind = call.kind(&[Kind::Advertiser, Kind::Catalog])?;
    call.need("share_type")?;
    let direction = call.word("share_type", &["SHARED", "SHARING"])?;
    call.admins_center(call.world, &id)?;
    let (owner, receiver) =
        if direction.as_deref() == Some("SHARING") { (&id, &partner) } else { (&partner, &id) };
    let own = call.world.assets.iter().filter(|(_, t)| t.of == kind && t.owner.as_ref() == Some(owner));
    let rows = own.filter_map(|(asset, thing)| {
        let roles = thing.partners.get(receiver)?;
        let mut row = row(call.world, receiver, asset, thing, roles);
        row["relation_type"] = json!(if receiver == &id { "OWNER_PARTNER" } else { "OWNER_BC" });
        Some(row)
    });
    call.page("list", rows.collect(), 50)
}

/// Adds a partner, shares more with one, or raises what it has. Less has to be removed and shared again
/// (TikTok help, "change the permissions for your Business Center partner"; that the API refuses it is inferred).
pub fn add(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, partner) = (call.id("bc_id")?, call.id("partner_id")?);
    let ids = call.ids("asset_ids", MOST_IDS)?;
    if call.find("asset_type").is_some() || !ids.is_empty() {
        call.kind(&[Kind::Advertiser])?;
    }
    let role = call.word("advertiser_role", &["ADMIN", "OPERATOR", "ANALYST"])?.unwrap_or("ANALYST".into());
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    call.change(|world| {
        may_share(world, &world.centers[&id])?;
        if partner == id || !world.centers.contains_key(&partner) {
            return Err(Refusal::missing("The partner Business Center"));
        }
        let before = world.centers[&id].partners.get(&partner).copied();
        let bound = before.unwrap_or(world.rules.partners == Acceptance::Instant);
        world.centers.get_mut(&id).expect("found above").partners.insert(partner.clone(), bound);
        if ids.is_empty() && before.is_none() {
            let operation = if bound { Operation::Grant } else { Operation::Request };
            call.record(operation, (PARTNER, &id), (PARTNER, &partner), Roles::new());
        }
        let mut effects = Vec::new();
        for asset in &ids {
            let thing = world.assets.get_mut(asset).filter(|t| t.of == Kind::Advertiser);
            let thing = thing.filter(|t| t.owner.as_ref() == Some(&id));
            let thing = thing.ok_or_else(|| {
                Refusal::forbidden(format!("Advertiser {asset} is not owned by Business Center {id}."))
            })?;
            let rank = |role: &str| Kind::Advertiser.rank(role);
            let held = thing.partners.get(&partner).and_then(|roles| roles.first()).cloned();
            let operation = match &held {
                Some(held) if rank(held) == rank(&role) => continue,
                Some(held) if rank(held) > rank(&role) => {
                    return Err(Refusal::parameter(
                        "The partner's permission cannot be lowered. Remove the asset and assign it again.",
                    ));
                }
                Some(_) => Operation::Change,
                None if bound => Operation::Grant,
                None => Operation::Request,
            };
            thing.partners.insert(partner.clone(), Roles::from([role.clone()]));
            effects.push((operation, asset));
        }
        for (operation, asset) in effects {
            call.record(operation, (Kind::Advertiser.word(), asset), (PARTNER, &partner), [&role]);
        }
        Ok(json!({}))
    })
}

/// Business Centers that are blocked, unverified where they must not be, or in an area without the call.
fn may_share(world: &World, center: &Center) -> Result<(), Refusal> {
    if world.rules.restricted_areas.contains(&center.area) {
        return Err(Refusal::new(40118, "This function is not available in your region yet."));
    }
    if center.status != "ENABLE" {
        return Err(Refusal::forbidden(format!("The status of the Business Center is {}.", center.status)));
    }
    if world.rules.verified_areas.contains(&center.area) && center.verification != "VERIFIED" {
        return Err(Refusal::forbidden("The Business Center has to complete business verification first."));
    }
    Ok(())
}

/// One asset from a partner. Only the owner's Admins can.
pub fn delete_asset(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, partner) = (call.id("bc_id")?, call.id("partner_id")?);
    let kind = call.kind(&[Kind::Advertiser, Kind::Catalog, Kind::Pixel, Kind::TiktokShop])?;
    let ids = call.ids("asset_ids", MOST_IDS)?;
    let [asset] = ids.as_slice() else {
        return Err(Refusal::parameter("asset_ids: Give exactly one id."));
    };
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    call.change(|world| {
        let thing = world.assets.get_mut(asset).filter(|t| t.of == kind && t.owner.as_ref() == Some(&id));
        let thing = thing.ok_or_else(|| Refusal::missing("The asset"))?;
        let roles = thing.partners.remove(&partner).ok_or_else(|| Refusal::missing("The share"))?;
        thing.members.remove(&partner);
        call.record(Operation::Revoke, (kind.word(), asset), (PARTNER, &partner), roles);
        Ok(json!({}))
    })
}

/// The whole partner, with everything it was given, for all of its people at once.
pub fn delete(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, partner) = (call.id("bc_id")?, call.id("partner_id")?);
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    call.change(|world| {
        let lost = drop_partner(world, &id, &partner).ok_or_else(|| Refusal::missing("The partner"))?;
        call.record(Operation::Revoke, (PARTNER, &id), (PARTNER, &partner), Roles::new());
        for (kind, asset, roles) in lost {
            call.record(Operation::Revoke, (kind.word(), &asset), (PARTNER, &partner), roles);
        }
        Ok(json!({}))
    })
}

/// Ends a partnership. What it held, or nothing when there is no such partner.
pub fn drop_partner(world: &mut World, center: &str, partner: &str) -> Option<Vec<(Kind, String, Roles)>> {
    world.centers.get_mut(center)?.partners.remove(partner)?;
    let mut lost = Vec::new();
    for (id, thing) in world.assets.iter_mut().filter(|(_, t)| t.owner.as_deref() == Some(center)) {
        if let Some(roles) = thing.partners.remove(partner) {
            thing.members.remove(partner);
            lost.push((thing.of, id.clone(), roles));
        }
    }
    Some(lost)
}
