//! The simulated connector: a small model of a platform, without HTTP. Answers may be late, lost or wrong.

use async_trait::async_trait;
use jiff::SignedDuration;
use valetkey::pace::Pace;
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Party, Path, Principal, Side, Wish,
};
use valetkey_sdk::connector::{Connector, Cx, Identity, Outcome};
use valetkey_sdk::http::PlatformClient;
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::platforms::{Kind, Way};
use super::world::{Held, Roles, Shared, lock};
use crate::judge::{Key, Named, Operation};

pub struct Simulated {
    pub kind: Kind,
    pub world: Shared,
}

/// A call that may change something.
struct Call<'a> {
    of: &'a Simulated,
    key: Key,
    lane: String,
}

/// It was put under way and is not any more, also when nobody waits for it.
impl Drop for Call<'_> {
    fn drop(&mut self) {
        if let Some(count) = lock(&self.of.world).under_way.get_mut(&self.lane) {
            *count -= 1;
        }
    }
}

#[async_trait]
impl Connector for Simulated {
    async fn identify(&self, _cx: &Cx<'_>, _side: Side) -> Result<Identity> {
        Err(Error::unsupported("signing in"))
    }

    async fn entitlements(
        &self,
        cx: &Cx<'_>,
        side: Side,
        on: &AssetRef,
        of: Option<&Principal>,
        at: Cursor,
    ) -> Result<Page<Entitlement>> {
        let who = of.ok_or_else(|| Error::unsupported("reading everybody"))?;
        let key = self.key(on, who);
        self.travel(cx, side, "read", &key).await?;
        if at.0.is_none() && lock(&self.world).dice.percent(10) {
            return Ok(Page { items: Vec::new(), next: Some(Cursor(Some("2".into()))), sight: Sight::Full });
        }
        let page = {
            let mut world = lock(&self.world);
            let hidden = world.hidden.contains(self.kind.id);
            let shown = if hidden { None } else { world.shown(&key) };
            world.note(|| {
                format!(
                    "    read {key} as {}: {shown:?}{}",
                    side.as_str(),
                    if hidden { ", hidden" } else { "" }
                )
            });
            let sight = if hidden { Sight::Partial("some are hidden".into()) } else { Sight::Full };
            let items = shown.into_iter().map(|held| row(on, who, held)).collect();
            Page { items, next: None, sight }
        };
        self.wait().await;
        Ok(page)
    }

    async fn grant(&self, cx: &Cx<'_>, wish: &Wish, _seen: Option<&Entitlement>) -> Result<Outcome> {
        let side = if self.kind.way == Way::Ask { Side::Agency } else { Side::Client };
        let call = self.call(wish);
        self.travel(cx, side, "grant", &call.key).await?;
        let outcome = self.give(&call.key, wish.roles())?;
        self.answer(outcome).await
    }

    async fn accept(&self, cx: &Cx<'_>, pending: &Entitlement) -> Result<Outcome> {
        let key = self.key(&pending.on, &pending.who);
        self.travel(cx, Side::Agency, "accept", &key).await?;
        {
            let mut world = lock(&self.world);
            let Some(held) = world.held(&key).filter(|h| h.waits.is_some()) else {
                return Err(Error::new(ErrorKind::NotFound, "nothing waits here"));
            };
            world.put(&key, Some(Held { waits: None, ..held }), Operation::Accept, Some("valetkey"));
        }
        self.answer(Outcome::Taken).await
    }

    async fn revoke(&self, cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
        let signed_in = |side: Side| cx.credentials.iter().any(|h| h.side == side);
        let side =
            if self.kind.way == Way::Ask && signed_in(Side::Agency) { Side::Agency } else { Side::Client };
        let key = self.key(&held.on, &held.who);
        let call = self.begin(key, &held.on);
        self.travel(cx, side, "revoke", &call.key).await?;
        {
            let mut world = lock(&self.world);
            let Some(held) = world.held(&call.key) else {
                return Err(Error::new(ErrorKind::NotFound, "there is nothing to take away"));
            };
            let operation = if held.waits.is_some() { Operation::Withdraw } else { Operation::Revoke };
            world.put(&call.key, None, operation, Some("valetkey"));
        }
        self.answer(Outcome::Taken).await
    }
}

impl Simulated {
    fn key(&self, on: &AssetRef, who: &Principal) -> Key {
        let asset = Named { kind: on.of().to_string(), id: on.id().unwrap_or_default().to_owned() };
        let principal = Named { kind: who.kind.clone(), id: who.id.clone() };
        Key { platform: self.kind.id.to_owned(), asset, principal }
    }

