//! Shared Access inside the Instagram app: no call reads or changes it (IG-1 to IG-9).

use jiff::SignedDuration;
use valetkey_sdk::sim::Operation;

use super::Deed;
use crate::meta::sim::world::{AssetKind, LetIn, SharedAccess, World};

/// What can be allowed. Never the login or its settings (IG-1). The labels were not published (IG-9).
const PERMISSIONS: [&str; 4] = ["ads", "content", "engagement", "messages"];
/// How long an invitation can be accepted (IG-6).
const OPEN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// People let in at most, and with Meta Verified for Business (IG-5).
const ROOM: usize = 3;
const VERIFIED_ROOM: usize = 9;

impl Deed<'_> {
    /// Profile, menu, Shared Access: what is allowed, then whom (IG-4).
    pub fn invite_in_app(&self, world: &mut World) -> Result<(), String> {
        let who = self.invitee(world)?;
        let permissions: std::collections::BTreeSet<String> =
            self.act.roles.clone().ok_or("name the 'role'")?.into_iter().collect();
        if let Some(wrong) = permissions.iter().find(|p| !PERMISSIONS.contains(&p.as_str())) {
            return Err(format!("Shared Access does not offer '{wrong}'"));
        }
        if permissions.is_empty() {
            return Err("choose what is allowed first".into());
        }
        let now = self.hub.clock.now();
        let (id, shared) = self.shared(world)?;
        let room = if shared.verified { VERIFIED_ROOM } else { ROOM };
        let is_there = |one: &LetIn| one.accepted || now < one.invited_at + OPEN;
        let others = shared.people.iter().filter(|(other, one)| **other != who && is_there(one)).count();
        if others >= room {
            return Err("You\u{2019}ve reached the limit of people you can invite".into());
        }
        let one = LetIn { permissions: permissions.clone(), invited_at: now, accepted: false };
        shared.people.insert(who.clone(), one);
        self.record(Operation::Invite, ("instagram_account", &id), ("profile", &who), permissions);
        Ok(())
    }

    /// The invited person says yes, within the week (IG-6).
    pub fn accept_in_app(&self, world: &mut World) -> Result<(), String> {
        let (now, who) = (self.hub.clock.now(), self.person.to_owned());
        let (id, shared) = self.shared(world)?;
        let one = shared.people.get_mut(&who).filter(|one| !one.accepted);
        let one = one.ok_or_else(|| format!("nothing waits for {who}"))?;
        if now >= one.invited_at + OPEN {
            return Err("This invitation has expired".into());
        }
        one.accepted = true;
        let permissions = one.permissions.clone();
        self.record(Operation::Accept, ("instagram_account", &id), ("profile", &who), permissions);
        Ok(())
    }

    /// The owner changes or ends it on the same screen, at any time (IG-8).
    pub fn change_in_app(&self, world: &mut World) -> Result<(), String> {
        let who = self.invitee(world)?;
        let new = self.act.roles.clone().ok_or("name the 'role'; none ends it")?;
        let (id, shared) = self.shared(world)?;
        let one = shared.people.get_mut(&who).ok_or_else(|| format!("{who} is not let in"))?;
        let (operation, roles) = if new.is_empty() {
            let accepted = one.accepted;
            let roles: Vec<String> = one.permissions.iter().cloned().collect();
            shared.people.remove(&who);
            (if accepted { Operation::Remove } else { Operation::Withdraw }, roles)
        } else {
            one.permissions = new.iter().cloned().collect();
            (Operation::Change, new)
        };
        self.record(operation, ("instagram_account", &id), ("profile", &who), roles);
        Ok(())
    }

    /// Somebody with an Instagram account of their own (IG-1).
    fn invitee(&self, world: &World) -> Result<String, String> {
        let who = self.principal().ok_or("name the 'principal', a person")?;
        match world.users.contains_key(who) && who != self.person {
            true => Ok(who.to_owned()),
            false => Err(format!("there is no other person '{who}' on Instagram")),
        }
    }

    /// The account's Shared Access, if Instagram offers it there: it never said to whom (IG-2).
    fn shared<'w>(&self, world: &'w mut World) -> Result<(String, &'w mut SharedAccess), String> {
        let id = self.asset()?.to_owned();
        let account = world.assets.get_mut(&id).filter(|asset| asset.kind == AssetKind::Instagram);
        let account = account.ok_or_else(|| format!("{id} is no Instagram account"))?;
        let shared = account.shared_access.as_mut();
        Ok((id, shared.ok_or("Shared Access isn\u{2019}t available for this account")?))
    }
}
