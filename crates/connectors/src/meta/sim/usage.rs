//! Call limits: counts calls an hour, reports them in headers, and refuses when a window is full.
//! Meta docs: rate limiting guide, 2026-11. Real windows roll; these start with the first call.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refusal::Refusal;
use super::world::Limits;

const HOUR_MS: i64 = 3_600_000;

#[derive(Default)]
pub struct Usage(Mutex<BTreeMap<String, Window>>);

#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Window {
    started_at_ms: i64,
    calls: u64,
}

/// What one call is counted against.
pub struct Meter<'a> {
    pub app: &'a str,
    pub person: &'a str,
    /// The portfolio and the kind of use, where the call addresses one.
    pub business: Option<(&'a str, &'static str)>,
    /// The ad account that the call addresses.
    pub is_ad_account: bool,
}

/// How full one window is.
#[derive(Clone, Copy, Default)]
struct Reading {
    percent: u64,
    is_full: bool,
    left_ms: i64,
}

impl Usage {
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn windows(&self) -> BTreeMap<String, Window> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn recall(&self, windows: BTreeMap<String, Window>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = windows;
    }

    /// Counts a call. The headers go on the answer whether the call is refused or not.
    pub fn count(&self, limits: &Limits, meter: &Meter<'_>, now_ms: i64) -> (HeaderMap, Result<(), Refusal>) {
        let app = self.step(&format!("app {}", meter.app), limits.app_calls_per_hour, now_ms);
        let user_key = format!("user {} {}", meter.app, meter.person);
        let user = self.step(&user_key, limits.user_calls_per_hour, now_ms);
        let mut headers = HeaderMap::new();
        // Read as the share of the app's calls. That a person's share is in no header is inferred.
        let share = app.percent;
        put(
            &mut headers,
            "x-app-usage",
            json!({ "call_count": share, "total_time": share, "total_cputime": share }),
        );
        let mut business = Reading::default();
        if let Some((id, kind)) = meter.business {
            business = self.step(&format!("business {id}"), limits.business_calls_per_hour, now_ms);
            put_business(&mut headers, id, kind, business);
            if meter.is_ad_account {
                let usage = json!({
                    "acc_id_util_pct": business.percent,
                    "reset_time_duration": business.left_ms / 1000,
                    "ads_api_access_tier": "standard_access"
                });
                put(&mut headers, "x-ad-account-usage", usage);
            }
        }
        let refused = if app.is_full {
            Some(Refusal::numbered(4, "Application request limit reached"))
        } else if user.is_full {
            Some(Refusal::numbered(17, "User request limit reached"))
        } else if business.is_full {
            let code = if meter.business.is_some_and(|(_, kind)| kind == "pages") { 80001 } else { 80004 };
            Some(Refusal::numbered(
                code,
                "There have been too many calls for this business. Wait a bit and try again.",
            ))
        } else {
            None
        };
        (headers, refused.map_or(Ok(()), |refusal| Err(refusal.transient())))
    }

    fn step(&self, key: &str, limit: u64, now_ms: i64) -> Reading {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window { started_at_ms: now_ms, calls: 0 };
        let window = windows.entry(key.to_owned()).or_insert(fresh);
        if now_ms - window.started_at_ms >= HOUR_MS {
            *window = fresh;
        }
        let is_full = window.calls >= limit;
        window.calls += u64::from(!is_full);
        let percent = (window.calls * 100).checked_div(limit).unwrap_or(100);
        Reading { percent, is_full, left_ms: window.started_at_ms + HOUR_MS - now_ms }
    }
}

/// The answer to a call that a fault calls one too many.
pub fn throttled_by_fault(retry_after_s: Option<u64>) -> Response {
    let refusal = Refusal::numbered(80004, "There have been too many calls for this business.").transient();
    let mut response = refusal.into_response("AFAULT");
    let left_ms = i64::try_from(retry_after_s.unwrap_or(60).saturating_mul(1000)).unwrap_or(i64::MAX);
    let full = Reading { percent: 100, is_full: true, left_ms };
    put_business(response.headers_mut(), "0", "ads_management", full);
    response
}

fn put_business(headers: &mut HeaderMap, id: &str, kind: &str, reading: Reading) {
    let minutes = if reading.is_full { reading.left_ms.saturating_add(59_999) / 60_000 } else { 0 };
    let usage = json!({
        "type": kind,
        "call_count": reading.percent,
        "total_cputime": reading.percent,
        "total_time": reading.percent,
        "estimated_time_to_regain_access": minutes,
        "ads_api_access_tier": "standard_access"
    });
    put(headers, "x-business-use-case-usage", json!({ id: [usage] }));
}

fn put(headers: &mut HeaderMap, name: &'static str, value: serde_json::Value) {
    let value = HeaderValue::try_from(value.to_string()).expect("JSON of ids and numbers is plain ASCII");
    headers.insert(HeaderName::from_static(name), value);
}
