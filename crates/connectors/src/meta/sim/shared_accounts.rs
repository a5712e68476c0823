//! `/{pixel}/shared_accounts`: the ad accounts that use a dataset.
//! Meta docs: reference of the edge, 2026-11. It names the parameters, and that the business needs access to both; who
//! may call, and what a repeat is answered, is inferred.

use serde_json::{Map, Value, json};
use valetkey_sdk::sim::{Caller, Effect, Operation};

use super::assets::AD_ACCOUNT;
use super::fields;
use super::graph::Cx;
use super::portfolios::check_two_factor;
use super::refusal::Refusal;
use super::world::{AssetKind, World};
use super::{GRAPH, PLATFORM, paging};

pub fn answer(cx: &Cx<'_>, id: &str) -> Result<Value, Refusal> {
    let asset = &cx.world.assets[id];
    if cx.session.token.page.is_some() {
        return Err(cx.unsupported());
    }
    if asset.kind != AssetKind::Dataset {
        return Err(Refusal::no_such_field("shared_accounts", asset.kind.node()));
    }
    cx.session.needs("ads_management")?;
    if !cx.world.can_see(asset, cx.person()) {
        return Err(cx.unsupported());
    }
    let business = cx.call.get_id("business")?;
    if !cx.world.portfolios.contains_key(business) {
        return Err(Refusal::parameter("Param business must be a valid Business ID"));
    }
    match cx.call.method.as_str() {
        "GET" => list(cx, id, business),
        "POST" => connect(cx, id, business),
        "DELETE" => disconnect(cx, id, business),
        _ => Err(cx.unsupported()),
    }
}

/// Those connected for this business. To whoever has no full control of it or of the owner the list looks empty.
fn list(cx: &Cx<'_>, id: &str, business: &str) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    let asset = &cx.world.assets[id];
    let sees = is_in_charge(cx.world, id, business, cx.person());
    let connected = asset.connected.iter().filter(|(_, of)| sees && *of == business);
    let ids = connected.map(|(account, _)| account.clone()).collect();
    paging::page(cx.call, ids, cx.world.sparse_lists, |account| {
        let mut row = Map::from_iter([("id".to_owned(), json!(account))]);
        row.insert("account_id".into(), json!(account.trim_start_matches("act_")));
        if let Some(found) = cx.world.assets.get(account) {
            row.insert("name".into(), json!(found.name));
            row.insert("account_status".into(), json!(found.status));
        }
        fields::project(row, wanted.as_deref(), &AD_ACCOUNT)
    })
}

fn connect(cx: &Cx<'_>, id: &str, business: &str) -> Result<Value, Refusal> {
    let account = account(cx)?;
    cx.change(|world| {
        check_two_factor(cx, business)?;
        if !world.is_admin(business, cx.person()) {
            return Err(Refusal::not_allowed("You need full control of the business"));
        }
        if !world.may_connect(id, &account, business) {
            return Err(Refusal::not_allowed(
                "The business must have access to both the pixel and the ad account",
            ));
        }
        let asset = world.assets.get_mut(id).ok_or_else(|| cx.unsupported())?;
        if asset.connected.insert(account.clone(), business.to_owned()).is_none() {
            record(cx, Operation::Grant, id, &account);
        }
        Ok(json!({ "success": true }))
    })
}

fn disconnect(cx: &Cx<'_>, id: &str, business: &str) -> Result<Value, Refusal> {
    let account = account(cx)?;
    cx.change(|world| {
        if !is_in_charge(world, id, business, cx.person()) {
            return Err(Refusal::not_allowed("You need full control of the business"));
        }
        let asset = world.assets.get_mut(id).ok_or_else(|| cx.unsupported())?;
        if asset.connected.get(&account).is_some_and(|of| of == business) {
            asset.connected.remove(&account);
            record(cx, Operation::Revoke, id, &account);
        }
        Ok(json!({ "success": true }))
    })
}

/// The node that the bare number in `account_id` means.
fn account(cx: &Cx<'_>) -> Result<String, Refusal> {
    let number = cx.call.find("account_id").ok_or_else(|| Refusal::missing("account_id"))?;
    let account = format!("act_{number}");
    match cx.world.assets.contains_key(&account) {
        true => Ok(account),
        false => Err(Refusal::parameter("Param account_id must be a valid ad account ID")),
    }
}

/// Full control of the named business, or of the one that owns the dataset.
fn is_in_charge(world: &World, id: &str, business: &str, person: &str) -> bool {
    let owner = world.assets.get(id).and_then(|asset| asset.portfolio.as_deref());
    world.is_admin(business, person) || owner.is_some_and(|owner| world.is_admin(owner, person))
}

fn record(cx: &Cx<'_>, operation: Operation, id: &str, account: &str) {
    let caller = Caller { app: Some(cx.session.token.app.clone()), person: Some(cx.person().to_owned()) };
    let kind = AssetKind::Dataset.as_str();
    let who = (AssetKind::AdAccount.as_str(), account);
    cx.meta.hub.record(Effect::new(PLATFORM, GRAPH, operation, (kind, id), who, caller));
}
