//! `/orgs/{org}`: the organization, its people and its repositories.

use serde_json::Value;
use valetkey_sdk::sim::Operation;

use super::acts::leave_org;
use super::answer::{Answer, Refusal};
use super::rest::Cx;
use super::world::owner_of;
use super::{memberships, paging, show};

pub fn answer(cx: &Cx<'_>, org: &str, path: &[&str]) -> Result<Answer, Refusal> {
    let entry = &cx.world.orgs[org];
    match (cx.call.method.as_str(), path) {
        ("GET", []) => Ok(Answer::ok(show::org(cx, org, entry))),
        ("GET", ["members"]) => {
            let inside = entry.members.contains_key(cx.login);
            let wanted = cx.call.query.get("role").map(String::as_str).filter(|role| *role != "all");
            // Nobody here has made their membership public, so strangers see nobody.
            let shown =
                entry.members.iter().filter(|(_, role)| inside && wanted.is_none_or(|w| w == role.as_str()));
            Ok(paging::page(cx.call, shown.map(|(login, _)| show::simple_user(cx, login)).collect()))
        }
        ("GET", ["members", login]) => {
            match entry.members.contains_key(*login) && entry.members.contains_key(cx.login) {
                true => Ok(Answer::nothing()),
                false => Err(Refusal::not_found()),
            }
        }
        ("DELETE", ["members", login]) => memberships::remove(cx, org, login),
        ("GET", ["repos"]) => {
            let sees = |name: &str, repo: &super::world::Repo| {
                cx.world.role_on(name, cx.login).is_some() && (!repo.private || cx.token.may("repo"))
            };
            let own = cx.world.repos.iter().filter(|(name, repo)| owner_of(name) == org && sees(name, repo));
            let rows: Vec<Value> = own.map(|(name, repo)| show::repo(cx, name, repo)).collect();
            Ok(paging::page(cx.call, rows))
        }
        ("GET", ["outside_collaborators"]) => {
            cx.needs("read:org")?;
            let own = cx.world.repos.iter().filter(|(name, _)| owner_of(name) == org);
            let mut logins: Vec<_> = own.flat_map(|(_, repo)| repo.collaborators.keys()).collect();
            logins.retain(|login| !entry.members.contains_key(*login));
            logins.sort();
            logins.dedup();
            Ok(paging::page(cx.call, logins.into_iter().map(|login| show::simple_user(cx, login)).collect()))
        }
        ("DELETE", ["outside_collaborators", login]) => outsider_leaves(cx, org, login),
        _ => Err(Refusal::not_found()),
    }
}

fn outsider_leaves(cx: &Cx<'_>, org: &str, login: &str) -> Result<Answer, Refusal> {
    cx.needs_owner(org)?;
    let (_, user) = cx.world.find_user(login).ok_or_else(Refusal::not_found)?;
    if cx.world.orgs[org].members.contains_key(&user.login) {
        let text = "You cannot specify an organization member to remove as an outside collaborator.";
        return Err(Refusal::new(422, text));
    }
    cx.change(|world| {
        for ((kind, id), roles) in leave_org(world, org, &user.login) {
            let roles: Vec<_> = roles.iter().map(String::as_str).collect();
            cx.record(Operation::Revoke, (&kind, &id), &user.login, &roles);
        }
        Ok(Answer::nothing())
    })
}
