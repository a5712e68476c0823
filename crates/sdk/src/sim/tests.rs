//! The hub from outside, with one small platform that keeps a counter.

mod keep;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::*;
use crate::clock::Clock;
use crate::random::Random;
use crate::secret::Secret;

/// A platform that counts how often it was poked.
struct Counter(Arc<Lagging<i64>>);

impl Simulator for Counter {
    fn platform(&self) -> &'static str {
        "counter"
    }
    fn hosts(&self) -> &'static [&'static str] {
        &["api.counter.example", "*.shops.example"]
    }
    fn world(&self, name: &str) -> Option<Value> {
        match name {
            "default" => Some(json!({ "count": 0 })),
            "seven" => Some(json!({ "count": 7 })),
            _ => None,
        }
    }
    fn reset(&self, section: &Value, _: &People) -> Result<(), String> {
        match section.get("count").map_or(Some(0), Value::as_i64) {
            Some(count) => {
                self.0.replace(count);
                Ok(())
            }
            None => Err("'count' must be a number".into()),
        }
    }
    fn snapshot(&self) -> Value {
        json!({ "count": *self.0.newest() })
    }
    fn router(&self, hub: Arc<Hub>) -> Router {
        let state = (hub, self.0.clone());
        Router::new().route("/count", get(count)).route("/poke", post(poke)).with_state(state)
    }
    fn act(&self, act: &Act, _: &Hub) -> Result<(), String> {
        Err(format!("nobody can {} here", act.deed))
    }
    fn app(&self) -> App {
        App {
            client_id: "1".into(),
            client_secret: Secret::new("s3cret"),
            extra: std::collections::BTreeMap::new(),
        }
    }
}

type Shared = (Arc<Hub>, Arc<Lagging<i64>>);

async fn count(State((hub, count)): State<Shared>, Extension(host): Extension<RealHost>) -> Json<Value> {
    Json(json!({ "count": *count.visible(hub.clock.now_ms()), "host": host.0 }))
}

async fn poke(State((hub, count)): State<Shared>, lag: Option<Extension<Lag>>) -> Json<Value> {
    let lag_ms = lag.map_or(0, |lag| lag.0.ms);
    let _ = count.change(hub.clock.now_ms(), lag_ms, |n| {
        *n += 1;
        let caller = Caller { app: Some("1".into()), person: None };
        hub.record(Effect::new("counter", "api", Operation::Grant, ("poke", "1"), ("person", "x"), caller));
        Ok::<_, ()>(())
    });
    Json(json!({ "done": true }))
}

struct Rig {
    sims: Running,
    http: reqwest::Client,
}

async fn rig() -> Rig {
    let clock = Clock::mock("2026-11-01T10:00:00Z".parse().expect("a time"));
    let counter: Box<dyn Simulator> = Box::new(Counter(Arc::new(Lagging::new(0))));
    let sims = Sims::new([counter]).listen(SocketAddr::from(([127, 0, 0, 1], 0)), clock, Random::seeded(1));
    let http = crate::http::PlatformClient::transport().expect("a client");
    Rig { sims: sims.await.expect("listens"), http }
}

impl Rig {
    async fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.sims.url));
        if !body.is_null() {
            request = request.body(body.to_string());
        }
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, serde_json::from_str(&response.text().await.expect("a body")).unwrap_or_default())
    }
    async fn count(&self) -> Value {
        self.send("GET", "/api.counter.example/count", Value::Null).await.1["count"].clone()
    }
    async fn fault(&self, fault: Value) {
        let answer = self.send("PUT", "/_sim/faults", json!([fault])).await;
        assert_eq!(answer.0, 200, "{answer:?}");
    }
    async fn poke(&self) -> reqwest::Result<String> {
        let url = format!("{}/api.counter.example/poke", self.sims.url);
        self.http.post(url).send().await?.text().await
    }
}

#[tokio::test]
async fn a_host_is_reached_by_path_and_by_header() {
    let rig = rig().await;
    let (_, by_path) = rig.send("GET", "/a.shops.example/count", Value::Null).await;
    assert_eq!(by_path["host"], "a.shops.example");
    let url = format!("{}/count", rig.sims.url);
    let by_header =
        rig.http.get(url).header("host", "api.counter.example:443").send().await.expect("an answer");
    assert!(by_header.text().await.expect("a body").contains("api.counter.example"));
    assert_eq!(rig.send("GET", "/other.example/count", Value::Null).await.0, 404);
}

