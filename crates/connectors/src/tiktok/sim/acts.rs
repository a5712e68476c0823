//! What people do by hand in Business Center: say yes or no, share, remove, move an ad account.

use valetkey_sdk::sim::{Act, Caller, Effect, Hub, Operation, People};

use super::members::{drop_member, person_of, places};
use super::partners::drop_partner;
use super::world::{Kind, Member, Roles, World};
use super::{Books, PLATFORM, SITE};

const CENTER: &str = "business_center";

pub fn act(books: &Books, act: &Act, hub: &Hub) -> Result<(), String> {
    if !books.world.newest().users.contains_key(&act.person) {
        return Err(format!("{} is no user of TikTok", act.person));
    }
    if act.deed == "revoke_app" {
        let mut drawers = books.tokens.open();
        drawers.tokens.values_mut().filter(|t| t.person == act.person).for_each(|t| t.dead = true);
        drawers.creators.retain(|_, t| t.person != act.person);
        hub.touch();
        return Ok(());
    }
    let people = hub.people();
    books.world.change(hub.clock.now_ms(), 0, |world| Deed { act, hub, people: &people }.apply(world))
}

pub struct Deed<'a> {
    pub act: &'a Act,
    hub: &'a Hub,
    people: &'a People,
}

impl Deed<'_> {
    fn apply(&self, world: &mut World) -> Result<(), String> {
        match self.act.deed.as_str() {
            "accept" | "decline" => self.answer(world),
            "accept_partner" => self.accept_partner(world),
            "share" => self.share(world),
            "remove" => self.remove(world),
            "remove_partner" => self.remove_partner(world),
            "remove_member" => self.remove_member(world),
            "resend" => self.resend(world),
            "transfer" => self.transfer(world),
            "scan" => self.scan(world),
            "allow_sharing" => self.allow_sharing(world),
            "unlink" => self.unlink(world),
            "request" => self.request(world),
            "approve_request" | "decline_request" => self.answer_request(world),
            other => {
                let all = "accept, decline, accept_partner, share, remove, remove_partner, remove_member, resend, \
                           transfer, scan, allow_sharing, unlink, request, approve_request, decline_request, \
                           revoke_app";
                Err(format!("nobody can '{other}' at TikTok; there are {all}"))
            }
        }
    }

    pub fn now_ms(&self) -> i64 {
        self.hub.clock.now_ms()
    }

    pub fn asset(&self) -> Result<&str, String> {
        Ok(&self.act.asset.as_ref().ok_or("name the 'asset'")?.id)
    }

    pub fn principal(&self) -> Result<&str, String> {
        Ok(&self.act.principal.as_ref().ok_or("name the 'principal'")?.id)
    }

    pub fn record(&self, operation: Operation, asset: (&str, &str), principal: (&str, &str), roles: &Roles) {
        let caller = Caller { app: None, person: Some(self.act.person.clone()) };
        let effect = Effect::new(PLATFORM, SITE, operation, asset, principal, caller);
        self.hub.record(effect.with_roles(roles));
    }

    /// The asset is the Business Center, or an ad account that the invitation brings.
    fn answer(&self, world: &mut World) -> Result<(), String> {
        let (asset, person) = (self.asset()?, &self.act.person);
        let center =
            world.assets.get(asset).and_then(|thing| thing.owner.clone()).unwrap_or(asset.to_owned());
        let email = self.people.find(person).map(|p| p.email.to_lowercase()).unwrap_or_default();
        let none = || format!("{person} is not invited to {center}");
        let user = world.users[person].clone();
        let found = world.centers.get_mut(&center).ok_or_else(none)?;
        let invited = found.invited.get_mut(&email).filter(|invited| !invited.rejected).ok_or_else(none)?;
        let kept = invited.clone();
        let accepts = self.act.deed == "accept";
        if accepts {
            found.invited.remove(&email);
            let member = Member { role: kept.role.clone(), finance: kept.finance.clone() };
            found.members.insert(person.clone(), member);
            for (id, role) in &kept.assets {
                let Some(thing) = world.assets.get_mut(id) else { continue };
                let members = thing.members.entry(center.clone()).or_default();
                members.insert(person.clone(), Roles::from([role.clone()]));
            }
        } else {
            invited.rejected = true;
        }
        for (asset, roles) in places(&center, &kept) {
            let operation = if accepts { Operation::Accept } else { Operation::Decline };
            self.record(operation, (asset.0, &asset.1), ("member", &user), &roles.into_iter().collect());
        }
        Ok(())
    }

    /// An Admin of the partner says yes; the asset is the Business Center that shares.
    fn accept_partner(&self, world: &mut World) -> Result<(), String> {
        let center = self.asset()?;
        let mine: Vec<_> = world
            .centers
            .iter()
            .filter(|(_, c)| c.is_admin(&self.act.person))
            .map(|(id, _)| id.clone())
            .collect();
        let sharing =
            world.centers.get_mut(center).ok_or_else(|| format!("there is no Business Center {center}"))?;
        let waiting = mine.into_iter().find(|own| sharing.partners.get(own) == Some(&false));
        let partner = waiting.ok_or_else(|| format!("{center} waits for nobody of {}", self.act.person))?;
        sharing.partners.insert(partner.clone(), true);
        for (id, thing) in world.assets.iter().filter(|(_, t)| t.owner.as_deref() == Some(center)) {
            if let Some(roles) = thing.partners.get(&partner) {
                self.record(Operation::Approve, (thing.of.word(), id), (CENTER, &partner), roles);
            }
        }
        Ok(())
    }

    /// An owner's Admin, in Business Center. A TikTok account only after the partner was added (TT-16).
    fn share(&self, world: &mut World) -> Result<(), String> {
        let (asset, partner) = (self.asset()?, self.principal()?);
        let thing = world.assets.get_mut(asset).ok_or_else(|| format!("there is no asset {asset}"))?;
        let owner = thing.owner.as_ref().and_then(|owner| world.centers.get_mut(owner));
        let owner = owner.filter(|owner| owner.is_admin(&self.act.person));
        let owner = owner.ok_or_else(|| format!("{} is no Admin where {asset} belongs", self.act.person))?;
        if thing.of == Kind::TtAccount && !owner.partners.contains_key(partner) {
            return Err(
                "add the partner first: a TikTok account is shared with a partner that is there".into()
            );
        }
        if thing.of == Kind::TtAccount && !thing.may_be_shared {
            return Err(
                "there is no tab Partners: its owner has to allow TikTok account sharing first".into()
            );
        }
        owner.partners.entry(partner.to_owned()).or_insert(true);
        let roles: Roles = self.act.roles.clone().unwrap_or_default().into_iter().collect();
        thing.partners.insert(partner.to_owned(), roles.clone());
        self.record(Operation::Grant, (thing.of.word(), asset), (CENTER, partner), &roles);
        Ok(())
    }

    /// One asset from a partner or from a member; nothing else is touched.
    fn remove(&self, world: &mut World) -> Result<(), String> {
        let (asset, who) = (self.asset()?, self.principal()?);
        let thing = world.assets.get_mut(asset).ok_or_else(|| format!("there is no asset {asset}"))?;
        let owner = thing.owner.clone().unwrap_or_default();
        if !world.centers.get(&owner).is_some_and(|owner| owner.is_admin(&self.act.person)) {
            return Err(format!("{} is no Admin where {asset} belongs", self.act.person));
        }
        let gone = || format!("{who} does not have {asset}");
        if world.centers.contains_key(who) {
            let roles = thing.partners.remove(who).ok_or_else(gone)?;
            thing.members.remove(who);
            self.record(Operation::Remove, (thing.of.word(), asset), (CENTER, who), &roles);
            return Ok(());
        }
        let roles = thing.members.get_mut(&owner).and_then(|members| members.remove(who)).ok_or_else(gone)?;
        self.record(Operation::Remove, (thing.of.word(), asset), ("member", who), &roles);
        Ok(())
    }

    fn remove_partner(&self, world: &mut World) -> Result<(), String> {
        let (center, partner) = (self.asset()?, self.principal()?);
        self.is_admin(world, center)?;
        let lost = drop_partner(world, center, partner).ok_or_else(|| format!("{partner} is no partner"))?;
        for (kind, asset, roles) in lost {
            self.record(Operation::Remove, (kind.word(), &asset), (CENTER, partner), &roles);
        }
        Ok(())
    }

    fn remove_member(&self, world: &mut World) -> Result<(), String> {
        let (center, person) = (self.asset()?, self.principal()?);
        self.is_admin(world, center)?;
        let found = world.centers.get_mut(center).expect("an Admin is there");
        let member = found.members.remove(person).ok_or_else(|| format!("{person} is no member"))?;
        self.record(Operation::Remove, (CENTER, center), ("member", person), &Roles::from([member.role]));
        for (kind, asset, roles) in drop_member(world, center, person) {
            self.record(Operation::Remove, (kind.word(), &asset), ("member", person), &roles);
        }
        Ok(())
    }

    fn is_admin(&self, world: &World, center: &str) -> Result<(), String> {
        let found = world.centers.get(center).filter(|found| found.is_admin(&self.act.person));
        found.map(drop).ok_or_else(|| format!("{} is no Admin of {center}", self.act.person))
    }

    /// "Resend request": the mail goes out again, and nothing else changes.
    fn resend(&self, world: &World) -> Result<(), String> {
        let (center, who) = (self.asset()?, self.principal()?);
        self.is_admin(world, center)?;
        let email = self.people.find(who).map_or(who, |p| &p.email).to_lowercase();
        let waits = world.centers[center].invited.get(&email).is_some_and(|invited| !invited.rejected);
        let known = person_of(self.people, &email).is_some();
        if waits && known { Ok(()) } else { Err(format!("{who} has no open invitation to {center}")) }
    }

    /// Moves an ad account into a Business Center for good: never one that another owns already (TT-44).
    fn transfer(&self, world: &mut World) -> Result<(), String> {
        let (asset, center) = (self.asset()?, self.principal()?);
        self.is_admin(world, center)?;
        let to = &world.centers[center];
        if world.rules.verified_areas.contains(&to.area) && to.verification != "VERIFIED" {
            return Err(format!("{center} has to complete business verification first"));
        }
        let thing = world.assets.get_mut(asset).filter(|t| t.of == Kind::Advertiser);
        let thing = thing.ok_or_else(|| format!("there is no ad account {asset}"))?;
        if let Some(owner) = &thing.owner {
            return Err(format!("{asset} belongs to Business Center {owner} and cannot be moved"));
        }
        if thing.person.as_ref() != Some(&self.act.person) {
            return Err(format!("whoever owns {asset} has to say yes"));
        }
        (thing.owner, thing.person) = (Some(center.to_owned()), None);
        Ok(())
    }
}
