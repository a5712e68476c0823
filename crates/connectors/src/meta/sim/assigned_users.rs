//! `/{asset}/assigned_users`: the people and system users who work on an asset.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use valetkey_sdk::sim::{Caller, Effect, Operation};

use super::fields::{self, NodeType};
use super::graph::Cx;
use super::portfolios::check_two_factor;
use super::refusal::Refusal;
use super::world::{ShareStatus, World};
use super::{GRAPH, PLATFORM, paging, tasks};

const ASSIGNED_USER: NodeType = NodeType {
    name: "AssignedUser",
    shown: &["id", "name", "tasks"],
    known: &["business", "id", "name", "permitted_tasks", "tasks", "user_type"],
};

/// A Page's own token is documented here. A user token is taken as well: an agency's admin holds no task
/// on a Page just received, so could not get the Page's token (unconfirmed).
pub fn answer(cx: &Cx<'_>, id: &str) -> Result<Value, Refusal> {
    if cx.session.token.page.as_deref().is_some_and(|page| page != id) {
        return Err(Refusal::needs_page_token());
    }
    cx.session.needs("business_management")?;
    // Like every object: who cannot see it is told that it is not there.
    if !cx.world.can_see(&cx.world.assets[id], cx.person()) {
        return Err(cx.unsupported());
    }
    match cx.call.method.as_str() {
        "GET" => list(cx, id),
        "POST" => assign(cx, id),
        "DELETE" => unassign(cx, id),
        _ => Err(cx.unsupported()),
    }
}

fn list(cx: &Cx<'_>, id: &str) -> Result<Value, Refusal> {
    let asset = &cx.world.assets[id];
    let portfolio = cx.call.get_id("business")?;
    let wanted = fields::parse(cx.call.find("fields"))?;
    let find = |user: &str| cx.world.find_assignee(user, |person| cx.name_of(person));
    let sees = cx.world.is_admin(portfolio, cx.person());
    let belongs = |user: &&String| sees && find(user).is_some_and(|found| found.portfolio == portfolio);
    let ids = asset.assigned.keys().filter(belongs).cloned().collect();
    paging::page(cx.call, ids, cx.world.sparse_lists, |user| {
        let mut row = Map::from_iter([("id".to_owned(), json!(user))]);
        row.insert("tasks".into(), json!(tasks::read_back(asset.kind, &asset.assigned[user])));
        if let Some(found) = find(user) {
            let user_type = if found.person.is_some() { "business_user" } else { "system_user" };
            row.insert("name".into(), json!(found.name));
            row.insert("user_type".into(), json!(user_type));
            let name = &cx.world.portfolios[found.portfolio].name;
            row.insert("business".into(), json!({ "id": found.portfolio, "name": name }));
        }
        fields::project(row, wanted.as_deref(), &ASSIGNED_USER)
    })
}

/// Replaces what one user of the owner or of a partner may do on the asset.
fn assign(cx: &Cx<'_>, id: &str) -> Result<Value, Refusal> {
    let user = cx.call.get_id("user")?;
    let asked = tasks::asked(cx.call, "tasks", cx.world.assets[id].kind)?;
    if asked.is_empty() {
        // The contract leaves it optional; what Meta assigns then is unconfirmed, so nothing is guessed.
        return Err(Refusal::missing("tasks"));
    }
    cx.change(|world| {
        let kind = check_assignable(cx, world, id, user, Some(&asked))?;
        let asset = world.assets.get_mut(id).ok_or_else(|| cx.unsupported())?;
        let before = asset.assigned.insert(user.to_owned(), asked.clone());
        let operation = match before {
            Some(before) if before == asked => return Ok(json!({ "success": true })),
            Some(_) => Operation::Change,
            None => Operation::Grant,
        };
        record(cx, operation, (asset.kind.as_str(), id), (kind, user), asked);
        Ok(json!({ "success": true }))
    })
}

fn unassign(cx: &Cx<'_>, id: &str) -> Result<Value, Refusal> {
    let user = cx.call.get_id("user")?;
    cx.change(|world| {
        let kind = check_assignable(cx, world, id, user, None)?;
        let asset = world.assets.get_mut(id).ok_or_else(|| cx.unsupported())?;
        if let Some(before) = asset.assigned.remove(user) {
            record(cx, Operation::Revoke, (asset.kind.as_str(), id), (kind, user), before);
        }
        Ok(json!({ "success": true }))
    })
}

/// The ledger's word for the user, if the caller may change what this user does on the asset.
fn check_assignable(
    cx: &Cx<'_>,
    world: &World,
    id: &str,
    user: &str,
    asked: Option<&BTreeSet<String>>,
) -> Result<&'static str, Refusal> {
    let wrong =
        |text: &str| Refusal::numbered(2620, format!("Invalid call to update account permissions: {text}"));
    let found =
        world.find_assignee(user, str::to_owned).ok_or_else(|| wrong("the user is in no portfolio"))?;
    let asset = world.assets.get(id).ok_or_else(|| cx.unsupported())?;
    check_two_factor(cx, found.portfolio)?;
    if !world.is_admin(found.portfolio, cx.person()) {
        return Err(Refusal::not_allowed("You need full control of the business that the user belongs to"));
    }
    let share = asset.partners.get(found.portfolio).filter(|share| share.status == ShareStatus::Confirmed);
    let is_owner = asset.portfolio.as_deref() == Some(found.portfolio);
    match (is_owner, share) {
        (true, _) => {}
        (false, None) => return Err(wrong("the user's business has no access to this asset")),
        (false, Some(share)) => {
            let held = tasks::read_back(asset.kind, &share.tasks);
            let wider = asked.map(|asked| tasks::read_back(asset.kind, asked)).unwrap_or_default();
            if !wider.is_subset(&held) {
                return Err(wrong("the user's business does not hold these tasks itself"));
            }
        }
    }
    Ok(if found.person.is_some() { "person" } else { "system_user" })
}

fn record(
    cx: &Cx<'_>,
    operation: Operation,
    asset: (&str, &str),
    user: (&str, &str),
    tasks: BTreeSet<String>,
) {
    let caller = Caller { app: Some(cx.session.token.app.clone()), person: Some(cx.person().to_owned()) };
    cx.meta.hub.record(Effect::new(PLATFORM, GRAPH, operation, asset, user, caller).with_roles(tasks));
}
