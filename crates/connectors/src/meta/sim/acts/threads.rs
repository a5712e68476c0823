//! Threads accounts: added to a portfolio, and made public. What Meta says when it refuses is in its own words
//! (Meta business help, 2026-11).

use super::Deed;
use crate::meta::sim::world::{AssetKind, World};

const ONLY_FULL: &str = "Only people with full control can add this account.";
const NO_MEMBER: &str = "You don\u{2019}t have sufficient permissions for this business.";
const NOT_ASSIGNED: &str = "Action not allowed: Missing required permissions.";
const NOT_ADMIN: &str = "You must be an admin to complete this request.";
const PRIVATE: &str = "The Threads account wasn\u{2019}t added";

impl Deed<'_> {
    /// Business settings, Threads accounts, Add. Which of the four messages comes when is a guess.
    pub fn add_threads(&self, world: &mut World) -> Result<(), String> {
        let id = self.threads(world)?;
        let portfolio = self.principal().ok_or("name the 'principal', a portfolio")?.to_owned();
        let account = world.instagram_of(&id).ok_or("no Instagram account is connected to it")?;
        if world.find_member(&portfolio, self.person).is_none() {
            return Err(NO_MEMBER.into());
        }
        if !world.is_admin(&portfolio, self.person) {
            let works_on_it = !world.tasks_of(account, self.person).is_empty();
            return Err(if works_on_it { ONLY_FULL } else { NOT_ASSIGNED }.into());
        }
        let asset = &world.assets[&id];
        if asset.portfolio.as_deref().is_some_and(|other| other != portfolio) {
            return Err(NOT_ADMIN.into());
        }
        // TH-6.
        if account.personal {
            return Err("Switch to a professional account on Instagram first".into());
        }
        if asset.private {
            return Err(PRIVATE.into());
        }
        if account.name != asset.name {
            return Err("Your Threads and Instagram usernames must match".into());
        }
        world.assets.get_mut(&id).ok_or("there is no such asset")?.portfolio = Some(portfolio);
        Ok(())
    }

    /// Privacy, Private profile. Whoever works on the account has its login.
    pub fn set_private(&self, world: &mut World) -> Result<(), String> {
        let id = self.threads(world)?;
        let private = self.act.value.as_ref().and_then(|value| value.as_bool());
        let private = private.ok_or("'value' must be true or false")?;
        world.assets.get_mut(&id).ok_or("there is no such asset")?.private = private;
        Ok(())
    }

    fn threads(&self, world: &World) -> Result<String, String> {
        let id = self.asset()?;
        match world.assets.get(id).map(|asset| asset.kind) {
            Some(AssetKind::Threads) => Ok(id.to_owned()),
            _ => Err(format!("{id} is no Threads account")),
        }
    }
}
