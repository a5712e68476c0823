//! `/repos/{owner}/{repo}/collaborators`: who works on a repository.
//! GitHub docs: "REST API endpoints for collaborators", read 2026-11-23.

use serde_json::{Value, json};
use valetkey_sdk::sim::Operation;

use super::acts::drop_repo_invitation;
use super::answer::{Answer, Refusal};
use super::memberships::check_guest;
use super::repos::needs_admin;
use super::rest::Cx;
use super::world::{OrgRole, RepoInvitation, RepoRole, World, is_open, owner_of};
use super::{paging, show};

pub fn answer(cx: &Cx<'_>, full_name: &str, path: &[&str]) -> Result<Answer, Refusal> {
    match (cx.call.method.as_str(), path) {
        ("GET", []) => list(cx, full_name),
        ("GET", [login]) => match cx.world.find_user(login).map(|(_, user)| &user.login) {
            Some(login) if everybody(cx, full_name).contains(login) => Ok(Answer::nothing()),
            _ => Err(Refusal::not_found()),
        },
        ("GET", [login, "permission"]) => {
            let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
            let role = cx.world.role_on(full_name, &user.login);
            // The older word knows four roles only.
            let old = match role {
                None => "none",
                Some(RepoRole::Triage) => "read",
                Some(RepoRole::Maintain) => "write",
                Some(role) => role.as_str(),
            };
            let mut shown = show::simple_user(cx, &user.login);
            shown["permissions"] = show::permissions(role);
            shown["role_name"] = json!(role.map_or("none", RepoRole::as_str));
            let role_name = shown["role_name"].clone();
            Ok(Answer::ok(json!({ "permission": old, "role_name": role_name, "user": shown })))
        }
        ("PUT", [login]) => add(cx, full_name, login),
        ("DELETE", [login]) => remove(cx, full_name, login),
        _ => Err(Refusal::not_found()),
    }
}

/// Everybody with access that is not just everybody's: the owner, members and those added directly.
fn everybody(cx: &Cx<'_>, full_name: &str) -> Vec<String> {
    let owner = owner_of(full_name);
    let mut logins: Vec<_> = cx.world.repos[full_name].collaborators.keys().cloned().collect();
    match cx.world.orgs.get(owner) {
        Some(org) => logins.extend(org.members.keys().cloned()),
        None => logins.push(owner.to_owned()),
    }
    logins.sort();
    logins.dedup();
    logins
}

fn list(cx: &Cx<'_>, full_name: &str) -> Result<Answer, Refusal> {
    let reader = cx.world.role_on(full_name, cx.login);
    if reader.is_none_or(|role| role < RepoRole::Write) {
        return Err(Refusal::forbidden("Must have push access to view repository collaborators."));
    }
    let direct = &cx.world.repos[full_name].collaborators;
    let org = cx.world.orgs.get(owner_of(full_name));
    let is_member = |login: &String| org.is_some_and(|org| org.members.contains_key(login));
    let mut logins = everybody(cx, full_name);
    match cx.call.query.get("affiliation").map_or("all", String::as_str) {
        "all" => {}
        "direct" => logins.retain(|login| direct.contains_key(login)),
        "outside" => logins.retain(|login| direct.contains_key(login) && !is_member(login)),
        _ => return Err(Refusal::invalid("Repository", "affiliation", "invalid", "")),
    }
    let rows: Vec<Value> = logins
        .iter()
        .map(|login| {
            let role = cx.world.role_on(full_name, login);
            let mut shown = show::simple_user(cx, login);
            shown["permissions"] = show::permissions(role);
            shown["role_name"] = json!(role.map(RepoRole::as_str));
            shown
        })
        .collect();
    Ok(paging::page(cx.call, rows))
}

