//! `/{asset}/agencies`: the partners an asset is shared with. The edge this product is about.

use serde_json::{Map, Value, json};
use valetkey_sdk::sim::{Caller, Effect, Operation};

use super::fields;
use super::graph::Cx;
use super::portfolios::{BUSINESS, check_two_factor, public_fields};
use super::refusal::Refusal;
use super::world::{Asset, AssetKind, Share, ShareStatus, World};
use super::{GRAPH, PLATFORM, agreements, paging, tasks};

pub fn answer(cx: &Cx<'_>, id: &str) -> Result<Value, Refusal> {
    let asset = &cx.world.assets[id];
    // Meta docs: business-to-business guide, 2026-11: a Page's partners are reached with that Page's own token only.
    if asset.kind == AssetKind::Page && cx.session.token.page.as_deref() != Some(id) {
        return Err(Refusal::needs_page_token());
    }
    if asset.kind != AssetKind::Page && cx.session.token.page.is_some() {
        return Err(cx.unsupported());
    }
    // The contract has no such edge: a partner is added by hand in Business settings.
    if asset.kind == AssetKind::WhatsApp {
        return Err(Refusal::no_such_field("agencies", asset.kind.node()));
    }
    cx.session.needs("business_management")?;
    match cx.call.method.as_str() {
        "GET" => list(cx, asset),
        "POST" => share(cx, id, asset.kind),
        "DELETE" => unshare(cx, id),
        _ => Err(cx.unsupported()),
    }
}

/// Only full control of the owning portfolio sees partners; to others the list looks empty.
fn list(cx: &Cx<'_>, asset: &Asset) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    let sees = asset.portfolio.as_ref().is_some_and(|owner| cx.world.is_admin(owner, cx.person()));
    let ids = asset.partners.keys().filter(|_| sees).cloned().collect();
    paging::page(cx.call, ids, cx.world.sparse_lists, |partner| {
        let mut row = public_fields(cx, partner);
        row.extend(share_fields(asset.kind, &asset.partners[partner]));
        fields::project(row, wanted.as_deref(), &BUSINESS)
    })
}

/// How a share reads back.
pub fn share_fields(kind: AssetKind, share: &Share) -> Map<String, Value> {
    let time = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string();
    Map::from_iter([
        ("access_status".to_owned(), json!(share.status.as_str())),
        ("permitted_tasks".to_owned(), json!(tasks::read_back(kind, &share.tasks))),
        ("access_requested_time".to_owned(), json!(time(share.requested_at))),
        ("access_updated_time".to_owned(), json!(time(share.updated_at))),
    ])
}

fn share(cx: &Cx<'_>, id: &str, kind: AssetKind) -> Result<Value, Refusal> {
    let app = cx.world.apps.get(&cx.session.token.app);
    if !app.is_some_and(|app| app.advanced_access) {
        return Err(Refusal::numbered(3, "Application does not have the capability to make this API call."));
    }
    match kind {
        AssetKind::AdAccount | AssetKind::Dataset => cx.session.needs("ads_management")?,
        AssetKind::Catalog => cx.session.needs("catalog_management")?,
        AssetKind::Page | AssetKind::Instagram | AssetKind::WhatsApp | AssetKind::Threads => {}
    }
    let partner = cx.call.get_id("business")?;
    let tasks = tasks::asked(cx.call, "permitted_tasks", kind)?;
    if tasks.is_empty() && matches!(kind, AssetKind::Dataset | AssetKind::Instagram) {
        return Err(Refusal::missing("permitted_tasks"));
    }
    // Only apps on Meta's list share with EDIT (Meta docs: pixel sharing guide, 2026-11; the code is inferred).
    if kind == AssetKind::Dataset && tasks.contains("EDIT") && !app.is_some_and(|app| app.may_share_edit) {
        return Err(Refusal::not_allowed("The app may not share the EDIT task"));
    }
    cx.change(|world| {
        let owner = owner_for_change(cx, world, id)?;
        if partner == owner {
            return Err(Refusal::numbered(3946, "The asset already belongs to this business."));
        }
        if !world.portfolios.contains_key(partner) {
            return Err(Refusal::parameter("Param business must be a valid Business ID"));
        }
        let reviewed = world.portfolios[&owner].second_admin_review && world.admins(&owner) > 1;
        // Reviews are documented for ad accounts (business-to-business guide, 2026-11); Pages take effect at once.
        let status = match kind {
            AssetKind::AdAccount if reviewed => ShareStatus::Pending,
            // Meta docs: pixel sharing guide, 2026-11: the partner approves the first one between the two.
            AssetKind::Dataset if !world.are_related(&owner, partner) => ShareStatus::Proposed,
            _ => ShareStatus::Confirmed,
        };
        let agreement = (status == ShareStatus::Proposed).then(|| agreements::new_id(world));
        let now = cx.meta.hub.clock.now();
        let asset = world.assets.get_mut(id).expect("the owner was found on it");
        // Given while the partner's own request waits, it answers that (inferred).
        if asset.partners.get(partner).is_some_and(|share| share.status != ShareStatus::Asked) {
            // Whether other tasks would change the share is unconfirmed; here nothing changes.
            return Err(Refusal::numbered(3989, "The asset is already shared with this agency."));
        }
        let requested_by = (status == ShareStatus::Pending).then(|| cx.person().to_owned());
        let (operation, answer) = match (status, &agreement) {
            (ShareStatus::Proposed, Some(agreement)) => {
                (Operation::Invite, json!({ "success": true, "pending_request_id": agreement }))
            }
            (ShareStatus::Pending, _) => {
                (Operation::Request, json!({ "success": true, "requires_admin_approval": true }))
            }
            _ => (Operation::Grant, json!({ "success": true })),
        };
        let share = Share {
            tasks: tasks.clone(),
            status,
            requested_at: now,
            updated_at: now,
            requested_by,
            agreement,
            plea: None,
        };
        asset.partners.insert(partner.to_owned(), share);
        record(cx, operation, kind, id, partner, tasks);
        Ok(answer)
    })
}

