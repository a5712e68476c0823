//! Who may see and do what in a world.

use std::collections::BTreeSet;

use super::world::{Asset, AssetKind, Member, Role, Share, ShareStatus, World};

/// Somebody whom tasks can be assigned to.
#[derive(Clone, Debug)]
pub struct Assignee<'a> {
    pub portfolio: &'a str,
    pub name: String,
    /// The cast's id; a system user has none.
    pub person: Option<&'a str>,
}

impl World {
    pub fn find_member(&self, portfolio: &str, person: &str) -> Option<&Member> {
        self.portfolios.get(portfolio)?.members.get(person)
    }

    pub fn is_admin(&self, portfolio: &str, person: &str) -> bool {
        self.find_member(portfolio, person).is_some_and(|member| member.role == Role::Admin)
    }

    pub fn admins(&self, portfolio: &str) -> usize {
        let members = self.portfolios.get(portfolio).map(|portfolio| portfolio.members.values());
        members.map_or(0, |members| members.filter(|member| member.role == Role::Admin).count())
    }

    /// The portfolios that a person is a member of.
    pub fn portfolios_of(&self, person: &str) -> impl Iterator<Item = &String> {
        self.portfolios
            .iter()
            .filter(move |(_, portfolio)| portfolio.members.contains_key(person))
            .map(|(id, _)| id)
    }

    /// A person's own tasks on an asset, through whichever portfolio. Full control of the portfolio
    /// alone gives none (META-2; seen in life).
    pub fn tasks_of(&self, asset: &Asset, person: &str) -> BTreeSet<String> {
        let own = self.users.get(person).map(|user| &user.id);
        let memberships = self.portfolios.values().filter_map(|portfolio| portfolio.members.get(person));
        own.into_iter()
            .chain(memberships.map(|member| &member.id))
            .filter_map(|id| asset.assigned.get(id))
            .flatten()
            .cloned()
            .collect()
    }

    /// Whether the asset exists at all for this person.
    pub fn can_see(&self, asset: &Asset, person: &str) -> bool {
        let partners = asset.partners.iter().filter(|(_, share)| share.status == ShareStatus::Confirmed);
        let mut portfolios = asset.portfolio.iter().chain(partners.map(|(id, _)| id));
        portfolios.any(|portfolio| self.is_admin(portfolio, person))
            || !self.tasks_of(asset, person).is_empty()
    }

    /// Ids of the assets that a portfolio owns (or, with `shared`, received), as far as this person sees them.
    ///
    /// Partial access sees what is assigned to it. Nobody else sees anything, and is not told why:
    /// an empty list looks the same as having no assets (observed by implementers).
    pub fn list_assets(&self, portfolio: &str, kind: AssetKind, shared: bool, person: &str) -> Vec<String> {
        let Some(member) = self.find_member(portfolio, person) else { return Vec::new() };
        let belongs = |asset: &Asset| match shared {
            false => asset.portfolio.as_deref() == Some(portfolio),
            true => asset.partners.get(portfolio).is_some_and(|share| share.status == ShareStatus::Confirmed),
        };
        let sees = |asset: &Asset| member.role == Role::Admin || asset.assigned.contains_key(&member.id);
        let assets =
            self.assets.iter().filter(|(_, asset)| asset.kind == kind && belongs(asset) && sees(asset));
        assets.map(|(id, _)| id.clone()).collect()
    }

    /// Who has this user id in one of the portfolios.
    pub fn find_assignee(&self, user: &str, name_of: impl Fn(&str) -> String) -> Option<Assignee<'_>> {
        self.portfolios.iter().find_map(|(portfolio, entry)| {
            if let Some(system_user) = entry.system_users.get(user) {
                return Some(Assignee { portfolio, name: system_user.name.clone(), person: None });
            }
            let (person, _) = entry.members.iter().find(|(_, member)| member.id == user)?;
            Some(Assignee { portfolio, name: name_of(person), person: Some(person) })
        })
    }

    /// The asset and the partner of a sharing agreement that waits.
    pub fn find_agreement(&self, id: &str) -> Option<(String, String)> {
        self.assets.iter().find_map(|(asset, entry)| {
            let waits = |share: &Share| share.agreement.as_deref() == Some(id);
            let (partner, _) = entry.partners.iter().find(|(_, share)| waits(share))?;
            Some((asset.clone(), partner.clone()))
        })
    }

    /// Whether something of this owner is shared with this partner already: then datasets are shared at once.
    pub fn are_related(&self, owner: &str, partner: &str) -> bool {
        self.assets.values().any(|asset| {
            asset.portfolio.as_deref() == Some(owner)
                && asset.partners.get(partner).is_some_and(|share| share.status == ShareStatus::Confirmed)
        })
    }

    /// Whether a dataset can be connected to this ad account for a portfolio: it has access to both, and to the
    /// dataset with the task that is there for it (Meta docs: pixel sharing guide and `shared_accounts`, 2026-11).
    pub fn may_connect(&self, dataset: &str, account: &str, portfolio: &str) -> bool {
        let has = |id: &str, task: Option<&str>| {
            self.assets.get(id).is_some_and(|asset| {
                let share = asset.partners.get(portfolio).filter(|s| s.status == ShareStatus::Confirmed);
                asset.portfolio.as_deref() == Some(portfolio)
                    || share.is_some_and(|share| task.is_none_or(|task| share.tasks.contains(task)))
            })
        };
        has(dataset, Some("ADVERTISE")) && has(account, None)
    }

    /// Takes the tasks of everybody in a portfolio off an asset, as the loss of a share does.
    pub fn unassign_all(&mut self, asset: &str, portfolio: &str) {
        let Some(entry) = self.portfolios.get(portfolio) else { return };
        let Some(asset) = self.assets.get_mut(asset) else { return };
        asset.assigned.retain(|user, _| {
            !entry.system_users.contains_key(user) && !entry.members.values().any(|member| member.id == *user)
        });
    }
}
