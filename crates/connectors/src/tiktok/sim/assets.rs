//! Assets of a Business Center, and its members on them. "BC Assets", portal docs, read 2026-11-23.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use valetkey_sdk::sim::Operation;

use super::answer::Refusal;
use super::call::{Call, reachable};
use super::world::{Kind, Roles, Thing, World};

const ALL: [Kind; 6] =
    [Kind::Advertiser, Kind::Catalog, Kind::Pixel, Kind::TtAccount, Kind::TiktokShop, Kind::Lead];

/// An asset as this Business Center sees it, with the roles that it or somebody of it holds.
pub fn row(world: &World, center: &str, id: &str, thing: &Thing, roles: &Roles) -> Value {
    let owned = thing.owner.as_deref() == Some(center);
    let relation = match (&thing.owner, owned || thing.links.contains_key(center)) {
        (Some(_), true) => "OWNER_BC",
        (Some(_), false) => "OWNER_PARTNER",
        (None, _) => "OWNER_INDIVIDUAL",
    };
    let bound = owned || world.is_bound(thing, center) || thing.members.contains_key(center);
    let mut row = json!({
        "asset_type": serde_json::to_value(thing.of).unwrap_or_default(), "asset_id": id,
        "asset_name": thing.name, "relation_type": relation,
    });
    if matches!(thing.of, Kind::Advertiser | Kind::Pixel | Kind::TiktokShop) {
        row["relation_status"] = json!(if bound { "BOUND" } else { "PENDING" });
    }
    if thing.of == Kind::TtAccount {
        row["tt_asset_handle"] = json!(thing.name);
    } else {
        row["owner_bc_name"] = json!(thing.owner.as_ref().map(|owner| &world.centers[owner].name));
    }
    match thing.of {
        Kind::Advertiser => {
            row["advertiser_status"] = json!(thing.status);
            row["advertiser_account_type"] = json!("AUCTION");
        }
        Kind::Pixel => row["pixel_code"] = json!(thing.code),
        _ => {}
    }
    add_roles(&mut row, thing.of, roles);
    row
}

/// One role, or a list where a type knows several at once.
pub fn add_roles(row: &mut Value, kind: Kind, roles: &Roles) {
    if let Some((field, _)) = kind.role_field() {
        row[field] = match field.ends_with("_roles") {
            true => json!(roles),
            false => json!(roles.first()),
        };
    }
}

fn full(kind: Kind) -> Roles {
    kind.role_field().map_or_else(Roles::new, |(field, roles)| match field.ends_with("_roles") {
        true => roles.iter().map(|role| (*role).to_owned()).collect(),
        false => roles.last().map(|role| (*role).to_owned()).into_iter().collect(),
    })
}

/// Everything in the Business Center, for its Admins.
pub fn admin_get(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, kind) = (call.id("bc_id")?, call.kind(&ALL)?);
    call.admins_center(call.world, &id)?;
    let filtering = call.filtering()?;
    let text = |name: &str| filtering.get(name).and_then(Value::as_str);
    let mut rows = Vec::new();
    for (asset, thing) in call.world.assets.iter().filter(|(_, thing)| thing.of == kind) {
        let holds = [thing.partners.contains_key(&id), thing.links.contains_key(&id)];
        let knows = [thing.members.contains_key(&id), thing.asked.contains_key(&id)];
        let seen =
            thing.owner.as_deref() == Some(id.as_str()) || holds[0] || holds[1] || knows[0] || knows[1];
        if !seen || text("keyword").is_some_and(|word| !thing.name.contains(word) && asset != word) {
            continue;
        }
        let held = thing.partners.get(&id).or_else(|| thing.links.get(&id)).cloned();
        let asked = || thing.asked.get(&id).map(|asked| Roles::from([asked.role.clone()]));
        let roles = held.or_else(asked).unwrap_or_else(|| full(kind));
        let row = row(call.world, &id, asset, thing, &roles);
        let fits = |name: &str| text(name).is_none_or(|wanted| row[name] == *wanted);
        if fits("relation_type") && fits("relation_status") {
            rows.push(row);
        }
    }
    call.page("list", rows, 50)
}

/// A TikTok account, or a form library, out of this Business Center. Whoever else holds it keeps it.
pub fn admin_delete(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, kind) = (call.id("bc_id")?, call.kind(&[Kind::TtAccount, Kind::Lead])?);
    let ids = call.ids("asset_ids", 1)?;
    let [asset] = ids.as_slice() else {
        return Err(Refusal::parameter("asset_ids: Give exactly one id."));
    };
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    call.change(|world| {
        let thing = world.assets.get_mut(asset).filter(|t| t.of == kind);
        let thing = thing.ok_or_else(|| Refusal::missing("The asset"))?;
        let roles = thing.links.remove(&id).or_else(|| thing.partners.remove(&id));
        let roles = roles.ok_or_else(|| Refusal::missing("The asset"))?;
        thing.members.remove(&id);
        call.record(Operation::Revoke, (kind.word(), asset), ("business_center", &id), roles);
        Ok(json!({}))
    })
}

