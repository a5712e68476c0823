//! `/audit-log`: the agency's chain of records, and its signed end.

use axum::Json;
use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Problem;
use super::body::Query;
use super::caller::Caller;
use super::paging::{List, PageQuery, limit, time};
use crate::audit::{HeadKey, Record, SignedHead, sign_head};
use crate::desk::Desk;

#[derive(Serialize, ToSchema)]
#[schema(as = AuditRecord)]
pub struct RecordView {
    /// Counts from 1 without gaps.
    seq: i64,
    #[schema(format = DateTime)]
    at: String,
    /// The same in epoch milliseconds, as it is hashed.
    at_ms: i64,
    /// An id of a member or key, or `client`, `engine`, `operator`.
    actor: String,
    #[schema(example = "grant.verified")]
    action: String,
    subject: String,
    data: Value,
    /// `data` byte for byte as it is hashed.
    data_text: String,
    /// The hash of the record before, in base64.
    prev: String,
    hash: String,
}

/// The end of the chain with the server's signature. Keep it elsewhere: `valetkey audit verify --head` then
/// proves that nothing before it was changed.
#[derive(Serialize, ToSchema)]
#[schema(as = SignedHead)]
pub struct HeadView {
    format: String,
    agency_id: String,
    seq: i64,
    hash: String,
    at_ms: i64,
    public_key: String,
    signature: String,
}

impl From<Record> for RecordView {
    fn from(r: Record) -> Self {
        Self {
            seq: r.seq,
            at: time(r.at_ms),
            at_ms: r.at_ms,
            actor: r.actor,
            action: r.action,
            subject: r.subject,
            data: r.data.value(),
            data_text: r.data.as_str().to_owned(),
            prev: STANDARD.encode(r.prev),
            hash: STANDARD.encode(r.hash),
        }
    }
}

impl From<SignedHead> for HeadView {
    fn from(h: SignedHead) -> Self {
        let SignedHead { format, agency_id, seq, hash, at_ms, public_key, signature } = h;
        Self { format, agency_id, seq, hash, at_ms, public_key, signature }
    }
}

/// The records in their order, so that hashes can be checked while reading.
#[utoipa::path(
    get, path = "/audit-log", operation_id = "list_audit_log", tag = "audit log", params(PageQuery),
    responses((status = 200, description = "One page, oldest first", body = List<RecordView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<PageQuery>,
) -> Result<Json<List<RecordView>>, Problem> {
    let limit = limit(q.limit)?;
    let after = match &q.cursor {
        None => 0,
        Some(text) => {
            let seq = text.strip_prefix("after.").and_then(|n| n.parse().ok());
            seq.filter(|n| *n > 0)
                .ok_or_else(|| Problem::invalid("cursor", "use a next_cursor as it came"))?
        }
    };
    let rows = desk.store.list_audit(&scope, after, limit).await?;
    let last = rows.last().map(|r| format!("after.{}", r.seq));
    Ok(Json(List::after(rows.into_iter().map(RecordView::from).collect(), limit, last)))
}

/// The chain's end now, signed.
#[utoipa::path(
    get, path = "/audit-log/head", operation_id = "get_audit_head", tag = "audit log",
    responses((status = 200, description = "The signed head", body = HeadView))
)]
pub async fn head(State(desk): State<Desk>, Caller(scope): Caller) -> Result<Json<HeadView>, Problem> {
    let head = desk.store.get_audit_head(&scope).await?;
    let key = HeadKey::from_seed(&desk.audit_head_seed());
    Ok(Json(sign_head(&key, &head, desk.now_ms()).into()))
}
