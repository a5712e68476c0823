//! Ad accounts that a Business Center asks for with their id, and who says yes: TT-32 to TT-36.
//! No call does this ("API list", portal docs, read 2026-11-23): people do, in Business Center and Ads Manager.

use serde_json::Value;
use valetkey_sdk::sim::Operation;

use super::acts::Deed;
use super::world::{Asked, Kind, Roles, Thing, World};

const CENTER: &str = "business_center";

impl Deed<'_> {
    /// "Request Access": an Admin of the asking Business Center names the id and the role. Whether it wants to
    /// be named as media agency is asked of who wants to work, and not of who only looks (TT-35).
    pub fn request(&self, world: &mut World) -> Result<(), String> {
        let (asset, center) = (self.asset()?, self.principal()?);
        let own = world.centers.get(center).is_some_and(|found| found.is_admin(&self.act.person));
        if !own {
            return Err(format!("{} is no Admin of {center}", self.act.person));
        }
        let role = self.act.roles.iter().flatten().next().ok_or("name the 'role'")?;
        let media_agency = self.act.value.as_ref().and_then(Value::as_bool).unwrap_or_default();
        let thing = world.assets.get_mut(asset).ok_or_else(|| format!("there is no ad account {asset}"))?;
        if thing.of != Kind::Advertiser {
            return Err(format!("a {} cannot be requested: its owner shares it", thing.of.word()));
        }
        let rank = thing.of.rank(role).ok_or_else(|| format!("{role} is no role on an ad account"))?;
        if media_agency && rank == 0 {
            return Err("who only looks is not asked about a media agency partnership".into());
        }
        if thing.owner.as_deref() == Some(center) || thing.partners.contains_key(center) {
            return Err(format!("{center} has {asset} already"));
        }
        thing.asked.insert(center.to_owned(), Asked { role: role.clone(), media_agency });
        let roles = Roles::from([role.clone()]);
        self.record(Operation::Request, (Kind::Advertiser.word(), asset), (CENTER, center), &roles);
        Ok(())
    }

    /// In Notifications, Business Center: by an Admin of the Business Center that owns it, or else by whoever
    /// owns it (TT-36).
    pub fn answer_request(&self, world: &mut World) -> Result<(), String> {
        let (asset, center, person) = (self.asset()?, self.principal()?, &self.act.person);
        let thing = world.assets.get(asset).ok_or_else(|| format!("there is no ad account {asset}"))?;
        let decides = |thing: &Thing| match &thing.owner {
            Some(owner) => world.centers[owner].is_admin(person),
            None => thing.person.as_ref() == Some(person),
        };
        if !decides(thing) {
            return Err(format!("{asset} is not {person}'s to give"));
        }
        let owner = thing.owner.clone();
        let thing = world.assets.get_mut(asset).expect("found above");
        let asked = thing.asked.remove(center).ok_or_else(|| format!("{center} did not ask for {asset}"))?;
        let roles = Roles::from([asked.role]);
        let accepts = self.act.deed == "approve_request";
        if accepts {
            thing.partners.insert(center.to_owned(), roles.clone());
            if asked.media_agency {
                thing.media_agency = Some(center.to_owned());
            }
            if let Some(owner) = owner.and_then(|owner| world.centers.get_mut(&owner)) {
                owner.partners.insert(center.to_owned(), true);
            }
        }
        let operation = if accepts { Operation::Approve } else { Operation::Decline };
        self.record(operation, (Kind::Advertiser.word(), asset), (CENTER, center), &roles);
        Ok(())
    }
}
