//! `/grants`: what was given, how it stands, read again, taken away, asked for longer.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use valetkey_sdk::access::Want;

use super::Problem;
use super::acts::RevokePlan;
use super::body::{Body, Id, Nothing, Query, one_of, plain};
use super::caller::Caller;
use super::paging::{Before, List, limit, time};
use super::requests::{self, RequestPlan, RequestView};
use super::words::{GRANT_STATES, Level, Remedy, Side};
use crate::app::{AppError, grants, renewal, revoking};
use crate::desk::Desk;
use crate::engine::state::grant::Phase;
use crate::store::Scope;
use crate::store::grants::{Filter, GrantRow};

#[derive(Serialize, ToSchema)]
#[schema(as = Grant, example = json!({
    "id": "grt_01996f3c00007000800000000000abcd", "request_id": "req_01996f3c00007000800000000000abcd",
    "client_id": "cli_01996f3c00007000800000000000abcd", "platform": "meta",
    "asset": {
        "type": "page", "external_id": "108237461950233", "name": "Harbour Bakery", "parent": "Harbour Bakery",
    },
    "level": "view", "native_roles": ["ANALYZE"],
    "grantee": {
        "id": "gte_01996f3c00007000800000000000abcd", "kind": "portfolio",
        "external_id": "1558203947716620", "label": "Northwind Growth",
    },
    "after": null,
    "state": "active", "reason": null, "remedy": null, "granted_at": "2026-11-22T12:00:05Z",
    "verified_at": "2026-11-23T12:00:05Z", "verified_by": "client", "expires_at": null,
}))]
pub struct GrantView {
    id: String,
    request_id: String,
    client_id: String,
    platform: String,
    asset: AssetView,
    level: Level,
    native_roles: Vec<String>,
    grantee: GrantedTo,
    /// The grant of the share that this one follows: somebody of the agency, assigned afterwards.
    after: Option<String>,
    /// `queued`, `working`, `verifying`, `active`, `attested`, `awaiting_acceptance`, `needs_action`,
    /// `drifted`, `declined`, `lapsed`, `unverifiable`, `failed`, `expiring`, `expired`, `revoked` or
    /// `cancelled`. More words may come.
    #[schema(value_type = String, example = "active")]
    state: &'static str,
    /// Why it is not active, as a short word.
    reason: Option<String>,
    remedy: Option<Remedy>,
    /// When the access was first seen at the platform.
    #[schema(format = DateTime)]
    granted_at: Option<String>,
    /// The last read that showed it.
    #[schema(format = DateTime)]
    verified_at: Option<String>,
    verified_by: Option<Side>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Asset)]
pub struct AssetView {
    #[serde(rename = "type")]
    of: String,
    external_id: String,
    name: String,
    /// The name of the container that it lies in.
    parent: Option<String>,
}

/// Who received it.
#[derive(Serialize, ToSchema)]
struct GrantedTo {
    id: String,
    kind: String,
    external_id: String,
    label: Option<String>,
}

impl AssetView {
    pub fn of(row: &GrantRow) -> Self {
        Self {
            of: row.asset_type.clone(),
            external_id: row.shown_id().to_owned(),
            name: row.asset_name.clone(),
            parent: row.parent_name.clone(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct GrantQuery {
    client_id: Option<String>,
    request_id: Option<String>,
    platform: Option<String>,
    /// A state's word.
    state: Option<String>,
    /// A `next_cursor` as it came.
    cursor: Option<String>,
    /// How many at most; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"dry_run": true}))]
pub struct DryRun {
    /// Only say what would be done.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"access_expires_at": "2027-06-30T12:00:00Z"}))]
pub struct Renewal {
    /// Later than the present end, and at most 3,650 days ahead.
    #[schema(value_type = String, format = DateTime)]
    access_expires_at: Option<jiff::Timestamp>,
    /// Only say what would be sent.
    #[serde(default)]
    dry_run: bool,
}

/// The grant as it is now, or what would be done.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum RevokeAnswer {
    Plan(RevokePlan),
    Grant(Box<GrantView>),
}

/// Grants, newest first.
#[utoipa::path(
    get, path = "/grants", operation_id = "list_grants", tag = "grants", params(GrantQuery),
    responses((status = 200, description = "One page", body = List<GrantView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<GrantQuery>,
) -> Result<Json<List<GrantView>>, Problem> {
    let (before, limit) = (Before::parse(q.cursor.as_deref())?, limit(q.limit)?);
    let filter = Filter {
        client_id: plain("client_id", q.client_id)?,
        request_id: plain("request_id", q.request_id)?,
        platform: super::platform(&desk, q.platform)?,
        word: one_of("state", q.state, &GRANT_STATES)?,
    };
    let rows = desk.store.list_grants(&scope, &filter, before.as_ref(), limit).await?;
    let mut data = Vec::new();
    for row in &rows {
        data.push(view(&desk, &scope, row).await?);
    }
    let last = rows.last().map(|r| (r.created_at, r.id.as_str()));
    Ok(Json(List::page(data, limit, last)))
}

/// One grant.
#[utoipa::path(
    get, path = "/grants/{grant}", operation_id = "get_grant", tag = "grants",
    params(("grant" = String, Path)),
    responses((status = 200, description = "The grant", body = GrantView))
)]
pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
) -> Result<Json<GrantView>, Problem> {
    let row = grants::get(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &row).await?))
}

/// Has the platform read now, instead of at the next nightly look.
#[utoipa::path(
    post, path = "/grants/{grant}/verify", operation_id = "verify_grant", tag = "grants",
    params(("grant" = String, Path)),
    responses((status = 200, description = "As it was before the read", body = GrantView))
)]
pub async fn verify(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<GrantView>, Problem> {
    let row = grants::verify(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &row).await?))
}

