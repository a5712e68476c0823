//! Stands between the connector and the simulator and writes down every call.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{HOST, TRANSFER_ENCODING};
use http::request::Parts;
use serde_json::Value;
use url::form_urlencoded::parse;

/// One call of the API.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub method: String,
    /// Below the version.
    pub path: String,
    pub has_token: bool,
    pub query: BTreeMap<String, String>,
    pub body: Value,
}

#[derive(Clone)]
pub struct Recorder {
    behind: String,
    http: reqwest::Client,
    calls: Arc<Mutex<Vec<Recorded>>>,
}

impl Recorder {
    /// Where to send calls instead, and the recorder.
    pub async fn before(behind: &str) -> (String, Self) {
        #[expect(clippy::disallowed_methods, reason = "it visits the simulator on this machine only")]
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let http = http.build().expect("a client");
        let recorder = Self { behind: behind.to_owned(), http, calls: Arc::default() };
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await;
        let listener = listener.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(pass).with_state(recorder.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (url, recorder)
    }

    pub fn calls(&self) -> Vec<Recorded> {
        self.calls.lock().expect("no panic while held").clone()
    }
}

async fn pass(State(recorder): State<Recorder>, parts: Parts, body: Bytes) -> Response {
    if let Some((_, path)) = parts.uri.path().split_once("/open_api/v1.3") {
        recorder.calls.lock().expect("no panic while held").push(Recorded {
            method: parts.method.to_string(),
            path: path.to_owned(),
            has_token: parts.headers.contains_key("access-token"),
            query: parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect(),
            body: serde_json::from_slice(&body).unwrap_or_default(),
        });
    }
    let mut headers = parts.headers.clone();
    headers.remove(HOST);
    let request = recorder.http.request(parts.method.clone(), format!("{}{}", recorder.behind, parts.uri));
    let answer = request.headers(headers).body(body).send().await.expect("the simulator answers");
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove(TRANSFER_ENCODING);
    let bytes = answer.bytes().await.expect("a body");
    (status, headers, Body::from(bytes)).into_response()
}
