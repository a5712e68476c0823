//! A simulated TikTok API for Business: its consent page and the Business Center calls over a small world of
//! Business Centers. It shares nothing with the connector but the documentation both were written from.

mod acts;
mod answer;
mod asked;
mod assets;
mod call;
mod creators;
mod kept;
mod limits;
mod members;
mod partners;
mod pixels;
mod profiles;
mod reads;
mod rest;
mod scan;
mod site;
#[cfg(test)]
mod tests;
mod tokens;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::request::Parts;
use serde_json::Value;
use valetkey_sdk::app::App;
use valetkey_sdk::secret::Secret;
use valetkey_sdk::sim::{Act, Hub, Lag, Lagging, LinkPrefix, People, RealHost, Simulator};

use self::answer::Refusal;
use self::limits::Calls;
use self::tokens::Tokens;
use self::world::{Kind, World};

const PLATFORM: &str = "tiktok";
const API: &str = "business-api.tiktok.com";
/// Where people work; nothing of it is simulated but that it is there.
const SITE: &str = "business.tiktok.com";
/// The app: what a scanned code opens.
const APP: &str = "www.tiktok.com";

/// The simulator; one per hub.
#[derive(Default)]
pub struct TiktokSim(Arc<Books>);

/// Everything the simulated TikTok knows.
struct Books {
    world: Lagging<World>,
    tokens: Tokens,
    calls: Calls,
}

impl Default for Books {
    fn default() -> Self {
        let world = Lagging::new(World::default());
        Self { world, tokens: Tokens::default(), calls: Calls::default() }
    }
}

impl Simulator for TiktokSim {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    fn hosts(&self) -> &'static [&'static str] {
        &[API, SITE, APP]
    }

    fn site_hosts(&self) -> &'static [&'static str] {
        &[SITE, APP]
    }

    fn world(&self, name: &str) -> Option<Value> {
        (name == "default").then(world::default_section)
    }

    fn reset(&self, section: &Value, people: &People) -> Result<(), String> {
        self.0.world.replace(world::parse(section, people)?);
        self.0.calls.clear();
        Ok(())
    }

    fn snapshot(&self) -> Value {
        serde_json::to_value(&*self.0.world.newest()).expect("a world has only string keys")
    }

    fn keep(&self) -> Value {
        kept::keep(&self.0)
    }

    fn recall(&self, kept: &Value, people: &People) -> Result<(), String> {
        kept::recall(&self.0, kept, people)
    }

    fn router(&self, hub: Arc<Hub>) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(Tiktok { hub, books: self.0.clone() }))
    }

    fn act(&self, act: &Act, hub: &Hub) -> Result<(), String> {
        acts::act(&self.0, act, hub)
    }

    fn app(&self) -> App {
        let world = self.0.world.newest();
        let (id, app) = world.apps.first_key_value().expect("loading a world makes sure of an app");
        App { client_id: id.clone(), client_secret: Secret::new(app.secret.clone()), extra: BTreeMap::new() }
    }

    fn holdings(&self, person: &str) -> Vec<(String, String)> {
        let world: World =
            serde_json::from_value(world::default_section()).expect("a test reads the world file");
        let own = world.assets.iter().filter(|(_, thing)| thing.of == Kind::Advertiser);
        let own = own.filter(|(_, thing)| {
            thing.owner.as_ref().is_some_and(|center| world.centers[center].is_admin(person))
        });
        own.map(|(id, _)| ("ad_account".to_owned(), id.clone())).collect()
    }

    /// The status stays 200, and no header tells when ("Rate limits", portal docs).
    fn rate_limited(&self, _retry_after_s: Option<u64>) -> Response {
        answer::respond("limited", Err(Refusal::limited("Too many requests. Please retry in some time.")))
    }
}

/// What answering a request needs.
struct Tiktok {
    hub: Arc<Hub>,
    books: Arc<Books>,
}

async fn answer(State(tiktok): State<Arc<Tiktok>>, parts: Parts, body: Bytes) -> Response {
    let host = parts.extensions.get::<RealHost>().map_or(API, |host| host.0.as_str());
    let prefix = parts.extensions.get::<LinkPrefix>().map_or("", |prefix| prefix.0.as_str());
    if host == API && parts.uri.path().starts_with("/open_api/") {
        let lag_ms = parts.extensions.get::<Lag>().map_or(0, |lag| lag.ms);
        return rest::answer(&tiktok, &parts, &body, lag_ms);
    }
    if host == APP {
        return scan::answer(&tiktok, prefix, &parts, &body);
    }
    site::answer(&tiktok, prefix, host == API, &parts, &body)
}
