//! `/orgs/{org}/teams`: teams and who is in them.
//! GitHub docs: "REST API endpoints for team members", read 2026-11-23.

use std::collections::BTreeMap;

use valetkey_sdk::sim::Operation;

use super::acts::find_open;
use super::answer::{Answer, Refusal};
use super::memberships::{check_guest, no_seat};
use super::rest::Cx;
use super::world::{OrgInvitation, OrgRole, TeamRole, is_open};
use super::{paging, show};

pub fn answer(cx: &Cx<'_>, org: &str, path: &[&str]) -> Result<Answer, Refusal> {
    cx.needs("read:org")?;
    let entry = &cx.world.orgs[org];
    if !entry.members.contains_key(cx.login) {
        return Err(Refusal::not_found());
    }
    let Some((slug, rest)) = path.split_first() else {
        let rows = entry.teams.iter().map(|(slug, team)| show::team(org, slug, team)).collect();
        return Ok(paging::page(cx.call, rows));
    };
    let team = entry.teams.get(*slug).ok_or_else(Refusal::not_found)?;
    match (cx.call.method.as_str(), rest) {
        ("GET", []) => Ok(Answer::ok(show::team(org, slug, team))),
        ("GET", ["members"]) => {
            let rows = team.members.keys().map(|login| show::simple_user(cx, login)).collect();
            Ok(paging::page(cx.call, rows))
        }
        ("GET", ["memberships", login]) => read(cx, org, slug, login),
        ("PUT", ["memberships", login]) => set(cx, org, slug, login),
        ("DELETE", ["memberships", login]) => remove(cx, org, slug, login),
        _ => Err(Refusal::not_found()),
    }
}

fn read(cx: &Cx<'_>, org: &str, slug: &str, login: &str) -> Result<Answer, Refusal> {
    let entry = &cx.world.orgs[org];
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    if let Some(role) = entry.teams[slug].members.get(&user.login) {
        return Ok(Answer::ok(show::team_membership(org, slug, &user.login, *role, "active")));
    }
    let waiting = find_open(entry, &user.login, cx.now()).and_then(|i| i.teams.get(slug));
    let role = waiting.ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(show::team_membership(org, slug, &user.login, *role, "pending")))
}

/// Members of the organization are in at once; everybody else is invited to the organization with it.
fn set(cx: &Cx<'_>, org: &str, slug: &str, login: &str) -> Result<Answer, Refusal> {
    cx.needs_owner(org)?;
    let role = TeamRole::find(cx.call.find("role")?.unwrap_or("member"));
    let role = role.ok_or_else(|| Refusal::invalid("TeamMember", "role", "invalid", ""))?;
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    let login = user.login.as_str();
    let asset_id = format!("{org}/{slug}");
    let asset = ("team", asset_id.as_str());
    let state = cx.change(|world| {
        let now = cx.now();
        check_guest(world, org, login)?;
        let (id, free) = (world.next_id(), world.has_free_seat(org));
        let entry = world.orgs.get_mut(org).ok_or_else(Refusal::not_found)?;
        if entry.members.contains_key(login) {
            let team = entry.teams.get_mut(slug).ok_or_else(Refusal::not_found)?;
            match team.members.insert(login.to_owned(), role) {
                None => cx.record(Operation::Grant, asset, login, &[role.as_str()]),
                Some(before) if before != role => {
                    cx.record(Operation::Change, asset, login, &[role.as_str()])
                }
                Some(_) => {}
            }
            return Ok("active");
        }
        let open = entry.invitations.iter_mut().find(|i| i.login == login && is_open(i.created_at, now));
        let before = match open {
            Some(open) => open.teams.insert(slug.to_owned(), role),
            None if !free => return Err(no_seat()),
            None => {
                entry.invitations.retain(|i| i.login != login);
                entry.invitations.push(OrgInvitation {
                    id,
                    login: login.to_owned(),
                    role: OrgRole::Member,
                    direct: false,
                    teams: BTreeMap::from([(slug.to_owned(), role)]),
                    inviter: cx.login.to_owned(),
                    created_at: now,
                });
                None
            }
        };
        match before {
            None => cx.record(Operation::Invite, asset, login, &[role.as_str(), "organization:member"]),
            Some(before) if before != role => cx.record(Operation::Change, asset, login, &[role.as_str()]),
            Some(_) => {}
        }
        Ok("pending")
    })?;
    Ok(Answer::ok(show::team_membership(org, slug, login, role, state)))
}

/// Out of the team only: membership of the organization, or the invitation to it, stays.
fn remove(cx: &Cx<'_>, org: &str, slug: &str, login: &str) -> Result<Answer, Refusal> {
    cx.needs_owner(org)?;
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    let login = user.login.as_str();
    let asset_id = format!("{org}/{slug}");
    cx.change(|world| {
        let now = cx.now();
        let entry = world.orgs.get_mut(org).ok_or_else(Refusal::not_found)?;
        let team = entry.teams.get_mut(slug).ok_or_else(Refusal::not_found)?;
        let open = entry.invitations.iter_mut().find(|i| i.login == login && is_open(i.created_at, now));
        if let Some(role) = team.members.remove(login) {
            cx.record(Operation::Revoke, ("team", &asset_id), login, &[role.as_str()]);
        } else if let Some(role) = open.and_then(|i| i.teams.remove(slug)) {
            cx.record(Operation::Withdraw, ("team", &asset_id), login, &[role.as_str()]);
        } else {
            return Err(Refusal::not_found());
        }
        Ok(Answer::nothing())
    })
}
