//! `/orgs/{org}/memberships/{login}`: reads, sets or ends one person's membership.
//! GitHub docs: "REST API endpoints for organization members", read 2026-11-23.

use valetkey_sdk::sim::Operation;

use super::acts::{drop_org_invitation, find_open, leave_org};
use super::answer::{Answer, Refusal};
use super::rest::Cx;
use super::show;
use super::world::{OrgInvitation, OrgRole};

pub fn answer(cx: &Cx<'_>, org: &str, login: &str) -> Result<Answer, Refusal> {
    match cx.call.method.as_str() {
        "GET" => read(cx, org, login),
        "PUT" => set(cx, org, login),
        "DELETE" => remove(cx, org, login),
        _ => Err(Refusal::not_found()),
    }
}

/// Members see members; only owners see who was invited.
fn read(cx: &Cx<'_>, org: &str, login: &str) -> Result<Answer, Refusal> {
    cx.needs("read:org")?;
    let entry = &cx.world.orgs[org];
    if !entry.members.contains_key(cx.login) {
        return Err(Refusal::forbidden("You must be a member of this organization to see memberships."));
    }
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    if let Some(role) = entry.members.get(&user.login) {
        return Ok(Answer::ok(show::membership(cx, org, &user.login, *role, "active")));
    }
    let invitation = find_open(entry, &user.login, cx.now()).filter(|_| cx.is_owner(org));
    let invitation = invitation.ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(show::membership(cx, org, &user.login, invitation.role, "pending")))
}

fn set(cx: &Cx<'_>, org: &str, login: &str) -> Result<Answer, Refusal> {
    cx.needs_owner(org)?;
    let role = OrgRole::find(cx.call.find("role")?.unwrap_or("member"));
    let role = role.ok_or_else(|| Refusal::invalid("OrganizationMembership", "role", "invalid", ""))?;
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    let login = user.login.as_str();
    let state = cx.change(|world| {
        let now = cx.now();
        check_guest(world, org, login)?;
        let owners = world.orgs[org].members.values().filter(|role| **role == OrgRole::Admin).count();
        let asset = ("organization", org);
        if world.orgs[org].members.contains_key(login) {
            let own = world.orgs.get_mut(org).and_then(|entry| entry.members.get_mut(login));
            let own = own.ok_or_else(Refusal::not_found)?;
            if *own == OrgRole::Admin && role != OrgRole::Admin && owners == 1 {
                return Err(Refusal::forbidden("Cannot demote the last owner of an organization."));
            }
            if *own != role {
                *own = role;
                cx.record(Operation::Change, asset, login, &[role.as_str()]);
            }
            return Ok("active");
        }
        let id = world.next_id();
        let free = world.has_free_seat(org);
        let entry = world.orgs.get_mut(org).ok_or_else(Refusal::not_found)?;
        if let Some(open) = entry
            .invitations
            .iter_mut()
            .find(|i| i.login == login && super::world::is_open(i.created_at, now))
        {
            if open.role != role || !open.direct {
                let operation = if open.direct { Operation::Change } else { Operation::Invite };
                cx.record(operation, asset, login, &[role.as_str()]);
            }
            open.role = role;
            open.direct = true;
            return Ok("pending");
        }
        if !free {
            return Err(no_seat());
        }
        entry.invitations.retain(|i| i.login != login);
        entry.invitations.push(OrgInvitation {
            id,
            login: login.to_owned(),
            role,
            direct: true,
            teams: std::collections::BTreeMap::new(),
            inviter: cx.login.to_owned(),
            created_at: now,
        });
        cx.record(Operation::Invite, asset, login, &[role.as_str()]);
        Ok("pending")
    })?;
    Ok(Answer::ok(show::membership(cx, org, login, role, state)))
}

/// Ends a membership with all that hung on it, or cancels the invitation.
pub fn remove(cx: &Cx<'_>, org: &str, login: &str) -> Result<Answer, Refusal> {
    cx.needs_owner(org)?;
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    let login = user.login.as_str();
    cx.change(|world| {
        let entry = &world.orgs[org];
        let owners = entry.members.values().filter(|role| **role == OrgRole::Admin).count();
        match entry.members.get(login) {
            Some(OrgRole::Admin) if owners == 1 => {
                return Err(Refusal::forbidden("Cannot remove the last owner of an organization."));
            }
            Some(_) => {
                for ((kind, id), roles) in leave_org(world, org, login) {
                    let roles: Vec<_> = roles.iter().map(String::as_str).collect();
                    cx.record(Operation::Revoke, (&kind, &id), login, &roles);
                }
            }
            None => {
                let open = find_open(entry, login, cx.now()).ok_or_else(Refusal::not_found)?.id;
                for ((kind, id), roles) in drop_org_invitation(world, org, open) {
                    let roles: Vec<_> = roles.iter().map(String::as_str).collect();
                    cx.record(Operation::Withdraw, (&kind, &id), login, &roles);
                }
            }
        }
        Ok(Answer::nothing())
    })
}

/// Somebody whom the organization blocked cannot be invited. The text is a guess.
pub fn check_guest(world: &super::world::World, org: &str, login: &str) -> Result<(), Refusal> {
    if world.orgs[org].blocked.contains(login) {
        let text = format!("{login} is blocked by the organization and cannot be invited");
        return Err(Refusal::invalid("OrganizationInvitation", "invitee_id", "unprocessable", &text));
    }
    Ok(())
}

/// All paid seats are taken. The text is a guess.
pub fn no_seat() -> Refusal {
    let text = "There are no available seats: purchase at least one more seat to add this user";
    Refusal::invalid("OrganizationInvitation", "data", "unprocessable", text)
}
