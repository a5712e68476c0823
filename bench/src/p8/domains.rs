//! The platforms of P8: each counts calls by a rule of its own, tells what is used, and refuses what is too much.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use url::Url;
use valetkey_connectors::Platform;
use valetkey_sdk::access::{AssetRef, Entitlement, Principal, Side, Wish};
use valetkey_sdk::clock::Clock;
use valetkey_sdk::connector::{Connector, Cx, Identity, Outcome};
use valetkey_sdk::http::Request;
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, ErrorKind, Result, call};

use crate::field::model;

/// How a platform counts.
#[derive(Clone, Copy)]
pub enum Rule {
    /// So many calls in any time of this length.
    Rolling { calls: usize, seconds: i64 },
    /// So many calls in each time of this length since midnight.
    Window { calls: usize, seconds: i64 },
    /// Calls fill a bucket that empties by so many an hour.
    Bucket { size: usize, an_hour: usize },
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rolling { calls, seconds } => write!(f, "{calls} in any {} min", seconds / 60),
            Self::Window { calls, seconds } => write!(f, "{calls} in each {} min", seconds / 60),
            Self::Bucket { size, an_hour } => write!(f, "{size} at once, {an_hour} more an hour"),
        }
    }
}

impl Rule {
    /// In what time so many calls can be made by somebody who knows the rule and is alone.
    pub fn shortest(self, calls: usize) -> SignedDuration {
        let times = |most: usize, seconds: i64| {
            SignedDuration::from_secs(seconds) * i32::try_from((calls - 1) / most).unwrap_or(i32::MAX)
        };
        match self {
            Self::Rolling { calls: most, seconds } | Self::Window { calls: most, seconds } => {
                times(most, seconds)
            }
            Self::Bucket { size, an_hour } => {
                SignedDuration::from_secs_f64(calls.saturating_sub(size) as f64 / an_hour as f64 * 3_600.0)
            }
        }
    }
}

/// What a platform saw.
#[derive(Clone, Default)]
pub struct Seen {
    pub calls: usize,
    pub refused: usize,
    pub last: Option<Timestamp>,
}

pub struct Domain {
    id: &'static str,
    rule: Rule,
    state: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    /// Of a rolling time or a window: when calls were made.
    times: VecDeque<Timestamp>,
    level: f64,
    level_at: Option<Timestamp>,
    seen: Seen,
    read: BTreeSet<String>,
}

impl Domain {
    pub fn new(id: &'static str, rule: Rule) -> Self {
        Self { id, rule, state: Mutex::default() }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One call: the used share in percent and the seconds until it is less, or nothing when it is refused.
    fn take(&self, asset: &str, now: Timestamp) -> Option<(f64, i64)> {
        let mut used = self.used();
        let (before, most, reset_s) = match self.rule {
            Rule::Rolling { calls, seconds } => {
                while used.times.front().is_some_and(|at| now.duration_since(*at).as_secs() >= seconds) {
                    used.times.pop_front();
                }
                (used.times.len() as f64, calls as f64, 0)
            }
            Rule::Window { calls, seconds } => {
                let window = |at: Timestamp| at.as_second() / seconds;
                used.times.retain(|at| window(*at) == window(now));
                (used.times.len() as f64, calls as f64, seconds - now.as_second() % seconds)
            }
            Rule::Bucket { size, an_hour } => {
                let passed = used.level_at.map_or(0.0, |at| now.duration_since(at).as_secs_f64());
                used.level = (used.level - passed * an_hour as f64 / 3_600.0).max(0.0);
                used.level_at = Some(now);
                (used.level, size as f64, 0)
            }
        };
        if before + 1.0 > most {
            used.seen.refused += 1;
            return None;
        }
        used.times.push_back(now);
        used.level += 1.0;
        used.seen.calls += 1;
        used.seen.last = Some(now);
        used.read.insert(asset.to_owned());
        Some(((before + 1.0) / most * 100.0, reset_s))
    }
}

/// All of them behind one address.
pub struct Domains {
    pub url: Url,
    clock: Clock,
    all: [Domain; 3],
    /// Before that nobody counts.
    limited: AtomicBool,
    model: Arc<model::Model>,
}

impl Domains {
    pub async fn open(clock: &Clock, all: [Domain; 3]) -> anyhow::Result<Arc<Self>> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let domains = Arc::new(Self {
            url: format!("http://{}", listener.local_addr()?).parse()?,
            clock: clock.clone(),
            all,
            limited: AtomicBool::new(false),
            model: model::Model::new(std::time::Duration::ZERO),
        });
        let app = Router::new().route("/{host}/read/{asset}", get(read)).with_state(Arc::clone(&domains));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(domains)
    }

