//! `/repos/{owner}/{repo}`: one repository, and the invitations to it.
//! GitHub docs: "REST API endpoints for repository invitations", read 2026-11-23.

use valetkey_sdk::sim::Operation;

use super::acts::drop_repo_invitation;
use super::answer::{Answer, Refusal};
use super::rest::Cx;
use super::world::{RepoRole, is_open};
use super::{paging, show};

pub fn answer(cx: &Cx<'_>, full_name: &str, path: &[&str]) -> Result<Answer, Refusal> {
    let repo = &cx.world.repos[full_name];
    match (cx.call.method.as_str(), path) {
        ("GET", []) => Ok(Answer::ok(show::repo(cx, full_name, repo))),
        ("GET", ["invitations"]) => {
            needs_admin(cx, full_name)?;
            // Lapsed ones stay listed, with a flag that says so.
            let rows = repo.invitations.iter().map(|i| show::repo_invitation(cx, full_name, i)).collect();
            Ok(paging::page(cx.call, rows))
        }
        ("PATCH", ["invitations", id]) => {
            needs_admin(cx, full_name)?;
            let wanted = cx.call.find("permissions")?.unwrap_or_default();
            let role = RepoRole::ALL.into_iter().find(|role| role.as_str() == wanted);
            let role =
                role.ok_or_else(|| Refusal::invalid("RepositoryInvitation", "permissions", "invalid", ""))?;
            let changed = cx.change(|world| {
                let entry = world.repos.get_mut(full_name).ok_or_else(Refusal::not_found)?;
                let found = entry.invitations.iter_mut().find(|i| i.id.to_string() == *id);
                let found = found.ok_or_else(Refusal::not_found)?;
                if found.role != role {
                    found.role = role;
                    cx.record(Operation::Change, ("repository", full_name), &found.login, &[role.as_str()]);
                }
                Ok(found.clone())
            })?;
            Ok(Answer::ok(show::repo_invitation(cx, full_name, &changed)))
        }
        ("DELETE", ["invitations", id]) => {
            needs_admin(cx, full_name)?;
            let found = repo.invitations.iter().find(|i| i.id.to_string() == *id);
            let id = found.ok_or_else(Refusal::not_found)?.id;
            cx.change(|world| {
                let gone = drop_repo_invitation(world, full_name, id).ok_or_else(Refusal::not_found)?;
                if is_open(gone.created_at, cx.now()) {
                    let roles = [gone.role.as_str()];
                    cx.record(Operation::Withdraw, ("repository", full_name), &gone.login, &roles);
                }
                Ok(Answer::nothing())
            })
        }
        _ => Err(Refusal::not_found()),
    }
}

pub fn needs_admin(cx: &Cx<'_>, full_name: &str) -> Result<(), Refusal> {
    let repo = &cx.world.repos[full_name];
    cx.needs(if repo.private { "repo" } else { "public_repo" })?;
    match cx.world.role_on(full_name, cx.login) {
        Some(RepoRole::Admin) => Ok(()),
        _ => Err(Refusal::forbidden("Must have admin rights to Repository.")),
    }
}
