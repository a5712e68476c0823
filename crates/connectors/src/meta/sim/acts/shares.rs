//! Shares ended and reviewed by hand.

use std::collections::BTreeSet;

use valetkey_sdk::sim::Operation;

use super::Deed;
use crate::meta::sim::tasks;
use crate::meta::sim::world::{Share, ShareStatus, World};

impl Deed<'_> {
    /// Ends shares, from either side: of one asset or of all between two portfolios. With a person as
    /// principal, takes that person off the asset or out of the portfolio.
    pub fn remove(&self, world: &mut World) -> Result<(), String> {
        if let Some(who) = self.principal().filter(|who| !world.portfolios.contains_key(*who)) {
            let who = who.to_owned();
            return self.remove_person(world, &who);
        }
        let asset = self.act.asset.as_ref().map(|asset| asset.id.as_str());
        let mut shares = Vec::new();
        for (id, entry) in world.assets.iter().filter(|(id, _)| asset.is_none_or(|asset| *id == asset)) {
            let owner = entry.portfolio.as_deref().unwrap_or_default();
            for partner in entry.partners.keys() {
                let as_owner =
                    world.is_admin(owner, self.person) && self.principal().is_none_or(|p| p == partner);
                let as_partner = world.is_admin(partner, self.person)
                    && self.principal().is_none_or(|p| p == owner || p == partner);
                if as_owner || as_partner {
                    shares.push((id.clone(), partner.clone()));
                }
            }
        }
        if shares.is_empty() {
            return Err(format!("there is no such share that {} could remove", self.person));
        }
        for (id, partner) in shares {
            self.end(world, &id, &partner, Operation::Remove);
        }
        Ok(())
    }

    pub fn end(&self, world: &mut World, id: &str, partner: &str, operation: Operation) {
        let Some(asset) = world.assets.get_mut(id) else { return };
        let kind = asset.kind;
        if let Some(share) = asset.partners.remove(partner) {
            self.record(operation, (kind.as_str(), id), ("portfolio", partner), share.tasks);
            world.unassign_all(id, partner);
        }
    }

    /// Full control of the owning portfolio adds a partner in Business settings, with tasks that may be more
    /// than any call can give. It takes effect at once.
    pub fn share(&self, world: &mut World) -> Result<(), String> {
        let id = self.asset()?.to_owned();
        let partner = self.principal().ok_or("name the 'principal', a portfolio")?.to_owned();
        let tasks: BTreeSet<String> = self.act.roles.clone().ok_or("name the 'role'")?.into_iter().collect();
        let asset = world.assets.get(&id).ok_or_else(|| format!("there is no asset {id}"))?;
        let kind = asset.kind;
        let owner = world.holder(&id).ok_or_else(|| format!("{id} lies in no portfolio"))?.to_owned();
        if !world.is_admin(&owner, self.person) {
            return Err(format!("{} has no full control of the portfolio", self.person));
        }
        if !world.portfolios.contains_key(&partner) || partner == owner {
            return Err(format!("{partner} is no other portfolio"));
        }
        if let Some(wrong) = tasks.iter().find(|task| !tasks::exists(kind, task)) {
            return Err(format!("{wrong} is no task of a {}", kind.as_str()));
        }
        let now = self.hub.clock.now();
        let share = Share {
            tasks: tasks.clone(),
            status: ShareStatus::Confirmed,
            requested_at: now,
            updated_at: now,
            requested_by: None,
            agreement: None,
            plea: None,
        };
        world.assets.get_mut(&id).ok_or("there is no such asset")?.partners.insert(partner.clone(), share);
        self.record(Operation::Grant, (kind.as_str(), &id), ("portfolio", &partner), tasks);
        Ok(())
    }

    /// What waits for a portfolio of this person.
    fn find_proposed(&self, world: &World) -> Option<(String, String)> {
        let asset = self.act.asset.as_ref().map(|asset| asset.id.as_str());
        world.assets.iter().filter(|(id, _)| asset.is_none_or(|asset| *id == asset)).find_map(
            |(id, entry)| {
                let proposed = entry.partners.iter().find(|(partner, share)| {
                    share.status == ShareStatus::Proposed && world.is_admin(partner, self.person)
                });
                proposed.map(|(partner, _)| (id.clone(), partner.clone()))
            },
        )
    }

    pub fn is_proposed_to_me(&self, world: &World) -> bool {
        self.find_proposed(world).is_some()
    }

    /// The partner's admin says yes or no to what was proposed.
    pub fn answer_agreement(&self, world: &mut World, yes: bool) -> Result<(), String> {
        let found = self.find_proposed(world);
        let (id, partner) = found.ok_or_else(|| format!("nothing waits for {} to accept", self.person))?;
        if !yes {
            self.end(world, &id, &partner, Operation::Decline);
            return Ok(());
        }
        let asset = world.assets.get_mut(&id).ok_or("there is no such asset")?;
        let kind = asset.kind;
        let share = asset.partners.get_mut(&partner).ok_or("there is no such share")?;
        share.status = ShareStatus::Confirmed;
        share.updated_at = self.hub.clock.now();
        share.agreement = None;
        let tasks = share.tasks.clone();
        self.record(Operation::Accept, (kind.as_str(), &id), ("portfolio", &partner), tasks);
        Ok(())
    }

    /// A second admin approves or declines what a first one shared (Meta docs: business-to-business
    /// guide, 2026-11).
    pub fn review(&self, world: &mut World, yes: bool) -> Result<(), String> {
        let asset = self.act.asset.as_ref().map(|asset| asset.id.as_str());
        let waiting: Vec<(String, String)> = world
            .assets
            .iter()
            .filter(|(id, entry)| {
                let owner = entry.portfolio.as_deref().unwrap_or_default();
                asset.is_none_or(|asset| *id == asset) && world.is_admin(owner, self.person)
            })
            .flat_map(|(id, entry)| entry.partners.iter().map(move |(partner, share)| (id, partner, share)))
            .filter(|(_, partner, share)| {
                share.status == ShareStatus::Pending
                    && share.requested_by.as_deref() != Some(self.person)
                    && self.principal().is_none_or(|principal| principal == *partner)
            })
            .map(|(id, partner, _)| (id.clone(), partner.clone()))
            .collect();
        if waiting.is_empty() {
            return Err(format!(
                "nothing waits for a review by {}, or they asked for it themselves",
                self.person
            ));
        }
        for (id, partner) in waiting {
            if !yes {
                self.end(world, &id, &partner, Operation::Decline);
                continue;
            }
            let asset = world.assets.get_mut(&id).ok_or("there is no such asset")?;
            let share = asset.partners.get_mut(&partner).ok_or("there is no such share")?;
            share.status = ShareStatus::Confirmed;
            share.updated_at = self.hub.clock.now();
            share.requested_by = None;
            let (kind, roles) = (asset.kind, share.tasks.clone());
            self.record(Operation::Approve, (kind.as_str(), &id), ("portfolio", &partner), roles);
        }
        Ok(())
    }
}
