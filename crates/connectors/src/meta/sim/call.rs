//! One Graph call as it arrived: path, version and parameters from query and body.

use std::collections::BTreeMap;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use serde_json::Value;

use super::refusal::Refusal;

/// The versions that answer (Meta docs: changelog, 2026-11).
const VERSIONS: std::ops::RangeInclusive<u32> = 21..=26;
/// What a call without a version means: the app's default.
const DEFAULT_VERSION: &str = "v26.0";

#[derive(Clone, Debug)]
pub struct Call {
    /// Upper case.
    pub method: String,
    pub version: String,
    /// Without the version.
    pub path: Vec<String>,
    pub params: BTreeMap<String, String>,
    pub token: Option<String>,
    /// How long reads must not see what this call changes.
    pub lag_ms: i64,
}

impl Call {
    pub fn parse(parts: &Parts, body: &[u8], lag_ms: i64) -> Result<Self, Refusal> {
        let mut params = BTreeMap::new();
        add_pairs(&mut params, parts.uri.query().unwrap_or_default().as_bytes());
        let header = |name| parts.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let content_type = header(CONTENT_TYPE).unwrap_or_default();
        if content_type.starts_with("application/json") && !body.is_empty() {
            add_json(&mut params, body)?;
        } else if content_type.starts_with("application/x-www-form-urlencoded") || content_type.is_empty() {
            add_pairs(&mut params, body);
        } else if !body.is_empty() {
            return Err(Refusal::parameter(format!("Unsupported content type {content_type}")));
        }
        let bearer = header(AUTHORIZATION).and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
            known.then(|| token.trim().to_owned())
        });
        let token = params.remove("access_token").filter(|token| !token.is_empty()).or(bearer);
        let method = params.remove("method").unwrap_or_else(|| parts.method.to_string()).to_ascii_uppercase();
        let mut path: Vec<String> =
            parts.uri.path().split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        let version = take_version(&mut path)?;
        Ok(Self { method, version, path, params, token, lag_ms })
    }

    pub fn find(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub fn get(&self, name: &str) -> Result<&str, Refusal> {
        self.find(name).ok_or_else(|| Refusal::missing(name))
    }

    /// An id parameter: digits, perhaps after `act_`.
    pub fn get_id(&self, name: &str) -> Result<&str, Refusal> {
        let id = self.get(name)?;
        let digits = id.strip_prefix("act_").unwrap_or(id);
        match !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            true => Ok(id),
            false => {
                Err(Refusal::parameter(format!("Param {name} must be a valid ID string (e.g., \"123\")")))
            }
        }
    }

    /// A list parameter: a JSON array of strings, or `name[0]=…` as PHP writes it.
    pub fn find_list(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let indexed = format!("{name}[");
        let by_index: Vec<String> = self
            .params
            .iter()
            .filter(|(key, _)| key.starts_with(&indexed))
            .map(|(_, value)| value.clone())
            .collect();
        if !by_index.is_empty() {
            return Ok(Some(by_index));
        }
        let Some(text) = self.find(name) else { return Ok(None) };
        // Meta's own samples write single quotes too.
        let parsed = serde_json::from_str(text).or_else(|_| serde_json::from_str(&text.replace('\'', "\"")));
        match parsed {
            Ok(list) => Ok(Some(list)),
            Err(_) => Err(Refusal::parameter(format!("Param {name} must be an array."))),
        }
    }
}

fn add_pairs(params: &mut BTreeMap<String, String>, text: &[u8]) {
    for (name, value) in url::form_urlencoded::parse(text) {
        params.insert(name.into_owned(), value.into_owned());
    }
}

fn add_json(params: &mut BTreeMap<String, String>, body: &[u8]) -> Result<(), Refusal> {
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
        return Err(Refusal::parameter("The request body must be a JSON object"));
    };
    for (name, value) in object {
        let text = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        params.insert(name, text);
    }
    Ok(())
}

fn decoded(part: &str) -> String {
    // One path segment holds neither '&' nor '=', so the form decoder serves.
    let pairs = url::form_urlencoded::parse(part.as_bytes()).next();
    pairs.map_or_else(|| part.to_owned(), |(name, _)| name.into_owned())
}

fn take_version(path: &mut Vec<String>) -> Result<String, Refusal> {
    let Some(first) = path.first() else { return Ok(DEFAULT_VERSION.into()) };
    let numbers = first.strip_prefix('v').and_then(|rest| rest.split_once('.'));
    let Some((Ok(major), minor)) = numbers.map(|(major, minor)| (major.parse::<u32>(), minor)) else {
        return Ok(DEFAULT_VERSION.into());
    };
    if major < *VERSIONS.start() {
        let message =
            format!("You are calling a deprecated version of the API: {first}. Use {DEFAULT_VERSION}");
        return Err(Refusal::numbered(2635, message));
    }
    if minor != "0" || major > *VERSIONS.end() {
        // What Meta answers to a version that does not exist yet is inferred.
        return Err(Refusal::new(2500, format!("Unknown version {first}")));
    }
    Ok(path.remove(0))
}
