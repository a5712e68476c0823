//! A simulated GitHub: its OAuth pages and REST API over a small world of organizations, teams and
//! repositories. It shares nothing with the connector but the documentation both were written from.

mod acts;
mod answer;
mod call;
mod collaborators;
mod kept;
mod limits;
mod load;
mod me;
mod memberships;
mod oauth;
mod org_invitations;
mod orgs;
mod paging;
mod repos;
mod rest;
mod show;
mod site;
mod site_pages;
mod teams;
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
use self::limits::Limits;
use self::tokens::Tokens;
use self::world::World;

const PLATFORM: &str = "github";
const API: &str = "api.github.com";
const SITE: &str = "github.com";

/// The simulator; one per hub.
#[derive(Default)]
pub struct GithubSim(Arc<Books>);

/// Everything the simulated GitHub knows.
struct Books {
    world: Lagging<World>,
    tokens: Tokens,
    limits: Limits,
}

impl Default for Books {
    fn default() -> Self {
        Self { world: Lagging::new(World::default()), tokens: Tokens::default(), limits: Limits::default() }
    }
}

impl Simulator for GithubSim {
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
        (name == "default").then(load::default_section)
    }

    fn reset(&self, section: &Value, people: &People) -> Result<(), String> {
        self.0.world.replace(load::parse(section, people)?);
        self.0.limits.clear();
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
        Router::new().fallback(answer).with_state(Arc::new(Github { hub, books: self.0.clone() }))
    }

    fn act(&self, act: &Act, hub: &Hub) -> Result<(), String> {
        acts::act(&self.0, act, hub)
    }

    fn app(&self) -> App {
        let world = self.0.world.newest();
        let (id, app) = world.apps.first_key_value().expect("loading a world makes sure of an app");
        App { client_id: id.clone(), client_secret: Secret::new(app.secret.clone()), extra: BTreeMap::new() }
    }

    /// A secondary limit (GitHub docs: "Rate limits for the REST API").
    fn rate_limited(&self, retry_after_s: Option<u64>) -> Response {
        let refusal =
            Refusal::forbidden("You have exceeded a secondary rate limit. Please wait a few minutes.");
        let seconds = retry_after_s.unwrap_or(60).to_string();
        refusal.header("retry-after", &seconds).into_response()
    }
}

/// What answering a request needs.
struct Github {
    hub: Arc<Hub>,
    books: Arc<Books>,
}

async fn answer(State(github): State<Arc<Github>>, parts: Parts, body: Bytes) -> Response {
    let host = parts.extensions.get::<RealHost>().map_or(API, |host| host.0.as_str());
    if host == SITE {
        let prefix = parts.extensions.get::<LinkPrefix>().map_or("", |prefix| prefix.0.as_str());
        return site::answer(&github, prefix, &parts, &body);
    }
    let lag_ms = parts.extensions.get::<Lag>().map_or(0, |lag| lag.ms);
    rest::answer(&github, &parts, &body, lag_ms)
}
