//! The audit log: in sentences, checked where it is shown, and to take away.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_core::app::roles::Right;
use valetkey_core::app::{AppError, audit};
use valetkey_core::audit::Record;
use valetkey_core::desk::Desk;
use valetkey_pages::frame::when;
use valetkey_pages::page_words::english;
use valetkey_pages::view::Advice;
use valetkey_pages::{Error, page};

use super::SignedIn;
use super::sentences::{self, Names};
use crate::view::audit::{Audit, AuditRow, Chip};

/// Records a page reads and checks.
const PAGE: i64 = 100;
/// Records read at once for the download.
const CHUNK: i64 = 1_000;

const FILTERS: [(&str, &str); 4] =
    [("", "Everything"), ("requests", "Requests"), ("access", "Access"), ("people", "People and keys")];

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    show: String,
    /// Records up to this number.
    to: Option<i64>,
    /// Checks the whole log.
    check: Option<String>,
}

fn fits(show: &str, action: &str) -> bool {
    let kind = action.split('.').next().unwrap_or_default();
    match show {
        "requests" => matches!(kind, "request" | "item" | "connection" | "client" | "template"),
        "access" => matches!(kind, "grant" | "grantee" | "access"),
        "people" => matches!(kind, "member" | "owner" | "api_key" | "agency"),
        _ => true,
    }
}

pub async fn show(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
    who: SignedIn,
) -> Result<Response, Error> {
    let last = desk.store.last_audit_seq(&who.scope).await.map_err(AppError::from)?;
    let to = asked.to.unwrap_or(last).clamp(0, last);
    let first = (to - PAGE).max(0);
    // One more than is shown: the record that the first one is tied to.
    let before = (first - 1).max(0);
    let read = desk.store.list_audit(&who.scope, before, to - before).await.map_err(AppError::from)?;
    let (tie, range): (Vec<_>, Vec<_>) = read.into_iter().partition(|r| r.seq <= first);
    let broken = audit::verify_range(&who.scope, tie.last(), &range).err().map(|bad| bad.to_string());
    let names = Names::of(&desk, &who.scope, &range).await?;
    let row = |r: &Record| AuditRow {
        seq: r.seq,
        at: when(&desk, english(), r.at_ms),
        sentence: sentences::sentence(&desk, &names, r),
        action: r.action.clone(),
        hash: r.hash.iter().take(4).map(|b| format!("{b:02x}")).collect(),
        request: r.data.value().get("request").and_then(|v| v.as_str()).map(|id| format!("/requests/{id}")),
    };
    let whole = match asked.check {
        Some(_) => Some(audit::verify(&desk.store, &who.scope, &[]).await),
        None => None,
    };
    let whole_is_right = whole.as_ref().is_some_and(Result::is_ok);
    let show = FILTERS.iter().find(|(v, _)| *v == asked.show).map_or("", |(v, _)| v);
    page(&Audit {
        frame: who.frame(&desk, "Audit log"),
        rail: who.rail("audit"),
        filters: FILTERS
            .iter()
            .map(|(value, label)| Chip {
                label: (*label).to_owned(),
                href: format!("/audit?show={value}&to={to}"),
                on: *value == show,
            })
            .collect(),
        rows: range.iter().rev().filter(|r| fits(show, &r.action)).map(row).collect(),
        range: range.first().map(|r| (r.seq, to)),
        broken,
        whole: whole.map(|outcome| told(outcome.map(|head| head.seq))),
        whole_is_right,
        older: (first > 0).then(|| format!("/audit?show={show}&to={first}")),
        newer: (to < last).then(|| format!("/audit?show={show}&to={}", (to + PAGE).min(last))),
    })
}

fn told(outcome: anyhow::Result<i64>) -> Advice {
    let (happened, act) = match outcome {
        Ok(n) => {
            (format!("All {n} records were checked just now: each holds the hash of the one before."), None)
        }
        Err(e) => (
            format!("The log is not what it was: {e}."),
            Some(
                "Keep a copy of the database as it is, and compare it with a head that you stored elsewhere."
                    .into(),
            ),
        ),
    };
    Advice { happened, act, ..Advice::default() }
}

/// The whole log as lines of JSON, which `valetkey audit verify --download FILE` checks.
pub async fn download(State(desk): State<Desk>, who: SignedIn) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    let (mut text, mut after) = (String::new(), 0);
    loop {
        let records = desk.store.list_audit(&who.scope, after, CHUNK).await.map_err(AppError::from)?;
        let Some(last) = records.last() else { break };
        after = last.seq;
        for record in &records {
            text.push_str(&audit::to_line(record));
            text.push('\n');
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit-log.jsonl\""),
    ];
    Ok((headers, text).into_response())
}
