//! A simulated Meta: its login dialog and Graph API over a small world of portfolios and what
//! they own. It shares nothing with the connector but the documentation both were written from.

mod acts;
mod agencies;
mod agreements;
mod asking;
mod assets;
mod assigned_users;
mod call;
mod dialog;
mod dialog_pages;
mod dialog_request;
mod fields;
mod graph;
mod kept;
mod load;
mod me;
mod oauth;
mod paging;
mod people;
mod permissions;
mod portfolios;
mod refusal;
mod relations;
mod rights;
mod session;
mod shared_accounts;
mod tasks;
mod temporary;
#[cfg(test)]
mod tests;
mod threads;
mod tokens;
mod usage;
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

use self::tokens::Tokens;
use self::usage::Usage;
use self::world::World;

const PLATFORM: &str = "meta";
const GRAPH: &str = "graph.facebook.com";
const SITE: &str = "www.facebook.com";

/// The simulator; one per hub.
#[derive(Default)]
pub struct MetaSim(Arc<Books>);

/// Everything the simulated Meta knows.
struct Books {
    world: Lagging<World>,
    tokens: Tokens,
    usage: Usage,
}

impl Default for Books {
    fn default() -> Self {
        Self { world: Lagging::new(World::default()), tokens: Tokens::default(), usage: Usage::default() }
    }
}

impl Simulator for MetaSim {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    fn hosts(&self) -> &'static [&'static str] {
        &[SITE, GRAPH]
    }

    fn site_hosts(&self) -> &'static [&'static str] {
        &[SITE]
    }

    fn world(&self, name: &str) -> Option<Value> {
        (name == "default").then(load::default_section)
    }

    fn reset(&self, section: &Value, people: &People) -> Result<(), String> {
        self.0.world.replace(load::parse(section, people)?);
        self.0.usage.clear();
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
        Router::new().fallback(answer).with_state(Arc::new(Meta { hub, books: self.0.clone() }))
    }

    fn act(&self, act: &Act, hub: &Hub) -> Result<(), String> {
        acts::act(&self.0, act, hub)
    }

    fn app(&self) -> App {
        let world = self.0.world.newest();
        let (id, app) = world.apps.first_key_value().expect("loading a world makes sure of an app");
        let config = app.configurations.keys().next();
        App {
            client_id: id.clone(),
            client_secret: Secret::new(app.secret.clone()),
            extra: BTreeMap::from_iter(config.map(|config| ("config_id".to_owned(), config.clone()))),
        }
    }

    fn holdings(&self, person: &str) -> Vec<(String, String)> {
        let section = load::default_section();
        let of = |table: &str| section[table].as_object().into_iter().flatten();
        let leads = |portfolio: &str| section["portfolios"][portfolio]["members"][person]["role"] == "ADMIN";
        of("assets")
            .filter(|(_, asset)| {
                asset["portfolio"].as_str().is_some_and(|portfolio| {
                    // What they only own and nobody works on, an agency does not know of.
                    let user = &section["portfolios"][portfolio]["members"][person]["id"];
                    leads(portfolio) && user.as_str().is_some_and(|user| !asset["assigned"][user].is_null())
                })
            })
            .filter_map(|(id, asset)| Some((asset["type"].as_str()?.to_owned(), id.clone())))
            .collect()
    }

    fn rate_limited(&self, retry_after_s: Option<u64>) -> Response {
        usage::throttled_by_fault(retry_after_s)
    }
}

/// What answering a request needs.
struct Meta {
    hub: Arc<Hub>,
    books: Arc<Books>,
}

async fn answer(State(meta): State<Arc<Meta>>, parts: Parts, body: Bytes) -> Response {
    let host = parts.extensions.get::<RealHost>().map_or(GRAPH, |host| host.0.as_str());
    if host == SITE {
        let prefix = parts.extensions.get::<LinkPrefix>().map_or("", |prefix| prefix.0.as_str());
        return dialog::answer(&meta, prefix, &parts, &body);
    }
    let lag_ms = parts.extensions.get::<Lag>().map_or(0, |lag| lag.ms);
    graph::answer(&meta, &parts, &body, lag_ms)
}
