//! Meta's error codes as kinds that the engine can act on, and remedies that people can act on.
//!
//! Decided on `code` and `error_subcode`, never on the HTTP status or the message.
//! Source: "Handle errors" and "Rate limits", developers.facebook.com, read 2026-11-22.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use valetkey_sdk::http::{Caller, Reply};
use valetkey_sdk::manifest::Manifest;
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind};

/// A Page edge was called without a Page token.
const PAGE_TOKEN_REQUIRED: i64 = 2_069_032;
/// The shortest pause after a rate limit that names no time.
const PAUSE_S: i64 = 60;

pub fn remedy(id: &str) -> Remedy {
    Remedy::new(id)
}

pub fn read(error: &Value, reply: &Reply, caller: &Caller<'_>, manifest: &Manifest, now: Timestamp) -> Error {
    let number = |field: &str| error.get(field).and_then(Value::as_i64);
    let code = number("code").unwrap_or(0);
    let subcode = number("error_subcode").unwrap_or(0);
    let trace = error.get("fbtrace_id").and_then(Value::as_str).unwrap_or("none");
    let transient = error.get("is_transient").and_then(Value::as_bool).unwrap_or(false);
    let found = match code {
        190 if subcode == PAGE_TOKEN_REQUIRED => Error::unexpected("Meta wants a Page token here"),
        190 | 102 | 452 => caller.reauthorize("the sign-in at Meta is not valid any more"),
        104 => Error::unexpected("Meta refused the signature: check the app's secret"),
        1 | 2 | 3912 => Error::new(ErrorKind::Temporary, "Meta is down for a moment"),
        4 | 17 | 32 | 341 | 613 | 80_000..=80_014 => limited(reply, now),
        3 => Error::unsupported("this call, for this app,"),
        368 => Error::rejected(remedy("blocked-by-meta"), "Meta blocked the action"),
        415 => Error::rejected(remedy("two-factor"), "Meta wants two-factor sign-in"),
        2620 => Error::rejected(remedy("not-assignable"), "the portfolio cannot assign this person here"),
        3944 | 3989 => Error::new(ErrorKind::Conflict, "it is shared already"),
        3946 => Error::rejected(remedy("agency-owns-it"), "the agency's portfolio owns it"),
        3996 => Error::new(ErrorKind::NotFound, "it is not in this portfolio"),
        100 if subcode == 33 => Error::new(ErrorKind::NotFound, "Meta does not know it, or hides it"),
        10 | 200..=299 => Error::new(ErrorKind::Forbidden, "Meta says this person may not do that"),
        _ if transient => Error::new(ErrorKind::Temporary, "Meta is down for a moment"),
        // Anything else was answered and refused: nothing changed there. The facts say what most codes mean.
        _ => {
            let known = manifest.find_refusal(code, subcode).map_or("refused", |known| &known.id);
            Error::rejected(remedy(known).arg("code", code.to_string()), "Meta refused the call")
        }
    };
    found.with("code", code).with("subcode", subcode).with("fbtrace_id", trace)
}

fn limited(reply: &Reply, now: Timestamp) -> Error {
    let until = now + SignedDuration::from_secs(reply.regain_s().unwrap_or(PAUSE_S));
    Error::new(ErrorKind::RateLimited { until }, "Meta's rate limit is reached")
}
