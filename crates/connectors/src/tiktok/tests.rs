//! What the connector does by the rules of native flows, whose ids stand in the names, against the simulator
//! and its ledger.

mod contracts;
mod errors;
mod everybody;
mod members;
mod partners;
mod profiles;
mod recorder;
mod rules;
mod words;
mod yaml;

use std::net::SocketAddr;

use serde_json::{Value, json};
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Level, Principal, Side, Want, Wish, roles,
};
use valetkey_sdk::clock::Clock;
use valetkey_sdk::connector::{Asset, Outcome};
use valetkey_sdk::contract::Subject;
use valetkey_sdk::page::{Cursor, Sight};
use valetkey_sdk::random::Random;
use valetkey_sdk::reconcile::{Facts, Known, Seen, Step, reconcile};
use valetkey_sdk::sim::{Running, Sims, Simulator};
use valetkey_sdk::{Error, ErrorKind, Result};

use crate::Platform;

const BAKERY: &str = "7101234567890123456";
const CATERING: &str = "7101234567890124557";
const AGENCY: &str = "7109876543210987654";
const ACCOUNT: &str = "7093215678901234567";
const SECOND: &str = "7093215678901234890";
const CATALOG: &str = "7150000000000000017";
const PIXEL: &str = "7160000000000000023";
const RAVI: &str = "7300000000000000108";
const EMAIL: &str = "kim@northwindgrowth.example";

/// A simulator and the clock that it and the connector share.
async fn start() -> (Running, Clock) {
    let clock = Clock::mock("2026-11-01T10:00:00Z".parse().expect("a time"));
    let tiktok: Box<dyn Simulator> = Box::new(super::sim::TiktokSim::default());
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let sims = Sims::new([tiktok]).listen(address, clock.clone(), Random::seeded(5)).await;
    (sims.expect("listens"), clock)
}

/// Somebody of a client and somebody of an agency, signed in.
struct Desk<'a>(Subject<'a>);

impl<'a> Desk<'a> {
    async fn open(platform: &'a Platform, sims: &'a Running, clock: &Clock, client: &str) -> Desk<'a> {
        let connector = platform.connector.as_deref().expect("has one");
        let subject = Subject::sign_in(connector, &platform.manifest, sims, clock, (client, "kim"));
        Self(subject.await.expect("signed in"))
    }

    async fn list(&self, of: &str, under: Option<&str>) -> Vec<Asset> {
        let center = AssetType::new("business_center");
        let under = under.map(|id| AssetRef::known(&center, id, None));
        self.0.list(Side::Client, &AssetType::new(of), under.as_ref()).await.expect("listed")
    }

    async fn grant(&self, wish: &Wish, seen: Option<&Entitlement>) -> Result<Outcome> {
        self.0.connector().grant(&self.0.cx(), wish, seen).await
    }

    async fn revoke(&self, held: &Entitlement) -> Result<Outcome> {
        self.0.connector().revoke(&self.0.cx(), held).await
    }

    async fn read(&self, side: Side, wish: &Wish) -> (Option<Entitlement>, Sight) {
        let cx = self.0.cx();
        let page = self.0.connector().entitlements(&cx, side, &wish.on, Some(&wish.who), Cursor(None)).await;
        let page = page.expect("read");
        (page.items.into_iter().find(|row| row.who.is(&wish.who)), page.sight)
    }

    /// Everybody on this asset, as `kind id roles state`.
    async fn all(&self, of: &str, id: &str) -> Vec<String> {
        let on = to_agency(of, id, Level::View, "ANALYST").on;
        let (cx, mut at, mut out) = (self.0.cx(), Cursor(None), Vec::new());
        loop {
            let page = self.0.connector().entitlements(&cx, Side::Client, &on, None, at).await.expect("read");
            assert_eq!(page.sight, Sight::Full);
            out.extend(page.items.iter().map(|row| {
                let roles: Vec<_> = row.roles.iter().map(String::as_str).collect();
                let waits = if row.state == EntitlementState::Active { "" } else { " pending" };
                format!("{} {} {}{waits}", row.who.kind, row.who.id, roles.join("+"))
            }));
            match page.next {
                Some(next) => at = next,
                None => return out,
            }
        }
    }

    fn act(&self, person: &str, deed: &str, more: Value) {
        let mut act = json!({ "person": person, "platform": "tiktok", "do": deed });
        act.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        self.0.act(&act).expect("done by hand");
    }

    fn ledger(&self) -> Vec<String> {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = self.0.ledger_after(0).into_iter();
        rows.map(|row| format!("{} {}", word(&row["operation"]), word(&row["asset"]["id"]))).collect()
    }

    /// What the engine would do next, before anything was tried.
    fn next(&self, wish: &Wish, seen: (Option<Entitlement>, Sight)) -> Step {
        let facts = self.0.manifest().facts_for(wish.on.of(), &wish.who.kind).expect("known");
        let level = &facts.levels[&wish.level];
        let seen = Seen { rows: seen.0.into_iter().collect(), sight: seen.1 };
        let now = self.0.clock().now();
        reconcile(wish, &Known::default(), &seen, Facts { asset: &facts, level, accepts: &[] }, now)
    }
}

fn wish(of: &str, id: &str, center: &str, who: Principal, level: Level, role: &str) -> Wish {
    let parent = (of != "business_center").then_some(center);
    let on = AssetRef::known(&AssetType::new(of), id, parent);
    Wish { on, who, level, want: Want::Held { roles: roles([role]), until: None } }
}

fn to_agency(of: &str, id: &str, level: Level, role: &str) -> Wish {
    wish(of, id, BAKERY, Principal::new("business_center", AGENCY), level, role)
}

fn to_kim(of: &str, id: &str, level: Level, role: &str) -> Wish {
    wish(of, id, BAKERY, Principal::new("member", EMAIL), level, role)
}

/// The id of the remedy that a refusal carries.
fn remedy(refused: &Result<Outcome>) -> Option<String> {
    match refused {
        Err(Error { kind: ErrorKind::Rejected(remedy), .. }) => Some(remedy.id.clone()),
        _ => None,
    }
}

/// Changes the simulated world; nobody is signed out.
fn change_world(sims: &Running, change: impl FnOnce(&mut Value)) {
    let mut world = sims.hub.snapshot();
    change(world.platforms.get_mut("tiktok").expect("there"));
    sims.hub.reset(world).expect("a world");
}
