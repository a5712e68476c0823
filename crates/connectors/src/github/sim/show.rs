//! Users, organizations, repositories and invitations as the REST API writes them.
//! Shapes: github/rest-api-description, schemas of the same names, read 2026-11-23.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::rest::Cx;
use super::world::{
    Org, OrgInvitation, OrgRole, Repo, RepoInvitation, RepoRole, Team, TeamRole, is_open, owner_of,
};

const API: &str = "https://api.github.com";
const SITE: &str = "https://github.com";

pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn node_id(kind: &str, id: u64) -> String {
    format!("{kind}_kgDO{id:08x}")
}

/// A user as others see them; the name comes from the cast.
pub fn user(cx: &Cx<'_>, login: &str) -> Value {
    let mut shown = simple_user(cx, login);
    let person = cx.world.find_user(login).map(|(person, _)| person.to_owned());
    let people = cx.github.hub.people();
    let name = person.and_then(|person| people.find(&person).map(|known| known.name.clone()));
    shown["name"] = json!(name);
    shown["email"] = Value::Null;
    shown["created_at"] = json!("2019-03-04T09:00:00Z");
    shown["updated_at"] = json!("2026-10-01T09:00:00Z");
    shown["public_repos"] = json!(cx.world.repos.keys().filter(|name| owner_of(name) == login).count());
    shown
}

pub fn simple_user(cx: &Cx<'_>, login: &str) -> Value {
    let id = cx.world.find_user(login).map_or(0, |(_, user)| user.id);
    json!({
        "login": login, "id": id, "node_id": node_id("U", id), "type": "User", "site_admin": false,
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{id}"), "gravatar_id": "",
        "url": format!("{API}/users/{login}"), "html_url": format!("{SITE}/{login}"),
        "repos_url": format!("{API}/users/{login}/repos"),
        "organizations_url": format!("{API}/users/{login}/orgs"),
    })
}

pub fn simple_org(login: &str, org: &Org) -> Value {
    json!({
        "login": login, "id": org.id, "node_id": node_id("O", org.id), "description": null,
        "url": format!("{API}/orgs/{login}"), "repos_url": format!("{API}/orgs/{login}/repos"),
        "members_url": format!("{API}/orgs/{login}/members{{/member}}"),
        "avatar_url": format!("https://avatars.githubusercontent.com/u/{}", org.id),
    })
}

/// Owners are also told the plan and its seats.
pub fn org(cx: &Cx<'_>, login: &str, org: &Org) -> Value {
    let mut shown = simple_org(login, org);
    shown["name"] = json!(org.name);
    shown["html_url"] = json!(format!("{SITE}/{login}"));
    shown["type"] = json!("Organization");
    shown["has_organization_projects"] = json!(true);
    shown["created_at"] = json!("2021-05-06T09:00:00Z");
    shown["updated_at"] = json!("2026-10-01T09:00:00Z");
    if cx.is_owner(login) && cx.token.may("admin:org") {
        shown["default_repository_permission"] = json!("read");
        shown["members_can_create_repositories"] = json!(true);
        shown["plan"] = json!({ "name": org.plan.name, "space": 976_562_499, "private_repos": 999_999 });
        if let Some(seats) = org.plan.seats {
            shown["plan"]["seats"] = json!(seats);
            shown["plan"]["filled_seats"] = json!(cx.world.filled_seats(login));
        }
    }
    shown
}

pub fn membership(cx: &Cx<'_>, org: &str, login: &str, role: OrgRole, state: &str) -> Value {
    json!({
        "url": format!("{API}/orgs/{org}/memberships/{login}"), "state": state, "role": role.as_str(),
        "direct_membership": true, "organization_url": format!("{API}/orgs/{org}"),
        "organization": simple_org(org, &cx.world.orgs[org]), "user": simple_user(cx, login),
    })
}

