//! `POST /offboardings`: a client leaves, and every access goes.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::acts::{ActView, AlsoGone, acts, also};
use super::body::Body;
use super::caller::Caller;
use super::grants::{self, GrantView};
use crate::app::offboarding;
use crate::desk::Desk;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"client_id": "cli_01996f3c00007000800000000000abcd", "dry_run": true}))]
pub struct NewOffboarding {
    client_id: String,
    /// Only say what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// What off-boarding would do.
#[derive(Serialize, ToSchema)]
pub struct OffboardingPlan {
    dry_run: bool,
    client_id: String,
    acts: Vec<ActView>,
    also: Vec<AlsoGone>,
    /// Access that nobody can take away now.
    blocked: Vec<Blocked>,
    /// Open requests that would be cancelled.
    request_ids: Vec<String>,
}

#[derive(Serialize, ToSchema)]
struct Blocked {
    grant_id: String,
    /// `sign-in-again`, `revoke-by-hand` or `no-app`.
    #[schema(value_type = String)]
    reason: &'static str,
}

/// What is on its way out.
#[derive(Serialize, ToSchema)]
pub struct Offboarding {
    client_id: String,
    grants: Vec<GrantView>,
    /// Requests that were cancelled.
    request_ids: Vec<String>,
}

/// Cancels the client's open requests and takes away every access.
///
/// It is over when no grant of the client is left that is not `revoked`, `expired`, `cancelled`, `declined` or
/// `lapsed`. Asked again, it goes on with what is left.
#[utoipa::path(
    post, path = "/offboardings", operation_id = "offboard_client", tag = "grants",
    request_body = NewOffboarding,
    responses(
        (status = 200, description = "What would be done", body = OffboardingPlan),
        (status = 201, description = "What is on its way out", body = Offboarding),
        (status = 409, description = "Changed by somebody else at the same moment; ask again"),
    )
)]
pub async fn start(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Body(new): Body<NewOffboarding>,
) -> Result<Response, Problem> {
    if new.dry_run {
        let planned = offboarding::plan(&desk, &scope, &new.client_id).await?;
        let blocked = |p: &crate::app::revoking::Plan| {
            Some(Blocked { grant_id: p.row.id.to_string(), reason: p.blocked? })
        };
        let plan = OffboardingPlan {
            dry_run: true,
            client_id: planned.client.id.to_string(),
            acts: planned.grants.iter().filter_map(acts).collect(),
            also: planned.grants.iter().flat_map(also).collect(),
            blocked: planned.grants.iter().filter_map(blocked).collect(),
            request_ids: planned.requests.iter().map(|r| r.id.to_string()).collect(),
        };
        return Ok(Json(plan).into_response());
    }
    let started = offboarding::start(&desk, &scope, &new.client_id).await?;
    let mut views = Vec::new();
    for row in &started.grants {
        views.push(grants::view(&desk, &scope, row).await?);
    }
    let answer = Offboarding {
        client_id: started.client.id.to_string(),
        grants: views,
        request_ids: started.requests.iter().map(|r| r.id.to_string()).collect(),
    };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}