/// Members and people who are there already get the role at once (204); others are invited (201).
fn add(cx: &Cx<'_>, full_name: &str, login: &str) -> Result<Answer, Refusal> {
    needs_admin(cx, full_name)?;
    let asked = cx.call.find("permission")?.unwrap_or("push");
    let role = RepoRole::ALL.into_iter().find(|role| role.asked_as() == asked);
    let role = role.ok_or_else(|| Refusal::invalid("Repository", "permission", "invalid", ""))?;
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    let (owner, login) = (owner_of(full_name), user.login.as_str());
    // A user's own repository knows one kind of collaborator; the wish is ignored there.
    let role = if cx.world.orgs.contains_key(owner) { role } else { RepoRole::Write };
    let invitation = cx.change(|world| {
        if owner == login {
            return Err(Refusal::invalid(
                "Repository",
                "data",
                "custom",
                "Repository owner cannot be a collaborator",
            ));
        }
        let id = world.next_id();
        let is_member = match world.orgs.get(owner) {
            Some(org) => {
                let is_member = org.members.get(login);
                check_guest(world, owner, login)?;
                is_member.copied()
            }
            None => None,
        };
        let asset = ("repository", full_name);
        let private = world.repos[full_name].private;
        let entry = world.repos.get_mut(full_name).ok_or_else(Refusal::not_found)?;
        if let Some(own) = entry.collaborators.get_mut(login) {
            if *own != role {
                *own = role;
                cx.record(Operation::Change, asset, login, &[role.as_str()]);
            }
            return Ok(None);
        }
        if is_member == Some(OrgRole::Admin) {
            // Owners hold everything already.
            return Ok(None);
        }
        if is_member.is_some() {
            entry.collaborators.insert(login.to_owned(), role);
            cx.record(Operation::Grant, asset, login, &[role.as_str()]);
            return Ok(None);
        }
        if let Some(open) =
            entry.invitations.iter_mut().find(|i| i.login == login && is_open(i.created_at, cx.now()))
        {
            if open.role != role {
                open.role = role;
                cx.record(Operation::Change, asset, login, &[role.as_str()]);
            }
            return Ok(Some(open.clone()));
        }
        let invitation = RepoInvitation {
            id,
            login: login.to_owned(),
            role,
            inviter: cx.login.to_owned(),
            created_at: cx.now(),
        };
        check_outsiders(world, owner, private)?;
        let entry = world.repos.get_mut(full_name).ok_or_else(Refusal::not_found)?;
        entry.invitations.retain(|i| i.login != login);
        entry.invitations.push(invitation.clone());
        cx.record(Operation::Invite, asset, login, &[role.as_str()]);
        Ok(Some(invitation))
    })?;
    Ok(match invitation {
        Some(invitation) => Answer::created(show::repo_invitation(cx, full_name, &invitation)),
        None => Answer::nothing(),
    })
}

/// Whether the organization takes somebody from outside here. Texts and statuses are guesses.
fn check_outsiders(world: &World, owner: &str, private: bool) -> Result<(), Refusal> {
    let Some(org) = world.orgs.get(owner) else { return Ok(()) };
    if org.members_only {
        let text = "User isn't a member of this organization. Please invite them first.";
        return Err(Refusal::invalid("Repository", "data", "unprocessable", text));
    }
    if private && !world.has_free_seat(owner) {
        let text = "You need at least one more seat to add this user as a collaborator";
        return Err(Refusal::invalid("Repository", "data", "unprocessable", text));
    }
    Ok(())
}

/// Takes a direct collaborator off, or cancels the invitation. People may take themselves off.
fn remove(cx: &Cx<'_>, full_name: &str, login: &str) -> Result<Answer, Refusal> {
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    let login = user.login.as_str();
    if login != cx.login {
        needs_admin(cx, full_name)?;
    }
    cx.change(|world| {
        let asset = ("repository", full_name);
        let entry = world.repos.get_mut(full_name).ok_or_else(Refusal::not_found)?;
        if let Some(role) = entry.collaborators.remove(login) {
            cx.record(Operation::Revoke, asset, login, &[role.as_str()]);
        } else if let Some(open) = entry.invitations.iter().find(|i| i.login == login).cloned() {
            drop_repo_invitation(world, full_name, open.id);
            if is_open(open.created_at, cx.now()) {
                cx.record(Operation::Withdraw, asset, login, &[open.role.as_str()]);
            }
        }
        // For somebody who is no collaborator the answer is unconfirmed; success fits the documentation.
        Ok(Answer::nothing())
    })
}
