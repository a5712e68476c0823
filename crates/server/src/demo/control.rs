//! The demo's controls for scripts: clock, queue, mail, sign-in. On loopback only, never part of `serve`.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use super::mailbox;
use crate::app::agencies;
use crate::desk::Desk;
use crate::ids::MemberId;
use crate::mail::Caught;

pub struct Control {
    pub url: String,
    task: JoinHandle<std::io::Result<()>>,
}

#[derive(Clone)]
struct Hand {
    desk: Desk,
    sim_url: Url,
    http: reqwest::Client,
}

type Answer = Result<Json<Value>, (StatusCode, String)>;

impl Control {
    pub async fn start(desk: Desk, sim_url: Url) -> anyhow::Result<Self> {
        let listener =
            TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.context("no free port")?;
        let url = format!("http://{}", listener.local_addr()?);
        desk.mailer.show_at(format!("{url}/mail"));
        let http = desk.transport.clone();
        let app = Router::new()
            .route("/clock", post(clock))
            .route("/drain", post(drain))
            .route("/run", post(run))
            .route("/mail", get(mail))
            .route("/sign-in", post(sign_in))
            .with_state(Hand { desk, sim_url, http });
        Ok(Self { url, task: tokio::spawn(async move { axum::serve(listener, app).await }) })
    }

    pub fn stop(&self) {
        self.task.abort();
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockBody {
    set: Option<Timestamp>,
    advance_s: Option<i64>,
}

/// Moves the server's clock and the simulators'.
async fn clock(State(hand): State<Hand>, body: Bytes) -> Answer {
    let body: ClockBody = read(&body)?;
    match (body.set, body.advance_s) {
        (Some(at), None) => hand.desk.clock.set(at),
        (None, Some(s)) => hand.desk.clock.advance(SignedDuration::from_secs(s)),
        _ => return Err((StatusCode::UNPROCESSABLE_ENTITY, "give either set or advance_s".into())),
    }
    let now = hand.desk.clock.now();
    let url = hand.sim_url.join("/_sim/clock").map_err(failed)?;
    let moved = hand.http.put(url).json(&json!({"set": now})).send().await.map_err(failed)?;
    if !moved.status().is_success() {
        return Err((
            StatusCode::BAD_GATEWAY,
            format!("the simulators' clock did not move: {}", moved.status()),
        ));
    }
    hand.desk.wake.notify_one();
    Ok(Json(json!({"now": now})))
}

/// Returns when nothing is due and nothing is under way.
async fn drain(State(hand): State<Hand>) -> Answer {
    hand.desk.wake.notify_one();
    while hand.desk.store.count_open_jobs(hand.desk.now_ms()).await.map_err(failed)? > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(Json(json!({"drained": true})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RunBody {
    job: String,
}

/// Starts a scheduled job now.
async fn run(State(hand): State<Hand>, body: Bytes) -> Answer {
    let body: RunBody = read(&body)?;
    match body.job.as_str() {
        "verify_all" => hand.desk.store.enqueue_all_looks(hand.desk.now_ms()).await.map_err(failed)?,
        other => {
            return Err((StatusCode::UNPROCESSABLE_ENTITY, format!("{other} is not a job: use verify_all")));
        }
    }
    hand.desk.wake.notify_one();
    Ok(Json(json!({"started": body.job})))
}

#[derive(Deserialize)]
struct MailQuery {
    to: Option<String>,
}

/// What was sent so far, oldest first; as a page for who looks with a browser.
async fn mail(State(hand): State<Hand>, Query(q): Query<MailQuery>, headers: HeaderMap) -> Response {
    let to = q.to.unwrap_or_default();
    let mut all = hand.desk.mailer.caught();
    all.retain(|c| to.is_empty() || c.message.to.to_string() == to);
    let accept = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if accept.contains("text/html") {
        return mailbox::page(&all).into_response();
    }
    let one = |c: &Caught| {
        let m = &c.message;
        json!({"to": m.to.to_string(), "subject": m.subject, "text": m.text, "html": m.html, "links": c.links})
    };
    Json(json!({"data": all.iter().map(one).collect::<Vec<_>>()})).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInBody {
    member: String,
}

/// A one-time address that signs this member in.
async fn sign_in(State(hand): State<Hand>, body: Bytes) -> Answer {
    let body: SignInBody = read(&body)?;
    let id = MemberId::from_text(&body.member);
    for (scope, _) in hand.desk.store.list_agencies_as_operator().await.map_err(failed)? {
        if hand.desk.store.find_member(&scope, &id).await.map_err(failed)?.is_some() {
            let ticket = agencies::ticket(&hand.desk, &scope, &id).await.map_err(failed)?;
            return Ok(Json(json!({"url": agencies::sign_in_address(&hand.desk, &ticket)})));
        }
    }
    Err((StatusCode::NOT_FOUND, format!("there is no member {}", body.member)))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, (StatusCode, String)> {
    serde_json::from_slice(body).map_err(|e| (StatusCode::UNPROCESSABLE_ENTITY, e.to_string()))
}

fn failed(e: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, e.to_string())
}
