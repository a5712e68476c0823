//! What people do by hand in Business settings: the world changes without any app knowing.

mod asking;
mod belongings;
mod in_app;
mod invitations;
mod notices;
mod people;
mod shares;
mod threads;

use valetkey_sdk::sim::{Act, Caller, Effect, Hub, Operation};

use super::world::{AssetKind, World};
use super::{Books, PLATFORM, SITE};

pub fn act(books: &Books, act: &Act, hub: &Hub) -> Result<(), String> {
    let person = act.person.as_str();
    if !books.world.newest().users.contains_key(person) {
        return Err(format!("{person} has no account at Meta"));
    }
    match act.deed.as_str() {
        "revoke_app" => {
            books.tokens.open().forget(None, person);
            notices::write(books, person, hub);
        }
        // Every session ends; consents stay (error subcode 460).
        "change_password" => books.tokens.open().kill(None, person, 460),
        _ => {
            let deed = Deed { act, hub, person };
            return books.world.change(hub.clock.now_ms(), 0, |world| deed.apply(world));
        }
    }
    Ok(())
}

/// One deed by hand that changes the world.
struct Deed<'a> {
    act: &'a Act,
    hub: &'a Hub,
    person: &'a str,
}

impl Deed<'_> {
    fn apply(&self, world: &mut World) -> Result<(), String> {
        match self.act.deed.as_str() {
            "remove" if self.is_about_a_member() => self.remove_member(world),
            "remove" => self.remove(world),
            "change_role" => self.change_role(world),
            "rename" => self.rename(world),
            "share" if self.is_about_a_member() => self.invite(world),
            "share" => self.share(world),
            "invite" => self.invite(world),
            "approve" => self.review(world, true),
            "accept" if self.waiting_for_me(world).is_some() => self.accept_invitation(world),
            "accept" => self.answer_agreement(world, true),
            "decline" if self.is_proposed_to_me(world) => self.answer_agreement(world, false),
            "decline" => self.review(world, false),
            "connect" => self.connect(world),
            "disconnect" => self.disconnect(world),
            "leave" => self.leave(world),
            "close_asset" => self.close(world),
            "ask" => self.ask(world),
            "approve_asked" => self.answer_asked(world, true),
            "decline_asked" => self.answer_asked(world, false),
            "withdraw_asked" => self.withdraw_asked(world),
            "create_portfolio" => self.create_portfolio(world),
            "add_asset" => self.add_asset(world),
            "add_threads" => self.add_threads(world),
            "set_private" => self.set_private(world),
            "invite_in_app" => self.invite_in_app(world),
            "accept_in_app" => self.accept_in_app(world),
            "change_in_app" => self.change_in_app(world),
            other => Err(format!(
                "nobody can '{other}' at Meta; there are share, invite, remove, change_role, rename, approve, accept, \
                 decline, connect, disconnect, leave, close_asset, create_portfolio, add_asset, add_threads, set_private, invite_in_app, \
                 accept_in_app, change_in_app, ask, approve_asked, decline_asked, withdraw_asked, revoke_app, \
                 change_password"
            )),
        }
    }

    fn asset(&self) -> Result<&str, String> {
        self.act.asset.as_ref().map(|asset| asset.id.as_str()).ok_or_else(|| "name the 'asset'".to_owned())
    }

    fn principal(&self) -> Option<&str> {
        self.act.principal.as_ref().map(|principal| principal.id.as_str())
    }

    /// Somebody named by e-mail address, who is or will be in a portfolio.
    fn is_about_a_member(&self) -> bool {
        self.principal().is_some_and(|id| id.contains('@'))
    }

    fn rename(&self, world: &mut World) -> Result<(), String> {
        let name =
            self.act.value.as_ref().and_then(|value| value.as_str()).ok_or("'value' must be the new name")?;
        let id = self.asset()?;
        if let Some(asset) = world.assets.get_mut(id) {
            name.clone_into(&mut asset.name);
        } else if let Some(portfolio) = world.portfolios.get_mut(id) {
            name.clone_into(&mut portfolio.name);
        } else {
            return Err(format!("there is no asset or portfolio {id}"));
        }
        Ok(())
    }

    /// An ad account is closed (or, with the value 2, disabled); a Page is deleted with all its shares.
    fn close(&self, world: &mut World) -> Result<(), String> {
        let id = self.asset()?.to_owned();
        let asset = world.assets.get_mut(&id).ok_or_else(|| format!("there is no asset {id}"))?;
        if asset.kind == AssetKind::AdAccount {
            let status = self.act.value.as_ref().map_or(Some(101), |value| value.as_u64());
            asset.status =
                status.and_then(|status| u32::try_from(status).ok()).ok_or("'value' must be a status")?;
            return Ok(());
        }
        for partner in asset.partners.keys().cloned().collect::<Vec<_>>() {
            self.end(world, &id, &partner, Operation::Remove);
        }
        world.assets.remove(&id);
        Ok(())
    }

    fn record(
        &self,
        operation: Operation,
        asset: (&str, &str),
        principal: (&str, &str),
        roles: impl IntoIterator<Item = String>,
    ) {
        let caller = Caller { app: None, person: Some(self.person.to_owned()) };
        self.hub.record(Effect::new(PLATFORM, SITE, operation, asset, principal, caller).with_roles(roles));
    }
}
