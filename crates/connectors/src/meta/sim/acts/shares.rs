//! Shares ended and reviewed by hand.

use valetkey_sdk::sim::Operation;

use super::Deed;
use crate::meta::sim::world::{ShareStatus, World};

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
