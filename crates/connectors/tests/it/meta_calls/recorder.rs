//! A simulator in front of a simulator: it passes every request on, and writes down what was asked.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::Value;
use valetkey_sdk::app::App;
use valetkey_sdk::sim::{Act, Hub, People, RealHost, Simulator};

/// The largest body that is kept, in bytes. Graph calls are a few lines.
const MAX_BODY: usize = 64 * 1024;

/// One call as it went over the wire, without its credential.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub host: String,
    pub path: String,
    /// Parameters of the query and of the form.
    pub params: Vec<(String, String)>,
}

pub type Calls = Arc<Mutex<Vec<Call>>>;

pub struct Recorder {
    pub inner: Box<dyn Simulator>,
    pub calls: Calls,
}

impl Simulator for Recorder {
    fn platform(&self) -> &'static str {
        self.inner.platform()
    }

    fn hosts(&self) -> &'static [&'static str] {
        self.inner.hosts()
    }

    fn site_hosts(&self) -> &'static [&'static str] {
        self.inner.site_hosts()
    }

    fn world(&self, name: &str) -> Option<Value> {
        self.inner.world(name)
    }

    fn reset(&self, section: &Value, people: &People) -> Result<(), String> {
        self.inner.reset(section, people)
    }

    fn snapshot(&self) -> Value {
        self.inner.snapshot()
    }

    fn keep(&self) -> Value {
        self.inner.keep()
    }

    fn recall(&self, kept: &Value, people: &People) -> Result<(), String> {
        self.inner.recall(kept, people)
    }

    fn router(&self, hub: Arc<Hub>) -> Router {
        self.inner.router(hub).layer(from_fn_with_state(self.calls.clone(), note))
    }

    fn act(&self, act: &Act, hub: &Hub) -> Result<(), String> {
        self.inner.act(act, hub)
    }

    fn app(&self) -> App {
        self.inner.app()
    }

    fn rate_limited(&self, retry_after_s: Option<u64>) -> Response {
        self.inner.rate_limited(retry_after_s)
    }
}

async fn note(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, MAX_BODY).await.expect("a short body");
    let pairs = |text: &[u8]| url::form_urlencoded::parse(text).into_owned().collect::<Vec<_>>();
    let mut params = pairs(parts.uri.query().unwrap_or_default().as_bytes());
    params.extend(pairs(&body));
    calls.lock().unwrap_or_else(PoisonError::into_inner).push(Call {
        method: parts.method.to_string(),
        host: parts.extensions.get::<RealHost>().map(|host| host.0.clone()).unwrap_or_default(),
        path: parts.uri.path().to_owned(),
        params,
    });
    next.run(Request::from_parts(parts, Body::from(body))).await
}