fn unshare(cx: &Cx<'_>, id: &str) -> Result<Value, Refusal> {
    let partner = cx.call.get_id("business")?;
    cx.change(|world| {
        owner_for_change(cx, world, id)?;
        end(cx, world, id, partner);
        // For a portfolio that is no partner the answer is unconfirmed; success fits the other edges.
        Ok(json!({ "success": true }))
    })
}

/// Ends a share, confirmed or pending, if there is one.
pub fn end(cx: &Cx<'_>, world: &mut World, id: &str, partner: &str) {
    let Some(asset) = world.assets.get_mut(id) else { return };
    let kind = asset.kind;
    let Some(share) = asset.partners.remove(partner) else { return };
    let operation = match share.status {
        ShareStatus::Confirmed => Operation::Revoke,
        ShareStatus::Pending | ShareStatus::Proposed | ShareStatus::Asked => Operation::Withdraw,
    };
    record(cx, operation, kind, id, partner, share.tasks);
    world.unassign_all(id, partner);
}

/// The owning portfolio, if the caller may change who its partners are.
fn owner_for_change(cx: &Cx<'_>, world: &World, id: &str) -> Result<String, Refusal> {
    let asset = world.assets.get(id).ok_or_else(|| cx.unsupported())?;
    let person = cx.person();
    // What belongs to a person cannot be shared with a partner (Meta docs: Page agencies, 2026-11; for ad
    // accounts inferred).
    let Some(owner) = asset.portfolio.clone() else {
        let text = "Add it to a business portfolio first.".to_owned();
        return Err(Refusal::parameter("The asset must be owned by a business")
            .for_people("Not in a portfolio", text));
    };
    check_two_factor(cx, &owner)?;
    if !world.is_admin(&owner, person) {
        let partner = asset.partners.keys().any(|partner| world.find_member(partner, person).is_some());
        return Err(Refusal::not_allowed(match partner {
            // META-9.
            true => "Only the business that owns the asset can share it",
            false => "You need full control of the business that owns the asset",
        }));
    }
    if asset.kind == AssetKind::Page {
        let tasks = world.tasks_of(asset, person);
        let manages = tasks.iter().any(|task| ["MANAGE", "FULL_CONTROL"].contains(&tasks::plain(task)));
        if !manages {
            return Err(Refusal::not_allowed("You need the MANAGE task on this Page"));
        }
    }
    Ok(owner)
}

pub fn record(
    cx: &Cx<'_>,
    operation: Operation,
    kind: AssetKind,
    id: &str,
    partner: &str,
    tasks: impl IntoIterator<Item = String>,
) {
    let caller = Caller { app: Some(cx.session.token.app.clone()), person: Some(cx.person().to_owned()) };
    let effect = Effect::new(PLATFORM, GRAPH, operation, (kind.as_str(), id), ("portfolio", partner), caller);
    cx.meta.hub.record(effect.with_roles(tasks));
}
