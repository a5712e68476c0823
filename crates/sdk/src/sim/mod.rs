//! The simulators' hub: one server that answers for every simulated platform, with one cast of people,
//! one ledger of effects and one set of controls.

mod act;
mod controls;
pub mod doorway;
mod faults;
mod front;
mod hub;
mod inject;
mod keep;
mod lagging;
mod latency;
mod ledger;
pub mod names;
mod pattern;
mod people;
mod requests;
mod secrets;
mod serve;
mod site;
#[cfg(test)]
mod tests;
pub mod visitor;
mod world;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

use crate::app::App;

pub use act::{Act, Thing};
pub use front::{Lag, LinkPrefix, RealHost};
pub use hub::Hub;
pub use lagging::Lagging;
pub use ledger::{Caller, Effect, Entry, Ledger, Operation};
pub use people::{People, Person};
pub use secrets::Secrets;
pub use serve::{Running, Sims};
pub use site::{Site, escape};
pub use visitor::Visitor;
pub use world::World;

/// One platform's simulator, as the hub sees it.
pub trait Simulator: Send + Sync {
    /// The platform's id, such as `meta`.
    fn platform(&self) -> &'static str;

    /// The real hosts it answers for: exact names, or `*.name` for every host below one.
    fn hosts(&self) -> &'static [&'static str];

    /// Those of [`hosts`](Self::hosts) that only people visit; general latency leaves them alone.
    fn site_hosts(&self) -> &'static [&'static str] {
        &[]
    }

    /// Its section of a named world. Every simulator has one called `default`.
    fn world(&self, name: &str) -> Option<Value>;

    /// Starts again from this section. A sentence says what is wrong with it; nothing has changed then.
    /// An empty section is a platform where the app is registered and nobody has anything.
    fn reset(&self, section: &Value, people: &People) -> Result<(), String>;

    /// The state now, in the form of a world-file section.
    fn snapshot(&self) -> Value;

    /// All that it remembers, also what a world file does not tell: sign-ins, and changes that are not
    /// visible yet.
    fn keep(&self) -> Value {
        self.snapshot()
    }

    /// Goes on from what [`keep`](Self::keep) said in an earlier process. The sentence says what is wrong.
    fn recall(&self, kept: &Value, people: &People) -> Result<(), String> {
        self.reset(kept, people)
    }

    /// Answers real paths. The request carries [`RealHost`], [`LinkPrefix`] and perhaps [`Lag`].
    fn router(&self, hub: Arc<Hub>) -> Router;

    /// Does what a person does by hand inside the platform.
    fn act(&self, act: &Act, hub: &Hub) -> Result<(), String>;

    /// The app registered in the world, for a configuration to use.
    fn app(&self) -> App;

    /// Type and id of what this person can share in the default world: what a demo's agency knows of its client.
    fn holdings(&self, _person: &str) -> Vec<(String, String)> {
        Vec::new()
    }

    /// How this platform says "too many calls".
    fn rate_limited(&self, retry_after_s: Option<u64>) -> Response {
        let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