    fn call(&self, wish: &Wish) -> Call<'_> {
        self.begin(self.key(&wish.on, &wish.who), &wish.on)
    }

    fn begin(&self, key: Key, on: &AssetRef) -> Call<'_> {
        // What the facts say of `serialize`: the strictest takes nothing in the same shop at once.
        let lane = match self.kind.id {
            "strict" => format!("strict {}", on.parent().unwrap_or_default()),
            "letter" => key.to_string(),
            other => format!("{other} {}", key.asset.id),
        };
        let mut world = lock(&self.world);
        let count = world.under_way.entry(lane.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let now = world.now();
            world.overlaps.push(format!("{now} two calls at once change {lane}"));
        }
        Call { of: self, key, lane }
    }

    /// The way there, on which everything can go wrong before anything happened.
    async fn travel(&self, cx: &Cx<'_>, side: Side, what: &str, key: &Key) -> Result<()> {
        let left = {
            let mut world = lock(&self.world);
            let ms = world.dice.between(5, 300);
            let left = world.now();
            world.pass(ms);
            left
        };
        self.wait().await;
        let mut world = lock(&self.world);
        let held = cx.credentials.iter().find(|h| h.side == side);
        let known = held.is_some_and(|h| world.tokens.contains(h.credential.access_token.expose()));
        let deadline = i64::try_from(PlatformClient::DEADLINE.as_secs()).unwrap_or(0);
        let late = world.now() > left + SignedDuration::from_secs(deadline);
        let fault = self.fault(&mut world, known, late, side);
        if let Some(error) = &fault {
            world.note(|| format!("    {what} {key} as {}: {error}", side.as_str()));
        }
        fault.map_or(Ok(()), Err)
    }

    fn fault(&self, world: &mut super::world::World, known: bool, late: bool, side: Side) -> Option<Error> {
        let trouble = world.trouble;
        if late {
            return Some(Error::new(ErrorKind::Temporary, "no connection within the deadline"));
        }
        if !known {
            let kind = ErrorKind::Reauthorize { side, sign_in: self.kind.id.to_owned() };
            return Some(Error::new(kind, "nobody is signed in"));
        }
        if world.dice.percent(trouble.limited) {
            let seconds = world.dice.between(1, 300);
            let until = world.clock.now() + SignedDuration::from_secs(seconds);
            return Some(Error::new(ErrorKind::RateLimited { until }, "too many calls"));
        }
        if world.dice.percent(trouble.no_answer) {
            let unexpected = world.dice.percent(20);
            let kind = if unexpected { ErrorKind::Unexpected } else { ErrorKind::Temporary };
            return Some(Error::new(kind, "it answers with an error, and did nothing"));
        }
        if world.dice.percent(trouble.refused) {
            let forbidden = world.dice.percent(50);
            let rejected = ErrorKind::Rejected(Box::new(Remedy::new("two-factor")));
            let kind = if forbidden { ErrorKind::Forbidden } else { rejected };
            return Some(Error::new(kind, "it refuses"));
        }
        None
    }

    /// The effect, all at once.
    fn give(&self, key: &Key, roles: Roles) -> Result<Outcome> {
        let mut world = lock(&self.world);
        let mut waits = None;
        let is = world.held(key);
        let operation = match (self.kind.way, &is) {
            (Way::Share, Some(_)) if self.kind.refuses_repeats => return Ok(Outcome::Already),
            (Way::Share, Some(held)) if self.kind.raise_only && !held.roles.is_subset(&roles) => {
                return Err(Error::rejected(Remedy::new("only-more"), "roles can only become more"));
            }
            (Way::Share, Some(_)) if self.kind.id == "strict" => Operation::Grant,
            (_, Some(held)) if held.waits.is_none() => Operation::Change,
            (Way::Share, _) => Operation::Grant,
            (Way::Invite, _) => {
                waits = Some((Party::Invitee, self.kind.lapses_s.map(|s| world.in_s(s))));
                Operation::Invite
            }
            (Way::Ask, _) => {
                waits = Some((Party::ClientAdmin, None));
                Operation::Request
            }
        };
        world.put(key, Some(Held { roles, waits }), operation, Some("valetkey"));
        let tells = world.dice.percent(80);
        Ok(match waits {
            Some((by, expires_at)) if tells => Outcome::Pending { by, expires_at },
            _ => Outcome::Taken,
        })
    }

    /// The way back, on which the answer can be lost.
    async fn answer(&self, outcome: Outcome) -> Result<Outcome> {
        self.wait().await;
        let mut world = lock(&self.world);
        let often = world.trouble.answer_lost;
        if !world.dice.percent(often) {
            return Ok(outcome);
        }
        world.note(|| "    the answer is lost".into());
        Err(Error::new(ErrorKind::Temporary, "the answer was lost"))
    }

    async fn wait(&self) {
        let turns = u32::try_from(lock(&self.world).dice.below(3)).unwrap_or(0);
        Pace::new(move || turns).stop().await;
    }
}

fn row(on: &AssetRef, who: &Principal, held: Held) -> Entitlement {
    let state = match held.waits {
        Some((by, expires_at)) => EntitlementState::Pending { by, expires_at },
        None => EntitlementState::Active,
    };
    Entitlement {
        on: AssetRef::known(&AssetType::new("thing"), on.id().unwrap_or_default(), on.parent()),
        who: who.clone(),
        name: None,
        roles: held.roles,
        state,
        path: Path::Direct,
        native_id: None,
        until: None,
        two_factor: None,
    }
}
