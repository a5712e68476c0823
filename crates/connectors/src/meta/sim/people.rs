//! People of a portfolio by calls: an invitation is taken back, somebody is taken out.
//! Meta docs: nodes BusinessRoleRequest and BusinessUser, 2026-11. Whether apps that the portfolio has not claimed may do
//! it was not read (they may not invite); here they may.

use serde_json::{Value, json};
use valetkey_sdk::sim::{Caller, Effect, Operation};

use super::graph::Cx;
use super::portfolios::check_two_factor;
use super::refusal::Refusal;
use super::{GRAPH, PLATFORM};

/// `DELETE /{role-request}`.
pub fn withdraw(cx: &Cx<'_>, portfolio: &str, id: &str) -> Result<Value, Refusal> {
    check(cx, portfolio)?;
    cx.change(|world| {
        let entry = world.portfolios.get_mut(portfolio).ok_or_else(|| cx.unsupported())?;
        let gone = entry.pending_users.remove(id).ok_or_else(|| cx.unsupported())?;
        record(cx, Operation::Withdraw, portfolio, &gone.email, gone.role.as_str());
        Ok(json!({ "success": true }))
    })
}

/// `DELETE /{business-user}`. What was assigned to them in the portfolio goes along.
pub fn take_out(cx: &Cx<'_>, id: &str) -> Result<Value, Refusal> {
    let found = cx.world.find_assignee(id, str::to_owned).ok_or_else(|| cx.unsupported())?;
    let person = found.person.ok_or_else(|| cx.unsupported())?;
    check(cx, found.portfolio)?;
    if cx.world.is_admin(found.portfolio, person) && cx.world.admins(found.portfolio) == 1 {
        return Err(Refusal::numbered(3914, "You can't remove the last admin of this business"));
    }
    let email = cx.meta.hub.people().find(person).map(|known| known.email.clone()).unwrap_or_default();
    cx.change(|world| {
        let entry = world.portfolios.get_mut(found.portfolio).ok_or_else(|| cx.unsupported())?;
        let gone = entry.members.remove(person).ok_or_else(|| cx.unsupported())?;
        for asset in world.assets.values_mut() {
            asset.assigned.remove(&gone.id);
        }
        record(cx, Operation::Revoke, found.portfolio, &email, gone.role.as_str());
        Ok(json!({ "success": true }))
    })
}

fn check(cx: &Cx<'_>, portfolio: &str) -> Result<(), Refusal> {
    cx.session.needs("business_management")?;
    check_two_factor(cx, portfolio)?;
    match cx.world.is_admin(portfolio, cx.person()) {
        true => Ok(()),
        false => Err(Refusal::not_allowed("You need full control of this business")),
    }
}

fn record(cx: &Cx<'_>, operation: Operation, portfolio: &str, email: &str, role: &str) {
    let caller = Caller { app: Some(cx.session.token.app.clone()), person: Some(cx.person().to_owned()) };
    let effect = Effect::new(PLATFORM, GRAPH, operation, ("portfolio", portfolio), ("member", email), caller);
    cx.meta.hub.record(effect.with_roles([role]));
}
