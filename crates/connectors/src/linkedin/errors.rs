//! LinkedIn's refusals as kinds that the engine can act on. Decided on the status; messages are for people.
//!
//! Sources: "LinkedIn API error handling", "API rate limiting", learn.microsoft.com/linkedin, read 2026-11-22.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use valetkey_sdk::http::{Caller, Reply};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind};

/// How long to stop when LinkedIn names no time: its limits are by day, so asking soon again is of no use.
const PAUSE_S: i64 = 15 * 60;
/// Longest sentence of LinkedIn's that is shown, in characters.
const MOST_CHARS: usize = 200;

pub fn read(reply: &Reply, caller: &Caller<'_>, now: Timestamp) -> Error {
    let body = reply.json().unwrap_or(Value::Null);
    let ours = body.get("status").is_some() || body.get("message").is_some();
    let found = match reply.status {
        401 => caller.reauthorize("the sign-in at LinkedIn is not valid any more"),
        403 if ours => Error::new(ErrorKind::Forbidden, "LinkedIn says this person may not do that"),
        404 if ours => Error::new(ErrorKind::NotFound, "LinkedIn does not find it"),
        409 => Error::new(ErrorKind::Conflict, "something else is under way there"),
        426 => Error::new(ErrorKind::Unsupported, "LinkedIn does not serve this version of its API any more"),
        429 => Error::new(ErrorKind::RateLimited { until: until(reply, now) }, "LinkedIn's limit is reached"),
        status if status >= 500 => Error::new(ErrorKind::Temporary, "LinkedIn is down for a moment"),
        // A refusal without LinkedIn's own body came from something in between.
        400..=499 if ours => {
            let message: String = body
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .chars()
                .take(MOST_CHARS)
                .collect();
            Error::rejected(Remedy::new("refused").arg("message", message), "LinkedIn refused the call")
        }
        _ => Error::unexpected("an answer that LinkedIn does not give"),
    };
    let id = reply.headers.get("x-li-uuid").and_then(|id| id.to_str().ok()).unwrap_or("none");
    found.with("status", reply.status).with("request", id)
}

fn until(reply: &Reply, now: Timestamp) -> Timestamp {
    let told =
        reply.headers.get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
    now + SignedDuration::from_secs(told.filter(|s| *s > 0).unwrap_or(PAUSE_S))
}
