//! `/user`: the person behind the token, what they belong to, and what waits for their yes.

use serde_json::{Value, json};
use valetkey_sdk::sim::Operation;

use super::acts::{accept_org, accept_repo, drop_repo_invitation};
use super::answer::{Answer, Refusal};
use super::rest::Cx;
use super::world::{OrgRole, is_open, owner_of};
use super::{paging, show};

pub fn answer(cx: &Cx<'_>, path: &[&str]) -> Result<Answer, Refusal> {
    match (cx.call.method.as_str(), path) {
        ("GET", []) => {
            let mut shown = show::user(cx, cx.login);
            shown["plan"] =
                json!({ "name": "free", "space": 976_562_499, "collaborators": 0, "private_repos": 10_000 });
            Ok(Answer::ok(shown))
        }
        ("GET", ["memberships", "orgs"]) => memberships(cx),
        ("GET", ["memberships", "orgs", org]) => {
            let (org, role, state) = own_membership(cx, org)?;
            Ok(Answer::ok(show::membership(cx, &org, cx.login, role, state)))
        }
        ("PATCH", ["memberships", "orgs", org]) => join(cx, org),
        ("GET", ["orgs"]) => {
            cx.needs("read:org")?;
            let own = cx.world.orgs.iter().filter(|(_, org)| org.members.contains_key(cx.login));
            let (open, hidden): (Vec<_>, Vec<_>) = own.partition(|(login, _)| cx.lets_in(login).is_ok());
            let rows = open.into_iter().map(|(login, org)| show::simple_org(login, org)).collect();
            Ok(partial(paging::page(cx.call, rows), hidden.iter().map(|(_, org)| org.id)))
        }
        ("GET", ["repos"]) => Ok(repos(cx)),
        ("GET", ["repository_invitations"]) => {
            cx.needs("repo:invite")?;
            let mine = own_invitations(cx).into_iter().filter_map(|(name, id)| {
                let all = &cx.world.repos.get(&name)?.invitations;
                all.iter().find(|invitation| invitation.id == id).map(|i| show::repo_invitation(cx, &name, i))
            });
            Ok(paging::page(cx.call, mine.collect()))
        }
        ("PATCH" | "DELETE", ["repository_invitations", id]) => decide(cx, id),
        _ => Err(Refusal::not_found()),
    }
}

/// Organizations whose single sign-on this token was not authorised for are left out, and their ids told.
fn memberships(cx: &Cx<'_>) -> Result<Answer, Refusal> {
    cx.needs("read:org")?;
    let wanted = cx.call.query.get("state").map(String::as_str);
    if !matches!(wanted, None | Some("active" | "pending")) {
        return Err(Refusal::invalid("Membership", "state", "invalid", ""));
    }
    let (mut rows, mut hidden) = (Vec::new(), Vec::new());
    for (login, org) in &cx.world.orgs {
        let Some((role, state)) = state_in(cx, login) else { continue };
        if wanted.is_some_and(|wanted| wanted != state) {
            continue;
        }
        // Restricted apps still see that somebody is a member; not documented either way.
        if org.sso && !org.sso_authorised.contains(cx.login) && state == "active" {
            hidden.push(org.id);
        } else {
            rows.push(show::membership(cx, login, cx.login, role, state));
        }
    }
    Ok(partial(paging::page(cx.call, rows), hidden.into_iter()))
}

/// GitHub docs: "Authenticating with SAML SSO" of the REST API, read 2026-11-23.
fn partial(answer: Answer, hidden: impl Iterator<Item = u64>) -> Answer {
    let ids: Vec<_> = hidden.map(|id| id.to_string()).collect();
    if ids.is_empty() {
        return answer;
    }
    answer.header("x-github-sso", &format!("partial-results; organizations={}", ids.join(",")))
}