#[tokio::test]
async fn every_kind_of_fault_breaks_what_it_says_and_no_more() {
    let rig = rig().await;
    for (fault, works, adds) in [
        (json!({ "kind": "status", "code": 503 }), true, 0),
        (json!({ "kind": "rate_limit", "retry_after_s": 7 }), true, 0),
        (json!({ "kind": "delay", "ms": 1 }), true, 1),
        (json!({ "kind": "drop_before" }), false, 0),
        (json!({ "kind": "drop_after_effect" }), false, 1),
        (json!({ "kind": "truncate" }), false, 1),
        (json!({ "kind": "html" }), true, 0),
        (json!({ "kind": "wrong_type" }), true, 1),
        (json!({ "kind": "eventual", "ms": 0 }), true, 1),
    ] {
        rig.send("POST", "/_sim/reset", Value::Null).await;
        let mut full = fault.clone();
        full["host"] = json!("api.counter.example");
        full["method"] = json!("POST");
        rig.fault(full).await;
        assert_eq!(rig.poke().await.is_ok(), works, "{fault}");
        assert_eq!(rig.count().await, adds, "{fault}");
        let (_, ledger) = rig.send("GET", "/_sim/ledger", Value::Null).await;
        assert_eq!(ledger["data"].as_array().map(Vec::len), Some(usize::from(adds == 1)), "{fault}");
    }
}

#[tokio::test]
async fn an_eventual_effect_is_seen_when_the_clock_says_so() {
    let rig = rig().await;
    rig.fault(json!({ "host": "api.counter.example", "path": "/po*", "kind": "eventual", "ms": 5000 })).await;
    rig.poke().await.expect("an answer");
    assert_eq!(rig.count().await, 0);
    rig.send("PUT", "/_sim/clock", json!({ "advance_s": 5 })).await;
    assert_eq!(rig.count().await, 1);
}

#[tokio::test]
async fn nth_and_times_pick_requests() {
    let rig = rig().await;
    rig.fault(json!({ "host": "*", "kind": "status", "code": 500, "nth": 2, "times": 2 })).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(rig.send("GET", "/api.counter.example/count", Value::Null).await.0);
    }
    assert_eq!(statuses, [200, 500, 500, 200]);
}

#[tokio::test]
async fn controls_refuse_what_they_do_not_know_with_a_sentence() {
    let rig = rig().await;
    for (method, path, body) in [
        ("POST", "/_sim/reset?world=nowhere", Value::Null),
        ("POST", "/_sim/reset", json!({ "peple": [] })),
        ("POST", "/_sim/reset", json!({ "platforms": { "counter": { "count": "many" } } })),
        ("POST", "/_sim/reset", json!({ "platforms": { "unheard-of": {} } })),
        ("PUT", "/_sim/faults", json!([{ "host": "a", "kind": "status" }])),
        ("PUT", "/_sim/faults", json!([{ "host": "a", "kind": "html", "ms": 5 }])),
        ("PUT", "/_sim/faults", json!([{ "host": "a", "kind": "html", "colour": "red" }])),
        ("PUT", "/_sim/latency", json!({ "ms": 5, "sometimes": true })),
        ("PUT", "/_sim/clock", json!({})),
        ("POST", "/_sim/act", json!({ "person": "olivia", "platform": "counter", "do": "leave" })),
        ("POST", "/_sim/act", json!({ "person": "nobody", "platform": "counter", "do": "leave" })),
        ("GET", "/_sim/ledger?sort=up", Value::Null),
    ] {
        let (status, answer) = rig.send(method, path, body.clone()).await;
        assert_eq!(status, 422, "{path} {body}");
        assert!(
            answer["error"].as_str().is_some_and(|sentence| sentence.len() > 15),
            "{path} {body}: {answer}"
        );
    }
}

#[tokio::test]
async fn a_refused_world_changes_nothing_and_a_named_one_is_found() {
    let rig = rig().await;
    assert_eq!(rig.send("POST", "/_sim/reset?world=seven", Value::Null).await.0, 200);
    rig.send("POST", "/_sim/reset", json!({ "platforms": { "counter": { "count": "many" } } })).await;
    let (_, world) = rig.send("GET", "/_sim/world", Value::Null).await;
    assert_eq!(world["platforms"]["counter"]["count"], 7);
    assert_eq!(world["people"][0]["id"], "olivia");
    assert_eq!(rig.send("POST", "/_sim/reset", world).await.0, 200, "a snapshot is a world");
}

#[tokio::test]
async fn requests_and_secrets_can_be_read() {
    let rig = rig().await;
    rig.send("GET", "/api.counter.example/count?token=hush", Value::Null).await;
    let (_, seen) = rig.send("GET", "/_sim/requests", Value::Null).await;
    let expected = json!([{ "seq": 1, "method": "GET", "host": "api.counter.example", "path": "/count" }]);
    assert_eq!(seen["data"], expected);
    let (_, secrets) = rig.send("GET", "/_sim/secrets", Value::Null).await;
    assert_eq!(secrets["data"][0]["value"], "s3cret");
}

#[tokio::test]
async fn stopping_frees_the_port() {
    let rig = rig().await;
    let addr = rig.sims.addr;
    rig.sims.stop().await;
    assert!(tokio::net::TcpListener::bind(addr).await.is_ok());
}
