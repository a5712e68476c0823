//! TikTok's codes as kinds that the engine can act on, and remedies that people can act on.
//!
//! Decided on `code`, never on the HTTP status, which is 200, or on the message.
//! Source: "Return codes" and "Rate limits", portal docs, read 2026-11-23.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use valetkey_sdk::http::Caller;
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, ErrorKind};

/// No answer tells which window is full. This is what TikTok asks for after the one of a minute.
const PAUSE_S: i64 = 300;
/// The limit of one ad account is counted by the second.
const ACCOUNT_PAUSE_S: i64 = 30;

/// What an answer with this code means.
pub fn read(code: i64, body: &Value, caller: &Caller<'_>, now: Timestamp) -> Error {
    let limited = |seconds| {
        let until = now + SignedDuration::from_secs(seconds);
        Error::new(ErrorKind::RateLimited { until }, "TikTok's limit of calls is reached")
    };
    let found = match code {
        40001 => Error::new(ErrorKind::Forbidden, "TikTok says this person may not do that"),
        40007 | 40300 | 40301 => Error::new(ErrorKind::NotFound, "TikTok does not know it"),
        40050 | 40202 => Error::new(ErrorKind::Temporary, "TikTok is busy with the same thing"),
        40102 | 40103 | 40105..=40108 | 40119 => {
            caller.reauthorize("the sign-in at TikTok is not valid any more")
        }
        40016 | 40100 => limited(PAUSE_S),
        40133 => limited(ACCOUNT_PAUSE_S),
        40118 => Error::rejected(Remedy::new("not-in-your-region"), "TikTok does not offer this here"),
        40113 | 40124 | 40125 => {
            Error::rejected(Remedy::new("app-blocked"), "TikTok does not take calls of this app")
        }
        41000 => {
            Error::rejected(Remedy::new("server-country"), "TikTok answers nobody in this server's country")
        }
        40006 | 40008 | 40009 | 40010 | 40013 | 40014 | 40051 | 40104 => {
            Error::unexpected("TikTok does not know this call")
        }
        50000..=59999 | 60001 => Error::new(ErrorKind::Temporary, "TikTok is down for a moment"),
        // 20001 is success in part: only a read tells which part.
        20001 => Error::unexpected("TikTok did a part of it"),
        // Anything else was answered and refused: nothing changed there.
        _ => Error::rejected(Remedy::new("refused").arg("code", code.to_string()), "TikTok refused the call"),
    };
    let request = body.get("request_id").and_then(Value::as_str).unwrap_or("none");
    found.with("code", code).with("request_id", request)
}

/// Only an Admin of the owning Business Center shares: everyone else is told whom to ask.
pub fn needs_admin(e: Error) -> Error {
    match e.kind {
        ErrorKind::Forbidden => e.with_kind(ErrorKind::Rejected(Box::new(Remedy::new("not-an-admin")))),
        _ => e,
    }
}