/// Tries again what waits for a person, once they have mended it.
#[utoipa::path(
    post, path = "/grants/{grant}/retry", operation_id = "retry_grant", tag = "grants",
    params(("grant" = String, Path)),
    responses(
        (status = 200, description = "As it is now", body = GrantView),
        (status = 409, description = "It does not wait for anybody"),
    )
)]
pub async fn retry(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<GrantView>, Problem> {
    let row = grants::retry(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &row).await?))
}

/// Takes the access away. It is over when its state says `revoked`.
#[utoipa::path(
    post, path = "/grants/{grant}/revoke", operation_id = "revoke_grant", tag = "grants",
    params(("grant" = String, Path)), request_body = Option<DryRun>,
    responses(
        (status = 200, description = "As it is now, or what would be done", body = RevokeAnswer),
        (status = 409, description = "Changed by somebody else at the same moment"),
    )
)]
pub async fn revoke(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(how): Body<DryRun>,
) -> Result<Json<RevokeAnswer>, Problem> {
    if how.dry_run {
        let row = grants::get(&desk, &scope, &id).await?;
        let plan = revoking::plan(&desk, &scope, row).await?;
        return Ok(Json(RevokeAnswer::Plan(RevokePlan::of(&plan))));
    }
    let row = grants::revoke(&desk, &scope, &id).await?;
    Ok(Json(RevokeAnswer::Grant(Box::new(view(&desk, &scope, &row).await?))))
}

/// Asks the client to let this access go on.
///
/// Sends a request for exactly the same, until later. The end moves when the client has approved that.
#[utoipa::path(
    post, path = "/grants/{grant}/extend", operation_id = "extend_grant", tag = "grants",
    params(("grant" = String, Path)), request_body = Renewal,
    responses(
        (status = 200, description = "What would be sent", body = RequestPlan),
        (status = 201, description = "The request that was sent to the client", body = RequestView),
        (status = 409, description = "The access is over, is ending, or does not end by itself"),
    )
)]
pub async fn extend(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(to): Body<Renewal>,
) -> Result<Response, Problem> {
    let until = to.access_expires_at.map(jiff::Timestamp::as_millisecond);
    let wanted = renewal::wanted(&desk, &scope, &id, until).await?;
    let answer = requests::send_or_plan(&desk, &scope, wanted, to.dry_run).await?;
    Ok(match answer {
        requests::Answer::Plan(plan) => Json(plan).into_response(),
        requests::Answer::Sent(view) => (StatusCode::CREATED, Json(view)).into_response(),
    })
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
        asset: AssetView::of(row),
        level: grant.wish.level.into(),
        native_roles: wished.into_iter().collect(),
        grantee: GrantedTo {
            id: row.grantee_id.to_string(),
            kind: row.principal_kind.clone(),
            external_id: row.principal_id.clone(),
            label: grantee.map(|g| g.label),
        },
        after: row.after_grant_id.as_ref().map(ToString::to_string),
        state: grant.word(),
        reason,
        remedy: remedy.map(Remedy::from),
        granted_at: grant.granted_at.map(|t| t.to_string()),
        verified_at: grant.proof.as_ref().map(|p| p.at.to_string()),
        verified_by: grant.proof.as_ref().map(|p| p.by.into()),
        expires_at: grant.until().map(|t| time(t.as_millisecond())),
    })
}
