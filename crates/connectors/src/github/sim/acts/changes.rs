//! Changes that come about by hand and by the API alike.

use jiff::Timestamp;

use crate::github::sim::world::{
    Org, OrgInvitation, OrgRole, RepoInvitation, RepoRole, TeamRole, World, is_open, owner_of,
};

/// An asset as the ledger names it, and the roles there.
pub type Touched = ((String, String), Vec<String>);

/// The invitation that waits for somebody.
pub fn find_open<'a>(org: &'a Org, login: &str, now: Timestamp) -> Option<&'a OrgInvitation> {
    org.invitations.iter().find(|i| i.login == login && is_open(i.created_at, now))
}

/// What an invitation was made for. Through a team it brings membership of the organization as well.
pub fn named_by(org: &str, invitation: &OrgInvitation) -> Vec<Touched> {
    let mut all = Vec::new();
    if invitation.direct || invitation.teams.is_empty() {
        all.push((("organization".to_owned(), org.to_owned()), vec![invitation.role.as_str().to_owned()]));
    }
    for (slug, role) in &invitation.teams {
        let mut roles = vec![role.as_str().to_owned()];
        if !invitation.direct {
            roles.push("organization:member".to_owned());
        }
        all.push((("team".to_owned(), format!("{org}/{slug}")), roles));
    }
    all
}

/// The person's yes: they join the organization and its teams.
pub fn accept_org(world: &mut World, org: &str, login: &str, now: Timestamp) -> Option<Vec<Touched>> {
    let entry = world.orgs.get_mut(org)?;
    let invitation = find_open(entry, login, now)?.clone();
    entry.invitations.retain(|i| i.id != invitation.id);
    entry.members.insert(login.to_owned(), invitation.role);
    for (slug, role) in &invitation.teams {
        if let Some(team) = entry.teams.get_mut(slug) {
            team.members.insert(login.to_owned(), *role);
        }
    }
    Some(named_by(org, &invitation))
}

/// Takes an invitation away, open or lapsed, and says what it was for.
pub fn drop_org_invitation(world: &mut World, org: &str, id: u64) -> Vec<Touched> {
    let Some(entry) = world.orgs.get_mut(org) else { return Vec::new() };
    let Some(at) = entry.invitations.iter().position(|i| i.id == id) else { return Vec::new() };
    named_by(org, &entry.invitations.remove(at))
}

/// Somebody goes, with their teams and what was added for them on the organization's repositories.
pub fn leave_org(world: &mut World, org: &str, login: &str) -> Vec<Touched> {
    let mut gone = Vec::new();
    if let Some(entry) = world.orgs.get_mut(org) {
        if let Some(role) = entry.members.remove(login) {
            gone.push((("organization".to_owned(), org.to_owned()), vec![role.as_str().to_owned()]));
        }
        for (slug, team) in &mut entry.teams {
            if let Some(role) = team.members.remove(login) {
                gone.push((("team".to_owned(), format!("{org}/{slug}")), vec![role.as_str().to_owned()]));
            }
        }
    }
    for (name, repo) in world.repos.iter_mut().filter(|(name, _)| owner_of(name) == org) {
        if let Some(role) = repo.collaborators.remove(login) {
            gone.push((("repository".to_owned(), name.clone()), vec![role.as_str().to_owned()]));
        }
    }
    gone
}

pub fn accept_repo(world: &mut World, name: &str, id: u64, now: Timestamp) -> Option<RepoRole> {
    let repo = world.repos.get_mut(name)?;
    let at = repo.invitations.iter().position(|i| i.id == id && is_open(i.created_at, now))?;
    let invitation = repo.invitations.remove(at);
    repo.collaborators.insert(invitation.login, invitation.role);
    Some(invitation.role)
}

pub fn drop_repo_invitation(world: &mut World, name: &str, id: u64) -> Option<RepoInvitation> {
    let repo = world.repos.get_mut(name)?;
    let at = repo.invitations.iter().position(|i| i.id == id)?;
    Some(repo.invitations.remove(at))
}

/// Sets the role of somebody who is there, and says what kind of asset it is.
pub fn set_role(
    world: &mut World,
    asset: &str,
    is_team: bool,
    login: &str,
    role: &str,
) -> Result<&'static str, String> {
    let unknown = || format!("there is no role '{role}' there");
    let absent = || format!("{login} is not in {asset}");
    if is_team {
        let (org, slug) = asset.split_once('/').ok_or("a team is named org/slug")?;
        let team = world.orgs.get_mut(org).and_then(|org| org.teams.get_mut(slug));
        let own = team.and_then(|team| team.members.get_mut(login)).ok_or_else(absent)?;
        *own = TeamRole::find(role).ok_or_else(unknown)?;
        return Ok("team");
    }
    if let Some(repo) = world.repos.get_mut(asset) {
        let own = repo.collaborators.get_mut(login).ok_or_else(absent)?;
        *own = RepoRole::ALL.into_iter().find(|r| r.as_str() == role).ok_or_else(unknown)?;
        return Ok("repository");
    }
    let own = world.orgs.get_mut(asset).and_then(|org| org.members.get_mut(login)).ok_or_else(absent)?;
    *own = OrgRole::find(role).ok_or_else(unknown)?;
    Ok("organization")
}

/// A repository gets another name, and its old one leads there; an organization only another title.
pub fn rename(world: &mut World, asset: &str, name: &str) -> Result<(), String> {
    if let Some(org) = world.orgs.get_mut(asset) {
        name.clone_into(&mut org.name);
        return Ok(());
    }
    let new = format!("{}/{name}", owner_of(asset));
    if name.contains('/') || world.repos.contains_key(&new) {
        return Err(format!("{new} cannot be the new name"));
    }
    let mut repo = world.repos.remove(asset).ok_or_else(|| format!("there is no {asset}"))?;
    repo.former_names.insert(asset.to_owned());
    world.repos.insert(new, repo);
    Ok(())
}
