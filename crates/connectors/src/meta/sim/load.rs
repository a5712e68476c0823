//! Reads and checks the `meta` section of a world file, and holds the default one.

use std::collections::BTreeSet;

use serde_json::Value;
use valetkey_sdk::sim::People;

use super::tasks;
use super::world::{AssetKind, World};

/// Parses a section; without any app it gets the documented one, so that a sign-in is possible.
pub fn parse(section: &Value, people: &People) -> Result<World, String> {
    let mut world = World::deserialize_from(section)?;
    if world.apps.is_empty() {
        world.apps = World::deserialize_from(&default_section())?.apps;
    }
    check_people(&world, people)?;
    check_ids(&world)?;
    check_assets(&world)?;
    Ok(world)
}

/// The documented world: `world.json`, plus Liam's many assets from `world_liam.json`.
pub fn default_section() -> Value {
    let read = |text| serde_json::from_str::<Value>(text).expect("a test reads the world files");
    let mut section = read(include_str!("../world.json"));
    let mut liam = read(include_str!("../world_liam.json"));
    if let (Some(assets), Some(more)) = (section["assets"].as_object_mut(), liam.as_object_mut()) {
        assets.append(more);
    }
    section
}

impl World {
    fn deserialize_from(section: &Value) -> Result<Self, String> {
        serde::Deserialize::deserialize(section).map_err(|e: serde_json::Error| e.to_string())
    }
}

fn check_people(world: &World, people: &People) -> Result<(), String> {
    let members = world.portfolios.values().flat_map(|portfolio| portfolio.members.keys());
    if let Some(stranger) = world.users.keys().find(|person| people.find(person).is_none()) {
        return Err(format!("the user '{stranger}' is not one of the people"));
    }
    match members.into_iter().find(|person| !world.users.contains_key(*person)) {
        Some(stranger) => Err(format!("the member '{stranger}' is not one of the users")),
        None => Ok(()),
    }
}

fn check_ids(world: &World) -> Result<(), String> {
    let mut ids = BTreeSet::new();
    let portfolios = world.portfolios.iter().flat_map(|(id, portfolio)| {
        let members = portfolio.members.values().map(|member| &member.id);
        members.chain(portfolio.system_users.keys()).chain(portfolio.pending_users.keys()).chain([id])
    });
    let users = world.users.values().map(|user| &user.id);
    for id in portfolios.chain(users).chain(world.assets.keys()).chain(world.apps.keys()) {
        let digits = id.strip_prefix("act_").unwrap_or(id);
        if digits.len() < 5 || digits.len() > 20 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("the id '{id}' must have 5 to 20 digits"));
        }
        if !ids.insert(id) {
            return Err(format!("the id '{id}' is given twice"));
        }
    }
    Ok(())
}

fn check_assets(world: &World) -> Result<(), String> {
    let mut linked = BTreeSet::new();
    for (id, asset) in &world.assets {
        if let Some(page) = &asset.page {
            // IG-22: one Instagram account on one Page.
            if world.assets.get(page).is_none_or(|p| p.kind != AssetKind::Page) || !linked.insert(page) {
                return Err(format!("'{id}' is linked to '{page}', which is no Page or is linked already"));
            }
        }
        if let Some(threads) = &asset.threads_user_id
            && world.assets.get(threads).is_none_or(|t| t.kind != AssetKind::Threads)
        {
            return Err(format!("'{id}' is connected to '{threads}', which is no Threads account"));
        }
        if asset.personal && asset.portfolio.is_some() {
            return Err(format!("'{id}' is a personal account, which no portfolio can hold"));
        }
        if (asset.kind == AssetKind::AdAccount) != id.starts_with("act_") {
            return Err(format!(
                "the id '{id}' does not fit its type: ad accounts start with act_, others do not"
            ));
        }
        for portfolio in asset.portfolio.iter().chain(asset.partners.keys()) {
            if !world.portfolios.contains_key(portfolio) {
                return Err(format!("'{id}' speaks of the portfolio '{portfolio}', which is not there"));
            }
        }
        for (account, portfolio) in &asset.connected {
            let is_account = world.assets.get(account).is_some_and(|a| a.kind == AssetKind::AdAccount);
            if asset.kind != AssetKind::Dataset || !is_account || !world.portfolios.contains_key(portfolio) {
                return Err(format!("'{id}' cannot be connected to '{account}' of '{portfolio}'"));
            }
        }
        for user in asset.assigned.keys() {
            let known = world.find_assignee(user, str::to_owned).is_some()
                || world.users.values().any(|known| known.id == *user);
            if !known {
                return Err(format!("'{id}' is assigned to '{user}', who is not there"));
            }
        }
        let shared = asset.partners.values().flat_map(|share| &share.tasks);
        if let Some(task) =
            shared.chain(asset.assigned.values().flatten()).find(|t| !tasks::exists(asset.kind, t))
        {
            return Err(format!("'{id}' has the task '{task}', which Meta does not know there"));
        }
    }
    Ok(())
}
