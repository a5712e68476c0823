//! Pixels: which ad accounts may use one, and moving one into a Business Center. "BC Pixels", portal docs.

use serde_json::{Value, json};

use super::answer::Refusal;
use super::call::Call;
use super::world::{Kind, World};

pub fn links(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, code) = (call.id("bc_id")?, call.need("pixel_code")?);
    call.admins_center(call.world, &id)?;
    let pixel = find(call.world, &id, &code)?;
    let rows = call.world.assets[&pixel].linked.iter().map(|id| json!({"advertiser_id": id}));
    call.page("list", rows.collect(), 50)
}

pub fn link(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, code) = (call.id("bc_id")?, call.need("pixel_code")?);
    let advertisers = call.ids("advertiser_ids", 100)?;
    call.need("relation_status")?;
    let links = call.word("relation_status", &["LINK", "UNLINK"])?.as_deref() == Some("LINK");
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    call.change(|world| {
        let pixel = find(world, &id, &code)?;
        for advertiser in &advertisers {
            let there = world.assets.get(advertiser).filter(|t| t.of == Kind::Advertiser);
            if !there.is_some_and(|t| world.reaches(&id, t)) {
                return Err(Refusal::forbidden(format!(
                    "Advertiser {advertiser} is not in Business Center {id}."
                )));
            }
        }
        let linked = &mut world.assets.get_mut(&pixel).expect("found above").linked;
        for advertiser in advertisers {
            if links {
                linked.insert(advertiser)
            } else {
                linked.remove(&advertiser)
            };
        }
        Ok(json!({}))
    })
}

/// Only a pixel that no Business Center owns, of an ad account that is in this one. It cannot be undone.
pub fn transfer(call: &Call<'_>) -> Result<Value, Refusal> {
    let (id, code) = (call.id("bc_id")?, call.need("pixel_code")?);
    call.admins_center(&call.tiktok.books.world.newest(), &id)?;
    call.change(|world| {
        let pixel = world.assets.iter().find(|(_, t)| t.code.as_deref() == Some(code.as_str()));
        let (pixel, thing) = pixel.ok_or_else(|| Refusal::missing("The pixel"))?;
        if thing.owner.is_some() {
            return Err(Refusal::forbidden("The pixel is owned by a Business Center already."));
        }
        let mut accounts = thing.linked.iter().filter_map(|account| world.assets.get(account));
        if !accounts.any(|account| world.reaches(&id, account)) {
            return Err(Refusal::forbidden("The pixel's ad account is not in the Business Center."));
        }
        let pixel = pixel.clone();
        let thing = world.assets.get_mut(&pixel).expect("found above");
        (thing.owner, thing.person) = (Some(id.clone()), None);
        Ok(json!({ "asset_id": pixel }))
    })
}

fn find(world: &World, center: &str, code: &str) -> Result<String, Refusal> {
    let own = |t: &super::world::Thing| t.code.as_deref() == Some(code) && world.reaches(center, t);
    let found = world.assets.iter().find(|(_, thing)| thing.of == Kind::Pixel && own(thing));
    found.map(|(id, _)| id.clone()).ok_or_else(|| Refusal::missing("The pixel"))
}
