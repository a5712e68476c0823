//! A simulated LinkedIn: its OAuth pages and REST API over a small world of members and ad accounts. It shares
//! nothing with the connector but the documentation both were written from.

mod acts;
mod ads;
mod answer;
mod kept;
mod rest;
mod site;
mod site_pages;
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
use self::tokens::Tokens;
use self::world::World;

const PLATFORM: &str = "linkedin";
const API: &str = "api.linkedin.com";
const SITE: &str = "www.linkedin.com";

/// The simulator; one per hub.
#[derive(Default)]
pub struct LinkedinSim(Arc<Books>);

/// Everything the simulated LinkedIn knows.
struct Books {
    world: Lagging<World>,
    tokens: Tokens,
}

impl Default for Books {
    fn default() -> Self {
        Self { world: Lagging::new(World::default()), tokens: Tokens::default() }
    }
}

impl Simulator for LinkedinSim {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    fn hosts(&self) -> &'static [&'static str] {
        &[SITE, API]
    }

    fn site_hosts(&self) -> &'static [&'static str] {
        &[SITE]
    }

    fn world(&self, name: &str) -> Option<Value> {
        (name == "default").then(world::default_section)
    }

    fn reset(&self, section: &Value, people: &People) -> Result<(), String> {
        self.0.world.replace(world::parse(section, people)?);
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
        Router::new().fallback(answer).with_state(Arc::new(Linkedin { hub, books: self.0.clone() }))
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
        let section = world::default_section();
        let world: World = serde_json::from_value(section).expect("a test reads the world file");
        let Some(member) = world.members.get(person) else { return Vec::new() };
        let theirs =
            world.accounts.iter().filter(|(_, a)| a.users.get(member).is_some_and(|r| r.may_share()));
        theirs.map(|(id, _)| ("ad_account".to_owned(), id.clone())).collect()
    }

    fn rate_limited(&self, retry_after_s: Option<u64>) -> Response {
        let refusal =
            Refusal::new(429, "TOO_MANY_REQUESTS", "Resource level throttle limit for calls is reached.");
        let mut response = refusal.into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// What answering a request needs.
struct Linkedin {
    hub: Arc<Hub>,
    books: Arc<Books>,
}

async fn answer(State(linkedin): State<Arc<Linkedin>>, parts: Parts, body: Bytes) -> Response {
    let host = parts.extensions.get::<RealHost>().map_or(API, |host| host.0.as_str());
    if host == SITE {
        let prefix = parts.extensions.get::<LinkPrefix>().map_or("", |prefix| prefix.0.as_str());
        return site::answer(&linkedin, prefix, &parts, &body);
    }
    let lag_ms = parts.extensions.get::<Lag>().map_or(0, |lag| lag.ms);
    rest::answer(&linkedin, &parts, &body, lag_ms)
}