/// The caller's role in an organization, and whether it is active or waits for their yes.
fn state_in(cx: &Cx<'_>, org: &str) -> Option<(OrgRole, &'static str)> {
    let entry = &cx.world.orgs[org];
    if let Some(role) = entry.members.get(cx.login) {
        return Some((*role, "active"));
    }
    let invitation =
        entry.invitations.iter().find(|i| i.login == cx.login && is_open(i.created_at, cx.now()))?;
    Some((invitation.role, "pending"))
}

fn own_membership(cx: &Cx<'_>, org: &str) -> Result<(String, OrgRole, &'static str), Refusal> {
    cx.needs("read:org")?;
    let (org, entry) = cx.world.find_org(org).ok_or_else(Refusal::not_found)?;
    if entry.members.contains_key(cx.login) {
        cx.lets_in(org)?;
    }
    let (role, state) = state_in(cx, org).ok_or_else(Refusal::not_found)?;
    Ok((org.to_owned(), role, state))
}

/// `{"state": "active"}` is the person's yes to an invitation.
fn join(cx: &Cx<'_>, org: &str) -> Result<Answer, Refusal> {
    cx.needs("write:org")?;
    if cx.call.find("state")? != Some("active") {
        return Err(Refusal::invalid("Membership", "state", "invalid", "state must be active"));
    }
    let (org, role, state) = own_membership(cx, org)?;
    if state == "pending" {
        cx.change(|world| {
            let joined = accept_org(world, &org, cx.login, cx.now()).ok_or_else(Refusal::not_found)?;
            for ((kind, id), roles) in &joined {
                let roles: Vec<_> = roles.iter().map(String::as_str).collect();
                cx.record(Operation::Accept, (kind, id), cx.login, &roles);
            }
            Ok(())
        })?;
    }
    Ok(Answer::ok(show::membership(cx, &org, cx.login, role, "active")))
}

fn repos(cx: &Cx<'_>) -> Answer {
    let affiliation =
        cx.call.query.get("affiliation").map_or("owner,collaborator,organization_member", String::as_str);
    let wanted: Vec<_> = affiliation.split(',').collect();
    let shown = cx.world.repos.iter().filter(|(name, repo)| {
        let owner = owner_of(name);
        let org = cx.world.orgs.get(owner);
        let way = if owner == cx.login {
            "owner"
        } else if org.is_some_and(|org| org.members.contains_key(cx.login)) {
            "organization_member"
        } else if repo.collaborators.contains_key(cx.login) {
            "collaborator"
        } else {
            return false;
        };
        wanted.contains(&way) && cx.lets_in(owner).is_ok() && (!repo.private || cx.token.may("repo"))
    });
    let rows: Vec<Value> = shown.map(|(name, repo)| show::repo(cx, name, repo)).collect();
    paging::page(cx.call, rows)
}

/// Open and lapsed ones: the flag `expired` tells them apart.
fn own_invitations(cx: &Cx<'_>) -> Vec<(String, u64)> {
    let all = cx.world.repos.iter().flat_map(|(name, repo)| repo.invitations.iter().map(move |i| (name, i)));
    all.filter(|(_, i)| i.login == cx.login).map(|(name, i)| (name.clone(), i.id)).collect()
}

fn decide(cx: &Cx<'_>, id: &str) -> Result<Answer, Refusal> {
    cx.needs("repo:invite")?;
    let found = own_invitations(cx).into_iter().find(|(_, own)| own.to_string() == id);
    let (name, id) = found.ok_or_else(Refusal::not_found)?;
    cx.change(|world| {
        let asset = ("repository", name.as_str());
        if cx.call.method == "DELETE" {
            let gone = drop_repo_invitation(world, &name, id).ok_or_else(Refusal::not_found)?;
            cx.record(Operation::Decline, asset, cx.login, &[gone.role.as_str()]);
        } else {
            let role = accept_repo(world, &name, id, cx.now()).ok_or_else(Refusal::not_found)?;
            cx.record(Operation::Accept, asset, cx.login, &[role.as_str()]);
        }
        Ok(Answer::nothing())
    })
}
