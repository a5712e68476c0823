//! One call to a platform and its answer, without the token.

use http::{HeaderMap, Method};
use serde_json::Value;

use super::usage::Reading;
use crate::error::{Error, Result};
use crate::point::Point;

/// A call: real host, path, parameters. `Debug` shows the path template only.
#[derive(Clone)]
pub struct Request {
    pub(super) method: Method,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) form: Vec<(String, String)>,
    pub(super) json: Option<Value>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) name: Point,
}

impl Request {
    /// `name` is made by [`call!`](crate::call) and says what the call is for, in the platform's words; it
    /// goes into traces.
    pub fn new(method: Method, name: Point, host: &str, path: impl Into<String>) -> Self {
        Self {
            method,
            host: host.to_owned(),
            path: path.into(),
            query: Vec::new(),
            form: Vec::new(),
            json: None,
            headers: Vec::new(),
            name,
        }
    }

    pub fn get(name: Point, host: &str, path: impl Into<String>) -> Self {
        Self::new(Method::GET, name, host, path)
    }

    pub fn post(name: Point, host: &str, path: impl Into<String>) -> Self {
        Self::new(Method::POST, name, host, path)
    }

    pub fn put(name: Point, host: &str, path: impl Into<String>) -> Self {
        Self::new(Method::PUT, name, host, path)
    }

    pub fn patch(name: Point, host: &str, path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, name, host, path)
    }

    pub fn delete(name: Point, host: &str, path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, name, host, path)
    }

    #[must_use]
    pub fn query(mut self, key: &str, value: impl Into<String>) -> Self {
        self.query.push((key.to_owned(), value.into()));
        self
    }

    #[must_use]
    pub fn form(mut self, key: &str, value: impl Into<String>) -> Self {
        self.form.push((key.to_owned(), value.into()));
        self
    }

    /// The body as JSON, instead of a form.
    #[must_use]
    pub fn json(mut self, body: Value) -> Self {
        self.json = Some(body);
        self
    }

    /// A header in the platform's own words. Never a credential: the client adds that.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A call that changes nothing and may be repeated.
    pub(super) fn is_safe(&self) -> bool {
        self.method == Method::GET
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.method, self.host, self.name)
    }
}

/// A platform's answer.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    body: bytes::Bytes,
    usage: Vec<Reading>,
}

impl Reply {
    pub(super) fn new(status: u16, headers: HeaderMap, body: bytes::Bytes, usage: Vec<Reading>) -> Self {
        Self { status, headers, body, usage }
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// In how many seconds calls work again, as the fullest of the told limits says.
    pub fn regain_s(&self) -> Option<i64> {
        let told = self.usage.iter().filter(|r| r.regain_s.is_some());
        told.max_by(|a, b| a.percent.total_cmp(&b.percent).then(a.regain_s.cmp(&b.regain_s)))?.regain_s
    }

    /// The body as JSON; HTML, a cut body or an empty one is `Unexpected`.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).map_err(|e| {
            Error::unexpected("the platform's answer is not JSON").with("status", self.status).caused_by(e)
        })
    }
}