    pub fn platforms(self: &Arc<Self>) -> anyhow::Result<Vec<Platform>> {
        let usage = "[[usage]]\nheader = \"x-usage\"\nof = \"app\"\npercent = [\"call_count\"]\npause_s = 900\n\
                     regain = { field = \"reset_s\", unit_s = 1 }\n";
        let platform = |domain: &Domain| {
            model::with(domain.id, 3, usage, Arc::new(Metered { domains: Arc::clone(self), id: domain.id }))
        };
        self.all.iter().map(platform).collect()
    }

    /// From now on.
    pub fn limit(&self) {
        self.limited.store(true, Ordering::SeqCst);
    }

    /// Different accounts that were read since.
    pub fn count_read(&self) -> usize {
        self.all.iter().map(|domain| domain.used().read.len()).sum()
    }

    pub fn seen(&self, id: &str) -> Seen {
        self.find(id).map_or_else(Seen::default, |domain| domain.used().seen.clone())
    }

    fn find(&self, id: &str) -> Option<&Domain> {
        self.all.iter().find(|domain| domain.id == id)
    }
}

async fn read(State(domains): State<Arc<Domains>>, Path((host, asset)): Path<(String, String)>) -> Response {
    let Some(domain) = domains.find(host.trim_end_matches(".example")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match domain.take(&asset, domains.clock.now()) {
        Some((percent, reset_s)) => {
            let told = json!({"call_count": percent.ceil(), "reset_s": reset_s});
            ([("x-usage", told.to_string())], "{}").into_response()
        }
        None => StatusCode::TOO_MANY_REQUESTS.into_response(),
    }
}

/// Reads by a call over HTTP; everything else is the model's.
struct Metered {
    domains: Arc<Domains>,
    id: &'static str,
}

#[async_trait]
impl Connector for Metered {
    async fn identify(&self, _cx: &Cx<'_>, _side: Side) -> Result<Identity> {
        Err(Error::unsupported("signing in"))
    }

    async fn entitlements(
        &self,
        cx: &Cx<'_>,
        side: Side,
        on: &AssetRef,
        of: Option<&Principal>,
        _at: Cursor,
    ) -> Result<Page<Entitlement>> {
        let who = of.ok_or_else(|| Error::unsupported("reading everybody"))?;
        if self.domains.limited.load(Ordering::SeqCst) {
            let held = cx.credentials.iter().find(|h| h.side == side);
            let held = held.ok_or_else(|| Error::unexpected("nobody is signed in"))?;
            let path = format!("/read/{}", on.id().unwrap_or_default());
            let request = Request::get(call!("read one account"), &format!("{}.example", self.id), path);
            let token = (None, &held.credential.access_token);
            let reply = cx.http.send(&request, &held.connection, token).await?;
            if reply.status == 429 {
                let until = self.domains.clock.now() + SignedDuration::from_mins(1);
                return Err(Error::new(ErrorKind::RateLimited { until }, "too many calls"));
            }
        }
        let items = self.domains.model.roles(on, who).into_iter().map(|roles| model::row(on, who, roles));
        Ok(Page { items: items.collect(), next: None, sight: Sight::Full })
    }

    async fn grant(&self, _cx: &Cx<'_>, wish: &Wish, _seen: Option<&Entitlement>) -> Result<Outcome> {
        self.domains.model.give(&wish.on, &wish.who, wish.roles());
        Ok(Outcome::Taken)
    }

    async fn accept(&self, _cx: &Cx<'_>, _pending: &Entitlement) -> Result<Outcome> {
        Err(Error::unsupported("accepting"))
    }

    async fn revoke(&self, _cx: &Cx<'_>, _held: &Entitlement) -> Result<Outcome> {
        Err(Error::unsupported("taking away"))
    }
}
