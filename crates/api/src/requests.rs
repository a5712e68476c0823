//! `/requests`: ask a client for access.

mod new;
mod view;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::body::{Body, Id, Nothing, Query, one_of, plain};
use super::caller::Caller;
use super::paging::{Before, List, limit};
use crate::app::AppError;
use crate::app::requests::{self, Extension, Wanted};
use crate::desk::Desk;
use crate::engine::state::request::State as Standing;
use crate::store::Scope;
use crate::store::requests::Filter;

use self::new::NewRequest;
pub use self::view::{RequestPlan, RequestView, view};

/// What sending came to.
pub enum Answer {
    Plan(Box<RequestPlan>),
    Sent(Box<RequestView>),
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RequestQuery {
    /// `sent`, `opened`, `in_progress`, `partially_complete`, `complete`, `expired` or `cancelled`.
    state: Option<String>,
    client_id: Option<String>,
    /// A `next_cursor` as it came.
    cursor: Option<String>,
    /// How many at most; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// At least one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"link_expires_in_days": 14}))]
pub struct RequestExtension {
    /// From now on; never earlier than before.
    #[schema(minimum = 1, maximum = 365)]
    link_expires_in_days: Option<i64>,
    /// For access that is approved from now on. Later than before, and at most 3,650 days ahead.
    #[schema(value_type = Option<String>, format = DateTime)]
    access_expires_at: Option<jiff::Timestamp>,
}

/// Sends a request: its `url` is the link for the client.
#[utoipa::path(
    post, path = "/requests", operation_id = "send_request", tag = "requests", request_body = NewRequest,
    responses(
        (status = 200, description = "What would be sent", body = RequestPlan),
        (status = 201, description = "Sent", body = RequestView),
    )
)]
pub async fn send(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Body(body): Body<NewRequest>,
) -> Result<Response, Problem> {
    let dry_run = body.dry_run;
    let wanted = body.wanted(&desk, &scope).await?;
    Ok(match send_or_plan(&desk, &scope, wanted, dry_run).await? {
        Answer::Plan(plan) => Json(plan).into_response(),
        Answer::Sent(view) => (StatusCode::CREATED, Json(view)).into_response(),
    })
}

pub async fn send_or_plan(
    desk: &Desk,
    scope: &Scope,
    wanted: Wanted,
    dry_run: bool,
) -> Result<Answer, AppError> {
    if dry_run {
        let plan = requests::plan(desk, scope, &wanted).await?;
        return Ok(Answer::Plan(Box::new(plan.into())));
    }
    let sent = requests::send(desk, scope, wanted, false).await?;
    let sent = sent.ok_or_else(|| anyhow::anyhow!("a request was neither sent nor refused"))?;
    Ok(Answer::Sent(Box::new(view(desk, scope, &sent.request).await?)))
}

/// Requests, newest first.
#[utoipa::path(
    get, path = "/requests", operation_id = "list_requests", tag = "requests", params(RequestQuery),
    responses((status = 200, description = "One page", body = List<RequestView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<RequestQuery>,
) -> Result<Json<List<RequestView>>, Problem> {
    let (before, limit) = (Before::parse(q.cursor.as_deref())?, limit(q.limit)?);
    let filter = Filter {
        state: one_of("state", q.state, &Standing::ALL.map(Standing::as_str))?,
        client_id: plain("client_id", q.client_id)?,
    };
    let rows = desk.store.list_requests_where(&scope, &filter, before.as_ref(), limit).await?;
    let mut data = Vec::new();
    for row in &rows {
        data.push(view(&desk, &scope, row).await?);
    }
    let last = rows.last().map(|r| (r.created_at, r.id.as_str()));
    Ok(Json(List::page(data, limit, last)))
}

/// One request with its items, their sign-ins and grants.
#[utoipa::path(
    get, path = "/requests/{request}", operation_id = "get_request", tag = "requests",
    params(("request" = String, Path)),
    responses((status = 200, description = "The request", body = RequestView))
)]
pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
) -> Result<Json<RequestView>, Problem> {
    let request = requests::get(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &request).await?))
}

/// Ends the link. Access that is there stays.
#[utoipa::path(
    post, path = "/requests/{request}/cancel", operation_id = "cancel_request", tag = "requests",
    params(("request" = String, Path)),
    responses(
        (status = 200, description = "As it is now", body = RequestView),
        (status = 409, description = "It is complete, expired or cancelled"),
    )
)]
pub async fn cancel(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<RequestView>, Problem> {
    let request = requests::cancel(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &request).await?))
}

/// Tells again that the request was sent; the answer has the same link.
///
/// Where the operator has set up mail, the link is mailed to the client.
#[utoipa::path(
    post, path = "/requests/{request}/resend", operation_id = "resend_request", tag = "requests",
    params(("request" = String, Path)),
    responses(
        (status = 200, description = "The request", body = RequestView),
        (status = 409, description = "Its link takes nothing more"),
    )
)]
pub async fn resend(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<RequestView>, Problem> {
    let request = requests::resend(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &request).await?))
}

/// Gives the link more time, or access that is approved from now on a later end.
///
/// Access that was given keeps the end that the client approved: see `POST /grants/{grant}/extend`.
#[utoipa::path(
    post, path = "/requests/{request}/extend", operation_id = "extend_request", tag = "requests",
    params(("request" = String, Path)), request_body = RequestExtension,
    responses(
        (status = 200, description = "As it is now", body = RequestView),
        (status = 409, description = "Its link takes nothing more"),
    )
)]
pub async fn extend(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(by): Body<RequestExtension>,
) -> Result<Json<RequestView>, Problem> {
    let by = Extension {
        link_expires_in_days: by.link_expires_in_days,
        access_expires_at: by.access_expires_at.map(jiff::Timestamp::as_millisecond),
    };
    let request = requests::extend(&desk, &scope, &id, by).await?;
    Ok(Json(view(&desk, &scope, &request).await?))
}