pub fn team(org: &str, slug: &str, team: &Team) -> Value {
    json!({
        "id": team.id, "node_id": node_id("T", team.id), "name": team.name, "slug": slug, "description": null,
        "privacy": "closed", "notification_setting": "notifications_enabled", "permission": "pull",
        "url": format!("{API}/orgs/{org}/teams/{slug}"), "html_url": format!("{SITE}/orgs/{org}/teams/{slug}"),
        "members_url": format!("{API}/orgs/{org}/teams/{slug}/members{{/member}}"),
        "repositories_url": format!("{API}/orgs/{org}/teams/{slug}/repos"), "parent": null,
    })
}

pub fn team_membership(org: &str, slug: &str, login: &str, role: TeamRole, state: &str) -> Value {
    let url = format!("{API}/orgs/{org}/teams/{slug}/memberships/{login}");
    json!({ "url": url, "role": role.as_str(), "state": state })
}

pub fn org_invitation(cx: &Cx<'_>, org: &str, invitation: &OrgInvitation) -> Value {
    let id = invitation.id;
    let role = if invitation.role == OrgRole::Admin { "admin" } else { "direct_member" };
    let mut shown = json!({
        "id": id, "node_id": node_id("OI", id), "login": invitation.login, "email": null, "role": role,
        "created_at": time(invitation.created_at), "failed_at": null, "failed_reason": null,
        "inviter": simple_user(cx, &invitation.inviter), "team_count": invitation.teams.len(),
        "invitation_teams_url": format!("{API}/organizations/{}/invitations/{id}/teams", cx.world.orgs[org].id),
        "invitation_source": "member",
    });
    if !is_open(invitation.created_at, cx.now()) {
        shown["failed_at"] = json!(time(invitation.created_at + super::world::INVITATION_LIFE));
        shown["failed_reason"] = json!("Invitation expired. User did not accept this invite for 7 days");
    }
    shown
}

pub fn repo(cx: &Cx<'_>, full_name: &str, repo: &Repo) -> Value {
    let (owner, name) = full_name.split_once('/').unwrap_or((full_name, ""));
    let owner = match cx.world.orgs.get(owner) {
        Some(org) => {
            let mut shown = simple_org(owner, org);
            shown["type"] = json!("Organization");
            shown
        }
        None => simple_user(cx, owner),
    };
    let role = cx.world.role_on(full_name, cx.login);
    json!({
        "id": repo.id, "node_id": node_id("R", repo.id), "name": name, "full_name": full_name, "owner": owner,
        "private": repo.private, "visibility": if repo.private { "private" } else { "public" },
        "description": repo.description, "fork": false, "archived": false, "disabled": false,
        "html_url": format!("{SITE}/{full_name}"), "url": format!("{API}/repos/{full_name}"),
        "default_branch": "main", "permissions": permissions(role), "role_name": role.map(RepoRole::as_str),
        "collaborators_url": format!("{API}/repos/{full_name}/collaborators{{/collaborator}}"),
    })
}

/// The five old switches.
pub fn permissions(role: Option<RepoRole>) -> Value {
    let has = |least: RepoRole| role.is_some_and(|role| role >= least);
    RepoRole::ALL
        .iter()
        .map(|role| (role.asked_as().to_owned(), json!(has(*role))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

pub fn repo_invitation(cx: &Cx<'_>, full_name: &str, invitation: &RepoInvitation) -> Value {
    let id = invitation.id;
    json!({
        "id": id, "node_id": node_id("RI", id), "repository": repo(cx, full_name, &cx.world.repos[full_name]),
        "invitee": simple_user(cx, &invitation.login), "inviter": simple_user(cx, &invitation.inviter),
        "permissions": invitation.role.as_str(), "created_at": time(invitation.created_at),
        "expired": !is_open(invitation.created_at, cx.now()),
        "url": format!("{API}/user/repository_invitations/{id}"),
        "html_url": format!("{SITE}/{full_name}/invitations"),
    })
}
