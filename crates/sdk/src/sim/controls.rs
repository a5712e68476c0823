//! The controls under `/_sim/`: what tests and the demo do to the simulators from outside.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::act::Act;
use super::faults::FaultForm;
use super::hub::Hub;
use super::latency::Latency;
use super::site;
use super::world::World;

pub fn router(hub: Arc<Hub>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/_sim/reset", post(reset))
        .route("/_sim/world", get(world))
        .route("/_sim/ledger", get(ledger))
        .route("/_sim/requests", get(requests))
        .route("/_sim/secrets", get(secrets))
        .route("/_sim/faults", put(faults))
        .route("/_sim/latency", put(latency))
        .route("/_sim/clock", put(clock))
        .route("/_sim/act", post(act))
        .fallback(unknown)
        .with_state(hub)
}

/// A control asked for something that cannot be done; the sentence says what and why.
struct Refused(StatusCode, String);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

impl From<String> for Refused {
    fn from(sentence: String) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, sentence)
    }
}

type Answer = Result<Response, Refused>;

fn done() -> Answer {
    Ok(Json(json!({ "ok": true })).into_response())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|e| format!("the body does not fit: {e}").into())
}

/// The only parameter a control takes in its query, if it is there.
fn find_parameter(query: Option<&str>, name: &str) -> Result<Option<String>, Refused> {
    let mut found = None;
    for (key, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if key != name {
            return Err(format!("there is no parameter '{key}' here").into());
        }
        found = Some(value.into_owned());
    }
    Ok(found)
}

fn find_after(query: Option<&str>) -> Result<u64, Refused> {
    match find_parameter(query, "after")? {
        None => Ok(0),
        Some(text) => {
            text.parse().map_err(|_| format!("'after' must be a sequence number, not '{text}'").into())
        }
    }
}

async fn index(State(hub): State<Arc<Hub>>) -> Html<String> {
    site::index_page(&hub)
}

async fn reset(State(hub): State<Arc<Hub>>, RawQuery(query): RawQuery, body: Bytes) -> Answer {
    let name = find_parameter(query.as_deref(), "world")?;
    match (name, body.trim_ascii()) {
        (Some(_), body) if !body.is_empty() => {
            return Err("give the name of a world or a world, not both".to_owned().into());
        }
        (None, body) if !body.is_empty() => hub.reset(World::parse(body)?)?,
        (name, _) => hub.reset_to(name.as_deref().unwrap_or("default"))?,
    }
    done()
}

async fn world(State(hub): State<Arc<Hub>>) -> Response {
    Json(hub.snapshot()).into_response()
}

async fn ledger(State(hub): State<Arc<Hub>>, RawQuery(query): RawQuery) -> Answer {
    Ok(Json(json!({ "data": hub.ledger.entries_after(find_after(query.as_deref())?) })).into_response())
}

async fn requests(State(hub): State<Arc<Hub>>, RawQuery(query): RawQuery) -> Answer {
    Ok(Json(json!({ "data": hub.requests.seen_after(find_after(query.as_deref())?) })).into_response())
}

async fn secrets(State(hub): State<Arc<Hub>>) -> Response {
    Json(json!({ "data": hub.secrets.issued() })).into_response()
}

async fn faults(State(hub): State<Arc<Hub>>, body: Bytes) -> Answer {
    hub.faults.set(parse::<Vec<FaultForm>>(&body)?)?;
    done()
}

async fn latency(State(hub): State<Arc<Hub>>, body: Bytes) -> Answer {
    hub.latencies.set(parse::<Latency>(&body)?);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockForm {
    set: Option<Timestamp>,
    advance_s: Option<i64>,
}

async fn clock(State(hub): State<Arc<Hub>>, body: Bytes) -> Answer {
    match parse::<ClockForm>(&body)? {
        ClockForm { set: Some(to), advance_s: None } => hub.clock.set(to),
        ClockForm { set: None, advance_s: Some(seconds) } => {
            hub.clock.advance(SignedDuration::from_secs(seconds))
        }
        _ => return Err("give either 'set' (a time) or 'advance_s' (seconds)".to_owned().into()),
    }
    Ok(Json(json!({ "now": hub.clock.now() })).into_response())
}

async fn act(State(hub): State<Arc<Hub>>, body: Bytes) -> Answer {
    hub.act(&parse::<Act>(&body)?)?;
    done()
}

async fn unknown() -> Refused {
    Refused(StatusCode::NOT_FOUND, "there is no such control; see docs, section Simulators".to_owned())
}
