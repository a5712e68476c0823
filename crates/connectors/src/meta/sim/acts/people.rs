//! People who come, go, and may do more or less than before.

use std::collections::BTreeSet;

use valetkey_sdk::sim::Operation;

use super::Deed;
use crate::meta::sim::tasks;
use crate::meta::sim::world::{AssetKind, Role, World};

impl Deed<'_> {
    pub fn remove_person(&self, world: &mut World, who: &str) -> Result<(), String> {
        let on_asset = self.act.asset.as_ref().filter(|asset| world.assets.contains_key(&asset.id));
        let Some(asset) = on_asset else {
            let portfolio = self.portfolio_of(world, who)?;
            self.check_admin(world, &portfolio)?;
            let person = person_of(world, &portfolio, who)?;
            return self.take_out(world, &portfolio, &person);
        };
        // Whoever it is belongs to the owner, or to a partner that assigned its own people.
        let user = self.user_id(world, &asset.id, who)?;
        let theirs = world.find_assignee(&user, str::to_owned).map(|found| found.portfolio.to_owned());
        let owner = world.assets[&asset.id].portfolio.clone();
        self.check_admin(world, &theirs.or(owner).unwrap_or_default())?;
        self.set_tasks(world, &asset.id, who, &BTreeSet::new())
    }

    pub fn leave(&self, world: &mut World) -> Result<(), String> {
        let portfolio = self.portfolio_of(world, self.person)?;
        self.take_out(world, &portfolio, self.person)
    }

    pub fn take_out(&self, world: &mut World, portfolio: &str, person: &str) -> Result<(), String> {
        // Meta docs: error tables, 2026-11 (3914 in the API).
        if world.is_admin(portfolio, person) && world.admins(portfolio) == 1 {
            return Err(format!("{person} is the last admin of the portfolio and cannot go"));
        }
        let entry = world.portfolios.get_mut(portfolio).ok_or("there is no such portfolio")?;
        let member =
            entry.members.remove(person).ok_or_else(|| format!("{person} is not in the portfolio"))?;
        for (id, asset) in &mut world.assets {
            if let Some(tasks) = asset.assigned.remove(&member.id) {
                self.record(Operation::Remove, (asset.kind.as_str(), id), ("person", &member.id), tasks);
            }
        }
        let role = [member.role.as_str().to_owned()];
        self.record(Operation::Remove, ("portfolio", portfolio), ("person", &member.id), role);
        Ok(())
    }

    /// On an asset: the tasks of a person or a partner. Else: the role in a portfolio, by default one's own.
    pub fn change_role(&self, world: &mut World) -> Result<(), String> {
        let roles = self.act.roles.clone().ok_or("name the 'role'")?;
        let asset = self
            .act
            .asset
            .as_ref()
            .map(|asset| asset.id.as_str())
            .filter(|id| world.assets.contains_key(*id));
        if let Some(asset) = asset {
            let who = self.principal().unwrap_or(self.person);
            return self.set_tasks(world, asset, who, &roles.into_iter().collect());
        }
        let who = self.principal().unwrap_or(self.person);
        let portfolio = self.portfolio_of(world, who)?;
        let person = person_of(world, &portfolio, who)?;
        let role = match roles.as_slice() {
            [one] if one == "ADMIN" => Role::Admin,
            [one] if one == "EMPLOYEE" => Role::Employee,
            [] => return self.take_out(world, &portfolio, &person),
            _ => return Err("the role in a portfolio is ADMIN or EMPLOYEE".into()),
        };
        let entry = world.portfolios.get_mut(&portfolio).ok_or("there is no such portfolio")?;
        let member =
            entry.members.get_mut(&person).ok_or_else(|| format!("{person} is not in the portfolio"))?;
        if member.role != role {
            member.role = role;
            let id = member.id.clone();
            self.record(
                Operation::Change,
                ("portfolio", &portfolio),
                ("person", &id),
                [role.as_str().to_owned()],
            );
        }
        Ok(())
    }

    /// Sets what a partner, a person or a system user may do on an asset; no tasks means gone.
    fn set_tasks(
        &self,
        world: &mut World,
        id: &str,
        who: &str,
        new: &BTreeSet<String>,
    ) -> Result<(), String> {
        let kind = world.assets[id].kind;
        if let Some(wrong) = new.iter().find(|task| !tasks::allowed(kind).contains(&task.as_str())) {
            return Err(format!("{wrong} is no task of a {}", kind.as_str()));
        }
        let now = self.hub.clock.now();
        if world.portfolios.contains_key(who) {
            if new.is_empty() {
                self.end(world, id, who, Operation::Remove);
                return Ok(());
            }
            let asset = world.assets.get_mut(id).ok_or("there is no such asset")?;
            let share = asset.partners.get_mut(who).ok_or_else(|| format!("{who} is no partner on {id}"))?;
            share.tasks.clone_from(new);
            share.updated_at = now;
            self.record(Operation::Change, (kind.as_str(), id), ("portfolio", who), new.clone());
            return Ok(());
        }
        let user = self.user_id(world, id, who)?;
        let is_system = world.find_assignee(&user, str::to_owned).is_some_and(|found| found.person.is_none());
        let asset = world.assets.get_mut(id).ok_or("there is no such asset")?;
        let before = asset.assigned.remove(&user);
        if !new.is_empty() {
            asset.assigned.insert(user.clone(), new.clone());
        }
        let operation = match (&before, new.is_empty()) {
            (None, true) => return Ok(()),
            (Some(_), true) => Operation::Remove,
            (None, false) => Operation::Grant,
            (Some(_), false) => Operation::Change,
        };
        let user_kind = if is_system { "system_user" } else { "person" };
        let roles = if new.is_empty() { before.unwrap_or_default() } else { new.clone() };
        let threads = asset.threads_user_id.clone().filter(|threads| world.follows_instagram(threads));
        self.record(operation, (kind.as_str(), id), (user_kind, &user), roles.clone());
        // TH-3: what people may do there is what they may do on Instagram.
        if let Some(threads) = threads {
            self.record(operation, (AssetKind::Threads.as_str(), &threads), (user_kind, &user), roles);
        }
        Ok(())
    }

    /// The portfolio that is meant: the named one, or the only one that this person or user is in.
    fn portfolio_of(&self, world: &World, who: &str) -> Result<String, String> {
        if let Some(asset) = &self.act.asset {
            return match world.portfolios.contains_key(&asset.id) {
                true => Ok(asset.id.clone()),
                false => Err(format!("there is no portfolio {}", asset.id)),
            };
        }
        if let Some(found) = world.find_assignee(who, str::to_owned) {
            return Ok(found.portfolio.to_owned());
        }
        let mut all = world.portfolios_of(who);
        match (all.next(), all.next()) {
            (Some(one), None) => Ok(one.clone()),
            (None, _) => Err(format!("{who} is in no portfolio")),
            (Some(_), Some(_)) => Err(format!("{who} is in several portfolios: name one as 'asset'")),
        }
    }

    fn check_admin(&self, world: &World, portfolio: &str) -> Result<(), String> {
        match world.is_admin(portfolio, self.person) {
            true => Ok(()),
            false => Err(format!("{} has no full control of the portfolio", self.person)),
        }
    }

    /// The id under which somebody works on an asset, from a cast's id or an id of Meta's.
    fn user_id(&self, world: &World, asset: &str, who: &str) -> Result<String, String> {
        if world.find_assignee(who, str::to_owned).is_some() {
            return Ok(who.to_owned());
        }
        let asset = &world.assets[asset];
        let portfolios = asset.portfolio.iter().chain(asset.partners.keys());
        let member = portfolios.filter_map(|portfolio| world.find_member(portfolio, who)).next();
        let own = world.users.get(who).map(|user| &user.id);
        let id = member.map(|member| &member.id).or(own);
        id.cloned().ok_or_else(|| format!("nobody here is called '{who}'"))
    }
}

/// The cast's id of a member, from that id or from the member's id in the portfolio.
fn person_of(world: &World, portfolio: &str, who: &str) -> Result<String, String> {
    let members = world.portfolios.get(portfolio).map(|entry| &entry.members);
    let found = members
        .and_then(|members| members.iter().find(|(person, member)| *person == who || member.id == who));
    found.map(|(person, _)| person.clone()).ok_or_else(|| format!("{who} is not in the portfolio"))
}
