//! People invited into a portfolio by hand: Business settings, People, Invite (IG-10 to IG-14).

use jiff::SignedDuration;
use valetkey_sdk::sim::Operation;

use super::Deed;
use crate::meta::sim::world::{Member, PendingUser, Place, Role, World};

/// How long an invitation stays open; what Meta allows was not read (inferred).
const OPEN: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Deed<'_> {
    /// Full control invites by e-mail address, with a level (partial unless said), and what else was chosen as
    /// `value`: finance, an end, tasks on assets. Again for the same address sends it again.
    pub fn invite(&self, world: &mut World) -> Result<(), String> {
        let (portfolio, email) = self.addressee(world)?;
        let role = match self.act.roles.as_deref() {
            None | Some([]) => Role::Employee,
            Some([one]) if one == "EMPLOYEE" => Role::Employee,
            Some([one]) if one == "ADMIN" => Role::Admin,
            Some(_) => return Err("the role in a portfolio is ADMIN or EMPLOYEE".into()),
        };
        let chosen = self.act.value.clone().map(serde_json::from_value::<Place>).transpose();
        let place = chosen.map_err(|e| format!("'value': {e}"))?.unwrap_or_default();
        if let Some(stranger) = place
            .assets
            .keys()
            .find(|id| world.assets.get(*id).and_then(|asset| asset.portfolio.as_ref()) != Some(&portfolio))
        {
            return Err(format!("{stranger} does not belong to the portfolio"));
        }
        let expires_at = Some(self.hub.clock.now() + OPEN);
        let id = match find(world, &portfolio, &email) {
            Some(id) => id,
            None => self.new_id(world),
        };
        let waiting = PendingUser { email: email.clone(), role, expires_at, place };
        let entry = world.portfolios.get_mut(&portfolio).ok_or("there is no such portfolio")?;
        entry.pending_users.insert(id, waiting);
        let role = [role.as_str().to_owned()];
        self.record(Operation::Invite, ("portfolio", &portfolio), ("member", &email), role);
        Ok(())
    }

    /// The invited person says yes to what waits for their address; nothing is theirs before (IG-13).
    pub fn accept_invitation(&self, world: &mut World) -> Result<(), String> {
        let (portfolio, id) = self.waiting_for_me(world).ok_or("no invitation waits")?;
        let member_id = self.new_id(world);
        let entry = world.portfolios.get_mut(&portfolio).ok_or("there is no such portfolio")?;
        let waiting = entry.pending_users.remove(&id).ok_or("no invitation waits")?;
        if waiting.expires_at.is_some_and(|at| at <= self.hub.clock.now()) {
            entry.pending_users.insert(id, waiting);
            return Err("This invitation has expired".into());
        }
        let Place { finance, until, assets } = waiting.place;
        let member = Member { id: member_id.clone(), role: waiting.role, finance, until };
        entry.members.insert(self.person.to_owned(), member);
        let role = [waiting.role.as_str().to_owned()];
        self.record(Operation::Accept, ("portfolio", &portfolio), ("member", &waiting.email), role);
        for (asset, tasks) in assets {
            let Some(entry) = world.assets.get_mut(&asset) else { continue };
            entry.assigned.insert(member_id.clone(), tasks.clone());
            let kind = entry.kind.as_str();
            self.record(Operation::Grant, (kind, &asset), ("person", &member_id), tasks);
        }
        Ok(())
    }

    /// Takes an invitation back, or the person out of the portfolio.
    pub fn remove_member(&self, world: &mut World) -> Result<(), String> {
        let (portfolio, email) = self.addressee(world)?;
        let Some(id) = find(world, &portfolio, &email) else {
            let people = self.hub.people();
            let person = world.portfolios[&portfolio]
                .members
                .keys()
                .find(|person| people.find(person).is_some_and(|known| known.email == email))
                .cloned();
            let person = person.ok_or_else(|| format!("{email} is not in the portfolio"))?;
            return self.take_out(world, &portfolio, &person);
        };
        let entry = world.portfolios.get_mut(&portfolio).ok_or("there is no such portfolio")?;
        let role = entry.pending_users.remove(&id).map(|waiting| waiting.role.as_str().to_owned());
        self.record(Operation::Withdraw, ("portfolio", &portfolio), ("member", &email), role);
        Ok(())
    }

    pub fn waiting_for_me(&self, world: &World) -> Option<(String, String)> {
        let email = self.hub.people().find(self.person)?.email.clone();
        world
            .portfolios
            .keys()
            .find_map(|portfolio| Some((portfolio.clone(), find(world, portfolio, &email)?)))
    }

    /// The portfolio that this person has full control of, and whose address is meant.
    fn addressee(&self, world: &World) -> Result<(String, String), String> {
        let portfolio = self.asset()?.to_owned();
        if !world.is_admin(&portfolio, self.person) {
            return Err(format!("{} has no full control of the portfolio", self.person));
        }
        let email = self.principal().filter(|email| email.contains('@'));
        Ok((portfolio, email.ok_or("name the 'principal', an e-mail address")?.to_owned()))
    }

    pub fn new_id(&self, world: &World) -> String {
        let taken = |id: &String| {
            world.find_assignee(id, str::to_owned).is_some()
                || world.portfolios.values().any(|entry| entry.pending_users.contains_key(id))
        };
        (1..).map(|n| format!("{}", 122_990_000_000_000_u64 + n)).find(|id| !taken(id)).unwrap_or_default()
    }
}

fn find(world: &World, portfolio: &str, email: &str) -> Option<String> {
    let waiting = &world.portfolios.get(portfolio)?.pending_users;
    waiting.iter().find(|(_, one)| one.email == email).map(|(id, _)| id.clone())
}
