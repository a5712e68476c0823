//! TikTok accounts: codes that a profile's owner scans, what the owner allows, and how it ends.
//!
//! "Get a TikTok account authorization link", portal docs?id=1846868897541122; the rules are TT-16 to TT-42.

use serde_json::{Value, json};
use valetkey_sdk::sim::Operation;

use super::APP;
use super::acts::Deed;
use super::answer::Refusal;
use super::call::Call;
use super::world::{Kind, Roles, Scan, World};

/// What a code leads to, before its text.
pub const PLACE: &str = "/business/scan/";

const CENTER: &str = "business_center";

/// A new address for this Business Center, for its Admins. Earlier ones go on until they end.
pub fn authorization(call: &Call<'_>) -> Result<Value, Refusal> {
    let id = call.id("bc_id")?;
    let center = call.admins_center(call.world, &id)?;
    if center.status != "ENABLE" {
        return Err(Refusal::forbidden(format!("The status of the Business Center is {}.", center.status)));
    }
    let text: String = call.tiktok.hub.random.token().expose().chars().take(22).collect();
    let until_ms = call.tiktok.hub.clock.now_ms() + call.world.rules.scan_s * 1_000;
    call.change(|world| {
        world.scans.insert(text.clone(), Scan { center: id, until_ms });
        Ok(())
    })?;
    Ok(json!({ "bc_auth_qr_code": format!("https://{APP}{PLACE}{text}") }))
}

/// Whom a scanned code is for, while it holds.
pub fn find<'w>(world: &'w World, text: &str, now_ms: i64) -> Result<&'w Scan, String> {
    let scan = world.scans.get(text).ok_or("this code is not one of TikTok's")?;
    if scan.until_ms <= now_ms {
        return Err("this code has ended: ask for a new one".into());
    }
    Ok(scan)
}

/// The profile's owner lets the Business Center deliver ads with it. What they allowed before is replaced.
pub fn link(
    world: &mut World,
    person: &str,
    account: &str,
    text: &str,
    now_ms: i64,
) -> Result<String, String> {
    let center = find(world, text, now_ms)?.center.clone();
    let own = |t: &super::world::Thing| t.of == Kind::TtAccount && t.person.as_deref() == Some(person);
    let thing = world.assets.get(account).filter(|thing| own(thing));
    let thing = thing.ok_or_else(|| format!("{account} is not the profile of {person}"))?;
    let others = thing.links.keys().filter(|other| **other != center).count();
    if others >= world.rules.centers_of_an_account {
        return Err(format!("this account has its {others} Business Centers"));
    }
    let linked =
        world.assets.iter().filter(|(id, t)| *id != account && t.links.contains_key(&center)).count();
    if linked >= world.rules.accounts_of_a_center {
        return Err(format!("this Business Center has its {linked} TikTok accounts"));
    }
    let thing = world.assets.get_mut(account).expect("found above");
    thing.links.insert(center.clone(), delivers_ads());
    Ok(center)
}

/// What "Deliver ads" brings, as the API names it: existing posts. Nothing about managing the profile (TT-38).
pub fn delivers_ads() -> Roles {
    Roles::from(["POST".to_owned()])
}

impl Deed<'_> {
    /// In the app, from the address that the code holds.
    pub fn scan(&self, world: &mut World) -> Result<(), String> {
        let code =
            self.act.value.as_ref().and_then(Value::as_str).ok_or("give the scanned address as 'value'")?;
        let text = code.rsplit_once(PLACE).map_or(code, |(_, text)| text);
        let account = self.asset()?;
        let center = link(world, &self.act.person, account, text, self.now_ms())?;
        let asset = (Kind::TtAccount.word(), account);
        self.record(Operation::Approve, asset, (CENTER, &center), &delivers_ads());
        Ok(())
    }

    /// The owner lets the Business Center in which the account lies share it with partners.
    pub fn allow_sharing(&self, world: &mut World) -> Result<(), String> {
        self.own_profile(world)?.may_be_shared = true;
        Ok(())
    }

    /// The owner takes a Business Center off the profile, in the app.
    pub fn unlink(&self, world: &mut World) -> Result<(), String> {
        let center = self.principal()?;
        let thing = self.own_profile(world)?;
        let roles = thing.links.remove(center).ok_or_else(|| format!("{center} is not linked to it"))?;
        thing.members.remove(center);
        self.record(Operation::Remove, (Kind::TtAccount.word(), self.asset()?), (CENTER, center), &roles);
        Ok(())
    }

    fn own_profile<'w>(&self, world: &'w mut World) -> Result<&'w mut super::world::Thing, String> {
        let (account, person) = (self.asset()?, &self.act.person);
        let thing = world.assets.get_mut(account).filter(|t| t.of == Kind::TtAccount);
        let thing = thing.filter(|thing| thing.person.as_ref() == Some(person));
        thing.ok_or_else(|| format!("{account} is not the profile of {person}"))
    }
}
