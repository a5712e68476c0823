//! `/orgs/{org}/invitations`: who was invited, and by whom it is cancelled.

use std::collections::BTreeMap;

use serde_json::Value;
use valetkey_sdk::sim::Operation;

use super::acts::{drop_org_invitation, find_open, named_by};
use super::answer::{Answer, Refusal};
use super::memberships::{check_guest, no_seat};
use super::rest::Cx;
use super::world::{OrgInvitation, OrgRole, TeamRole, is_open};
use super::{paging, show};

pub fn answer(cx: &Cx<'_>, org: &str, path: &[&str]) -> Result<Answer, Refusal> {
    cx.needs_owner(org)?;
    let all = &cx.world.orgs[org].invitations;
    let rows = |open: bool| -> Vec<Value> {
        let shown = all.iter().filter(|i| is_open(i.created_at, cx.now()) == open);
        shown.map(|i| show::org_invitation(cx, org, i)).collect()
    };
    let find = |id: &str| all.iter().find(|i| i.id.to_string() == id).ok_or_else(Refusal::not_found);
    match (cx.call.method.as_str(), path) {
        ("GET", ["invitations"]) => Ok(paging::page(cx.call, rows(true))),
        // GitHub docs: failed ones stay listed here, with the reason.
        ("GET", ["failed_invitations"]) => Ok(paging::page(cx.call, rows(false))),
        ("POST", ["invitations"]) => invite(cx, org),
        ("GET", ["invitations", id, "teams"]) => {
            let teams = &cx.world.orgs[org].teams;
            let named =
                find(id)?.teams.keys().filter_map(|slug| Some(show::team(org, slug, teams.get(slug)?)));
            Ok(paging::page(cx.call, named.collect()))
        }
        ("DELETE", ["invitations", id]) => {
            let found = find(id)?;
            let (id, login) = (found.id, found.login.clone());
            let was_open = is_open(found.created_at, cx.now());
            cx.change(|world| {
                for ((kind, asset), roles) in drop_org_invitation(world, org, id) {
                    let roles: Vec<_> = roles.iter().map(String::as_str).collect();
                    if was_open {
                        cx.record(Operation::Withdraw, (&kind, &asset), &login, &roles);
                    }
                }
                Ok(Answer::nothing())
            })
        }
        _ => Err(Refusal::not_found()),
    }
}

/// By the id of a user; inviting by e-mail address is not simulated.
fn invite(cx: &Cx<'_>, org: &str) -> Result<Answer, Refusal> {
    let id = cx.call.body.get("invitee_id").and_then(Value::as_u64);
    let missing = || Refusal::invalid("OrganizationInvitation", "invitee_id", "missing_field", "");
    let id = id.ok_or_else(missing)?;
    let user = cx.world.users.values().find(|user| user.id == id);
    let login =
        &user.ok_or_else(|| Refusal::invalid("OrganizationInvitation", "invitee_id", "invalid", ""))?.login;
    let role = match cx.call.find("role")?.unwrap_or("direct_member") {
        "direct_member" => OrgRole::Member,
        "admin" => OrgRole::Admin,
        _ => return Err(Refusal::invalid("OrganizationInvitation", "role", "invalid", "")),
    };
    let team_ids = cx.call.body.get("team_ids").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut teams = BTreeMap::new();
    for wanted in team_ids {
        let found = cx.world.orgs[org].teams.iter().find(|(_, team)| Some(team.id) == wanted.as_u64());
        let (slug, _) =
            found.ok_or_else(|| Refusal::invalid("OrganizationInvitation", "team_ids", "invalid", ""))?;
        teams.insert(slug.clone(), TeamRole::Member);
    }
    let invitation = cx.change(|world| {
        let now = cx.now();
        check_guest(world, org, login)?;
        let entry = &world.orgs[org];
        if entry.members.contains_key(login) {
            let text = "Invitee is already a part of this organization";
            return Err(Refusal::invalid("OrganizationInvitation", "data", "unprocessable", text));
        }
        if find_open(entry, login, now).is_some() {
            let text = "Invitee has already been invited to this organization";
            return Err(Refusal::invalid("OrganizationInvitation", "data", "unprocessable", text));
        }
        if !world.has_free_seat(org) {
            return Err(no_seat());
        }
        let id = world.next_id();
        let inviter = cx.login.to_owned();
        let invitation =
            OrgInvitation { id, login: login.clone(), role, direct: true, teams, inviter, created_at: now };
        for ((kind, asset), roles) in named_by(org, &invitation) {
            let roles: Vec<_> = roles.iter().map(String::as_str).collect();
            cx.record(Operation::Invite, (&kind, &asset), login, &roles);
        }
        let entry = world.orgs.get_mut(org).ok_or_else(Refusal::not_found)?;
        entry.invitations.retain(|i| i.login != *login);
        entry.invitations.push(invitation.clone());
        Ok(invitation)
    })?;
    Ok(Answer::created(show::org_invitation(cx, org, &invitation)))
}
