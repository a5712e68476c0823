//! One REST call as it arrived.

use std::collections::BTreeMap;

use http::header::AUTHORIZATION;
use http::request::Parts;
use serde_json::Value;
use url::form_urlencoded::parse;

use super::answer::Refusal;

#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    pub path: Vec<String>,
    pub query: BTreeMap<String, String>,
    /// An object; empty when nothing was sent.
    pub body: Value,
    pub token: Option<String>,
    /// How long reads must not see what this call changes.
    pub lag_ms: i64,
}

impl Call {
    pub fn parse(parts: &Parts, body: &[u8], lag_ms: i64) -> Result<Self, Refusal> {
        let query = parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let body = match body.trim_ascii() {
            [] => Value::Object(serde_json::Map::new()),
            text => serde_json::from_slice(text).map_err(|_| Refusal::new(400, "Problems parsing JSON"))?,
        };
        if !body.is_object() {
            return Err(Refusal::new(400, "Body should be a JSON object"));
        }
        let token = parts.headers.get(AUTHORIZATION).and_then(|value| {
            let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
            let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
            known.then(|| token.trim().to_owned())
        });
        let path = parts.uri.path().split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        Ok(Self { method: parts.method.to_string(), path, query, body, token, lag_ms })
    }

    /// A text in the body, when it is there and no null.
    pub fn find(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.body.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::new(
                422,
                format!("Invalid request. For 'properties/{name}', it is not a string."),
            )),
        }
    }
}

fn decoded(part: &str) -> String {
    // A path segment has no plus signs for blanks, so they are kept as they are.
    let text = format!("x={}", part.replace('+', "%2B").replace('&', "%26"));
    parse(text.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}
