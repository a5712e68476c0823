//! Sharing agreements: what the partner approves before the first dataset between two portfolios is shared.
//! Meta docs: pixel sharing guide, 2026-11; that a declined one leaves no trace is inferred.

use serde_json::{Value, json};
use valetkey_sdk::sim::Operation;

use super::agencies::record;
use super::fields::{self, NodeType};
use super::graph::Cx;
use super::paging;
use super::portfolios::check_two_factor;
use super::refusal::Refusal;
use super::world::{ShareStatus, World};

/// Fields by Meta's contract.
const AGREEMENT: NodeType = NodeType {
    name: "BusinessAssetSharingAgreement",
    shown: &["id"],
    known: &["id", "initiator", "recipient", "relationship_type", "request_status", "request_type"],
};

/// An id that nothing in the world has.
pub fn new_id(world: &World) -> String {
    (1..)
        .map(|n| format!("7310{n:011}"))
        .find(|id| world.find_agreement(id).is_none() && !world.assets.contains_key(id))
        .expect("there are more ids than shares")
}

/// `/{agreement}`: the partner's admin says yes or no.
pub fn answer(cx: &Cx<'_>, asset: &str, partner: &str, edge: &[&str]) -> Result<Value, Refusal> {
    cx.session.needs("business_management")?;
    if !cx.world.is_admin(partner, cx.person()) {
        return Err(cx.unsupported());
    }
    let ("POST", []) = (cx.call.method.as_str(), edge) else { return Err(cx.unsupported()) };
    check_two_factor(cx, partner)?;
    let status = cx.call.get("request_status")?.to_owned();
    cx.change(|world| {
        let entry = world.assets.get_mut(asset).ok_or_else(|| cx.unsupported())?;
        let kind = entry.kind;
        match status.as_str() {
            "APPROVE" => {
                let share = entry.partners.get_mut(partner).ok_or_else(|| cx.unsupported())?;
                share.status = ShareStatus::Confirmed;
                share.updated_at = cx.meta.hub.clock.now();
                share.agreement = None;
                let tasks = share.tasks.clone();
                record(cx, Operation::Accept, kind, asset, partner, tasks);
            }
            "DECLINE" => {
                let share = entry.partners.remove(partner).ok_or_else(|| cx.unsupported())?;
                record(cx, Operation::Decline, kind, asset, partner, share.tasks);
            }
            other => {
                let text =
                    format!("Param request_status must be one of {{APPROVE, DECLINE}} - got \"{other}\".");
                return Err(Refusal::parameter(text));
            }
        }
        Ok(json!({ "success": true }))
    })
}

/// `/{portfolio}/received_sharing_agreements`: what waits for this portfolio. Full control sees it.
pub fn list(cx: &Cx<'_>, portfolio: &str) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    let sees = cx.world.is_admin(portfolio, cx.person());
    let assets = cx.world.assets.values().filter(|_| sees);
    let waiting: Vec<_> = assets
        .filter_map(|asset| {
            Some((asset.partners.get(portfolio)?.agreement.clone()?, asset.portfolio.clone()?))
        })
        .collect();
    let ids = waiting.iter().map(|(id, _)| id.clone()).collect();
    paging::page(cx.call, ids, cx.world.sparse_lists, |id| {
        let owner = waiting.iter().find(|(known, _)| known == id).map(|(_, owner)| owner.as_str());
        let name = |id: &str| cx.world.portfolios.get(id).map(|entry| entry.name.clone());
        let row = json!({
            "id": id,
            "initiator": owner.map(|owner| json!({ "id": owner, "name": name(owner) })),
            "recipient": { "id": portfolio, "name": name(portfolio) },
            "request_status": "PENDING",
        });
        fields::project(row.as_object().cloned().unwrap_or_default(), wanted.as_deref(), &AGREEMENT)
    })
}
