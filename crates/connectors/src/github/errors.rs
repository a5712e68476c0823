//! GitHub's refusals as kinds that the engine can act on, and remedies that people can act on.
//!
//! Decided on the status and headers. Only for 422, where GitHub has no codes of its own, words of the
//! message choose between remedies; what is not recognised is shown as GitHub said it.
//! Sources: "Rate limits for the REST API", "Authenticating to the REST API", docs.github.com, read 2026-11-23.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use valetkey_sdk::http::{Caller, Reply};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind};

/// The shortest pause after a secondary limit that names no time.
const PAUSE_S: i64 = 60;
/// Longest sentence of GitHub's that is shown, in characters.
const MOST_CHARS: usize = 200;

/// Words in a refusal of a body, and what they mean. Observed, not documented.
const KNOWN: [(&str, &str); 4] = [
    ("seat", "no-seat"),
    ("member of this organization", "members-only"),
    ("blocked", "blocked-user"),
    ("outside collaborator", "members-only"),
];

pub fn read(reply: &Reply, caller: &Caller<'_>, now: Timestamp) -> Error {
    let body = reply.json().unwrap_or(Value::Null);
    let message = said(&body);
    let found = match reply.status {
        401 => caller.reauthorize("the sign-in at GitHub is not valid any more"),
        403 | 429 => forbidden(reply, &message, now),
        404 | 410 => Error::new(ErrorKind::NotFound, "GitHub does not find it, or hides it"),
        301 | 302 | 307 | 308 => Error::rejected(Remedy::new("moved"), "it has another name now"),
        409 => Error::new(ErrorKind::Conflict, "something else is under way there"),
        status if status >= 500 => Error::new(ErrorKind::Temporary, "GitHub is down for a moment"),
        // A refusal without GitHub's own body came from something in between.
        400..=499 if body.get("message").is_some() => refused(&message),
        _ => Error::unexpected("an answer that GitHub does not give"),
    };
    let id = reply.headers.get("x-github-request-id").and_then(|id| id.to_str().ok()).unwrap_or("none");
    found.with("status", reply.status).with("request", id)
}

fn forbidden(reply: &Reply, message: &str, now: Timestamp) -> Error {
    let header = |name: &str| reply.headers.get(name).and_then(|value| value.to_str().ok());
    let number = |name: &str| header(name).and_then(|text| text.trim().parse::<i64>().ok());
    if let Some(sso) = header("x-github-sso").filter(|value| value.starts_with("required")) {
        return Error::rejected(single_sign_on(sso), "the organization wants single sign-on");
    }
    let until = match (number("retry-after"), number("x-ratelimit-remaining")) {
        (Some(seconds), _) => Some(now + SignedDuration::from_secs(seconds.max(1))),
        (None, Some(0)) => number("x-ratelimit-reset").and_then(|at| Timestamp::from_second(at).ok()),
        _ => None,
    };
    let soonest = now + SignedDuration::from_secs(1);
    match until {
        Some(until) => limited(until.max(soonest)),
        None if reply.status == 429 => limited(now + SignedDuration::from_secs(PAUSE_S)),
        None if message.contains("access restrictions") => {
            Error::rejected(Remedy::new("app-restricted"), "the organization restricts apps")
        }
        None => Error::new(ErrorKind::Forbidden, "GitHub says this person may not do that"),
    }
}

fn limited(until: Timestamp) -> Error {
    Error::new(ErrorKind::RateLimited { until }, "GitHub's rate limit is reached")
}

/// The header's address carries a request that ends within the hour; without it, it leads to the same place.
fn single_sign_on(header: &str) -> Remedy {
    let address = header.split_once("url=").and_then(|(_, url)| url::Url::parse(url.trim()).ok());
    let ours = address.filter(|url| url.scheme() == "https" && url.host_str() == Some("github.com"));
    let org = ours.as_ref().and_then(|url| url.path_segments()?.nth(1)).unwrap_or_default().to_owned();
    let remedy = Remedy::new("single-sign-on").arg("organization", &org);
    match ours {
        Some(mut url) => {
            url.set_query(None);
            url.set_fragment(None);
            remedy.link(url.as_str())
        }
        None => remedy,
    }
}

/// An organization that a listing left out; only its number is told.
pub fn hidden_by_single_sign_on(id: &str) -> Remedy {
    Remedy::new("single-sign-on").arg("organization", format!("Organization {id}"))
}

fn refused(message: &str) -> Error {
    let known = KNOWN.iter().find(|(word, _)| message.contains(word)).map(|(_, id)| *id);
    let remedy = match known {
        Some("no-seat") => Remedy::new("no-seat"),
        Some("members-only") => Remedy::new("members-only"),
        Some("blocked-user") => Remedy::new("blocked-user"),
        _ => Remedy::new("refused").arg("message", message.chars().take(MOST_CHARS).collect::<String>()),
    };
    Error::rejected(remedy, "GitHub refused the call")
}

/// The message, and those of its errors.
fn said(body: &Value) -> String {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let errors = body.get("errors").and_then(Value::as_array).into_iter().flatten();
    let errors = errors.filter_map(|e| {
        text(e)
            .or_else(|| text(e.get("message")?))
            .or_else(|| Some(format!("{}: {}", e.get("field")?.as_str()?, e.get("code")?.as_str()?)))
    });
    let all: Vec<_> = body.get("message").and_then(text).into_iter().chain(errors).collect();
    all.join(". ")
}
