//! Reads and checks the `github` section of a world file, and holds the default one.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde_json::Value;
use valetkey_sdk::sim::People;

use super::world::{World, owner_of};

/// Parses a section; without any app it gets the documented one, so that a sign-in is possible.
pub fn parse(section: &Value, people: &People) -> Result<World, String> {
    let read = |section: &Value| World::deserialize(section).map_err(|e| e.to_string());
    let mut world = read(section)?;
    if world.apps.is_empty() {
        world.apps = read(&default_section())?.apps;
    }
    check(&world, people)?;
    Ok(world)
}

/// The documented world.
pub fn default_section() -> Value {
    serde_json::from_str(include_str!("../world.json")).expect("a test reads the world file")
}

fn check(world: &World, people: &People) -> Result<(), String> {
    let mut names = BTreeSet::new();
    for (person, user) in &world.users {
        if people.find(person).is_none() {
            return Err(format!("the user '{person}' is not one of the people"));
        }
        if !names.insert(user.login.to_ascii_lowercase()) {
            return Err(format!("the login '{}' is given twice", user.login));
        }
    }
    for (login, org) in &world.orgs {
        // Users and organizations share one space of names.
        if !names.insert(login.to_ascii_lowercase()) {
            return Err(format!("the login '{login}' is given twice"));
        }
        let teams = org.teams.values().flat_map(|team| team.members.keys());
        if let Some(stranger) = teams.clone().find(|member| !org.members.contains_key(*member)) {
            return Err(format!("'{stranger}' is in a team of '{login}' and not in the organization"));
        }
        let invited = org.invitations.iter().map(|invitation| &invitation.login);
        known(world, org.members.keys().chain(invited).chain(&org.blocked))?;
    }
    for (full_name, repo) in &world.repos {
        let owner = owner_of(full_name);
        if full_name.split('/').count() != 2 || !names.contains(&owner.to_ascii_lowercase()) {
            return Err(format!("the repository '{full_name}' belongs to nobody here"));
        }
        let invited = repo.invitations.iter().map(|invitation| &invitation.login);
        known(world, repo.collaborators.keys().chain(invited))?;
    }
    Ok(())
}

fn known<'a>(world: &World, mut logins: impl Iterator<Item = &'a String>) -> Result<(), String> {
    match logins.find(|login| world.users.values().all(|user| user.login != **login)) {
        Some(stranger) => Err(format!("'{stranger}' is nobody's login here")),
        None => Ok(()),
    }
}
