//! Call limits: counts calls an hour for each person, and says so in headers.
//! GitHub docs: "Rate limits for the REST API", read 2026-11-23. Windows start with the first call.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use super::answer::Refusal;

const HOUR_MS: i64 = 3_600_000;

#[derive(Default)]
pub struct Limits(Mutex<BTreeMap<String, Window>>);

#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Window {
    started_at_ms: i64,
    calls: u64,
}

impl Limits {
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn windows(&self) -> BTreeMap<String, Window> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn recall(&self, windows: BTreeMap<String, Window>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = windows;
    }

    /// Counts a call of a user. The headers go on the answer whether the call is refused or not.
    pub fn count(&self, user_id: u64, most: u64, now_ms: i64) -> (HeaderMap, Result<(), Refusal>) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window { started_at_ms: now_ms, calls: 0 };
        let window = windows.entry(user_id.to_string()).or_insert(fresh);
        if now_ms - window.started_at_ms >= HOUR_MS {
            *window = fresh;
        }
        let is_full = window.calls >= most;
        window.calls += u64::from(!is_full);
        let reset = (window.started_at_ms + HOUR_MS) / 1000;
        let headers = headers(most, window.calls, reset);
        let refused = is_full.then(|| {
            Refusal::new(403, format!("API rate limit exceeded for user ID {user_id}."))
                .documented("rest/using-the-rest-api/rate-limits-for-the-rest-api")
        });
        (headers, refused.map_or(Ok(()), Err))
    }
}

pub fn headers(limit: u64, used: u64, reset: i64) -> HeaderMap {
    let pairs = [
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", limit.saturating_sub(used).to_string()),
        ("x-ratelimit-used", used.to_string()),
        ("x-ratelimit-reset", reset.to_string()),
        ("x-ratelimit-resource", "core".to_owned()),
    ];
    let pair = |(name, value): (&'static str, String)| {
        Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
    };
    pairs.into_iter().filter_map(pair).collect()
}
