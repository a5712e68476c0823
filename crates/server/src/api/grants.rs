//! `/grants`: what was given, how it stands, read again, taken away.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use valetkey_sdk::access::{Side, Want};
use valetkey_sdk::remedy::Remedy;

use super::Problem;
use super::body::{Body, Nothing, Query};
use super::caller::Caller;
use super::paging::{Before, List, limit, time};
use crate::app::{AppError, grants};
use crate::desk::Desk;
use crate::engine::state::grant::Phase;
use crate::store::Scope;
use crate::store::grants::{Filter, GrantRow};

#[derive(Serialize)]
pub struct GrantView {
    id: String,
    request_id: String,
    client_id: String,
    platform: String,
    asset: AssetView,
    level: String,
    native_roles: Vec<String>,
    grantee: Value,
    state: &'static str,
    reason: Option<String>,
    remedy: Option<Remedy>,
    granted_at: Option<String>,
    verified_at: Option<String>,
    verified_by: Option<Side>,
    expires_at: Option<String>,
}

#[derive(Serialize)]
struct AssetView {
    #[serde(rename = "type")]
    of: String,
    external_id: String,
    name: String,
    parent: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantQuery {
    client_id: Option<String>,
    request_id: Option<String>,
    platform: Option<String>,
    state: Option<String>,
    cursor: Option<String>,
    limit: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DryRun {
    #[serde(default)]
    dry_run: bool,
}

pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<GrantQuery>,
) -> Result<Json<List<GrantView>>, Problem> {
    let (before, limit) = (Before::parse(q.cursor.as_deref())?, limit(q.limit)?);
    let filter =
        Filter { client_id: q.client_id, request_id: q.request_id, platform: q.platform, word: q.state };
    let rows = desk.store.list_grants(&scope, &filter, before.as_ref(), limit).await?;
    let mut data = Vec::new();
    for row in &rows {
        data.push(view(&desk, &scope, row).await?);
    }
    let last = rows.last().map(|r| (r.created_at, r.id.as_str()));
    Ok(Json(List::page(data, limit, last)))
}

pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Path(id): Path<String>,
) -> Result<Json<GrantView>, Problem> {
    let row = grants::get(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &row).await?))
}

pub async fn verify(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Path(id): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<GrantView>, Problem> {
    let row = grants::verify(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &row).await?))
}

pub async fn retry(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Path(id): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<GrantView>, Problem> {
    let row = grants::retry(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &row).await?))
}

pub async fn revoke(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Path(id): Path<String>,
    Body(how): Body<DryRun>,
) -> Result<Response, Problem> {
    if how.dry_run {
        let plan = grants::plan_revoke(&desk, &scope, &id).await?;
        return Ok(Json(plan_view(&plan)).into_response());
    }
    let row = grants::revoke(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &row).await?).into_response())
}

fn plan_view(plan: &grants::RevokePlan) -> Value {
    let row = &plan.row;
    let act = plan.side.map(|side| {
        json!({
            "operation": "revoke", "side": side,
            "asset": {"type": row.asset_type, "external_id": row.shown_id(), "name": row.asset_name},
            "principal": {"kind": row.principal_kind, "external_id": row.principal_id},
            "native_roles": plan.roles,
        })
    });
    let blocked = match (plan.side, plan.by_hand) {
        (Some(_), _) => None,
        (None, true) => Some("revoke-by-hand"),
        (None, false) => Some("sign-in-again"),
    };
    json!({"dry_run": true, "acts": act.into_iter().collect::<Vec<_>>(), "also": [], "blocked": blocked})
}

pub async fn view(desk: &Desk, scope: &Scope, row: &GrantRow) -> Result<GrantView, AppError> {
    let grant = grants::state(row)?;
    let grantee = desk.store.find_grantee(scope, &row.grantee_id).await?;
    let (reason, remedy) = match &grant.phase {
        Phase::NeedsAction { remedy } => (Some(remedy.id.clone()), Some(remedy.clone())),
        Phase::Unverifiable { why, .. } => (Some(why.clone()), None),
        Phase::Stuck { kind } => (Some(kind.clone()), None),
        _ => (None, None),
    };
    let wished = match &grant.wish.want {
        Want::Held { roles, .. } => roles.clone(),
        Want::Gone { .. } => grant.proof.as_ref().map(|p| p.roles.clone()).unwrap_or_default(),
    };
    Ok(GrantView {
        id: row.id.to_string(),
        request_id: row.request_id.to_string(),
        client_id: row.client_id.to_string(),
        platform: row.platform.clone(),
        asset: AssetView {
            of: row.asset_type.clone(),
            external_id: row.shown_id().to_owned(),
            name: row.asset_name.clone(),
            parent: row.parent_name.clone(),
        },
        level: row.level.clone(),
        native_roles: wished.into_iter().collect(),
        grantee: json!({
            "id": row.grantee_id, "kind": row.principal_kind, "external_id": row.principal_id,
            "label": grantee.map(|g| g.label),
        }),
        state: grant.word(),
        reason,
        remedy,
        granted_at: grant.granted_at.map(|t| t.to_string()),
        verified_at: grant.proof.as_ref().map(|p| p.at.to_string()),
        verified_by: grant.proof.as_ref().map(|p| p.by),
        expires_at: grant.until().map(|t| time(t.as_millisecond())),
    })
}