/// What one person reaches: the caller, or a member or an invited address that an Admin asks about.
pub fn get(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, kind) = (call.id("bc_id")?, call.kind(&ALL)?);
    let center = call.center(call.world, &id)?;
    let filtering = call.filtering()?;
    let text = |name: &str| filtering.get(name).and_then(Value::as_str);
    let (user, email) = (text("user_id"), text("user_email"));
    if user.is_some() && email.is_some() {
        return Err(Refusal::parameter("filtering: user_id and user_email cannot be given together."));
    }
    if user.is_some() || email.is_some() {
        call.admins_center(call.world, &id)?;
    }
    if let Some(email) = email {
        if kind != Kind::Advertiser {
            return Err(Refusal::parameter("filtering: user_email is for ADVERTISER only."));
        }
        let invited = center.invited.get(&email.to_lowercase());
        let rows = invited.into_iter().flat_map(|invited| &invited.assets).filter_map(|(asset, role)| {
            let thing = call.world.assets.get(asset)?;
            Some(row(call.world, &id, asset, thing, &Roles::from([role.clone()])))
        });
        return call.page("list", rows.collect(), 50);
    }
    let person = match user {
        Some(user) => call.world.person_of_user(user).cloned(),
        None => Some(call.person().to_owned()),
    };
    let person = person.filter(|person| center.members.contains_key(person));
    let person = person.ok_or_else(|| Refusal::missing("The member"))?;
    let reached = call.world.assets.iter().filter(|(_, thing)| thing.of == kind);
    let rows = reached.filter_map(|(asset, thing)| {
        let roles = thing.members.get(&id)?.get(&person)?;
        Some(row(call.world, &id, asset, thing, roles))
    });
    call.page("list", rows.collect(), 50)
}

/// Members of this Business Center on one asset.
pub fn members(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, asset) = (call.id("bc_id")?, call.id("asset_id")?);
    let kind = call.kind(&[Kind::Advertiser, Kind::Catalog, Kind::Lead])?;
    let center = call.admins_center(call.world, &id)?;
    let thing = call.world.assets.get(&asset).filter(|t| t.of == kind && call.world.reaches(&id, t));
    let thing =
        thing.ok_or_else(|| Refusal::forbidden(format!("Asset {asset} is not in Business Center {id}.")))?;
    let people = call.tiktok.hub.people();
    let rows = thing.members.get(&id).into_iter().flatten().filter_map(|(person, roles)| {
        let (who, member) = (people.find(person)?, center.members.get(person)?);
        let mut row = json!({
            "user_id": call.world.users[person], "user_name": who.name, "user_email": who.email,
            "user_role": member.role, "relation_status": "BOUND",
        });
        add_roles(&mut row, kind, roles);
        Some(row)
    });
    call.page("list", rows.collect(), 20)
}

/// Business Centers that one asset is shared with.
pub fn partners(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, asset, kind) = (call.id("bc_id")?, call.id("asset_id")?, call.kind(&ALL)?);
    call.admins_center(call.world, &id)?;
    let thing =
        call.world.assets.get(&asset).filter(|t| t.of == kind && t.owner.as_deref() == Some(id.as_str()));
    let thing = thing.ok_or_else(|| Refusal::forbidden(format!("Asset {asset} is not owned by {id}.")))?;
    let rows = thing.partners.keys().map(|p| json!({"bc_id": p, "bc_name": call.world.centers[p].name}));
    call.page("list", rows.collect(), 50)
}

/// One asset to one member who has joined. What a partner shared bounds what its people can be given.
pub fn assign(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, asset, user) = (call.id("bc_id")?, call.id("asset_id")?, call.id("user_id")?);
    let kind =
        call.kind(&[Kind::Advertiser, Kind::Catalog, Kind::TtAccount, Kind::TiktokShop, Kind::Lead])?;
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    let roles = wanted_roles(call, kind)?;
    call.change(|world| {
        let person = world.person_of_user(&user).cloned();
        let person = person.filter(|person| world.centers[&id].members.contains_key(person));
        let person = person.ok_or_else(|| Refusal::missing("The member"))?;
        let thing = reachable(world, &id, kind, &asset)?;
        if let Some(shared) = thing.partners.get(&id) {
            let most = shared.iter().filter_map(|role| kind.rank(role)).max();
            if roles.iter().filter_map(|role| kind.rank(role)).max() > most {
                return Err(Refusal::forbidden("The partner shared this asset with a lower permission."));
            }
        }
        let before = thing.members.entry(id.clone()).or_default().insert(person.clone(), roles.clone());
        let operation = if before.is_some() { Operation::Change } else { Operation::Grant };
        call.record(operation, (kind.word(), &asset), ("member", &user), roles);
        Ok(json!({}))
    })
}

fn wanted_roles(call: &Call<'_>, kind: Kind) -> Result<Roles, Refusal> {
    let Some((field, known)) = kind.role_field() else { return Ok(Roles::new()) };
    let roles: BTreeSet<String> = match field.ends_with("_roles") {
        true => call.list(field, known.len())?.into_iter().collect(),
        false => call.word(field, known)?.into_iter().collect(),
    };
    if roles.is_empty() || roles.iter().any(|role| !known.contains(&role.as_str())) {
        return Err(Refusal::parameter(format!("{field}: Must be one of: {}.", known.join(", "))));
    }
    Ok(roles)
}

/// The member loses this asset and nothing else.
pub fn unassign(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, asset, user) = (call.id("bc_id")?, call.id("asset_id")?, call.id("user_id")?);
    let kind = call.kind(&[Kind::Advertiser, Kind::Catalog, Kind::TtAccount, Kind::Lead])?;
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    call.change(|world| {
        let person = world.person_of_user(&user).cloned().ok_or_else(|| Refusal::missing("The member"))?;
        let thing = reachable(world, &id, kind, &asset)?;
        let roles = thing.members.get_mut(&id).and_then(|members| members.remove(&person));
        let roles = roles.ok_or_else(|| Refusal::missing("The assignment"))?;
        call.record(Operation::Revoke, (kind.word(), &asset), ("member", &user), roles);
        Ok(json!({}))
    })
}
