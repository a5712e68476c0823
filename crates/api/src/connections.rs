//! `GET /connections`: who signed in where, and whether that still works. Never what it opens.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use valetkey_sdk::connector::Identity;

use super::Problem;
use super::body::{Query, one_of, plain};
use super::caller::Caller;
use super::paging::{Before, List, limit, time};
use crate::app::AppError;
use crate::desk::Desk;
use crate::engine::state::connection::State as Standing;
use crate::store::connections::{Filter, Seen};

#[derive(Serialize, ToSchema)]
#[schema(as = Connection)]
pub struct ConnectionView {
    id: String,
    platform: String,
    sign_in: String,
    /// `client` or `agency`.
    side: String,
    /// `pending`, `active`, `needs_reauthorization` or `closed`.
    state: String,
    person: PersonView,
    /// The request on whose link the client signed in.
    request_id: Option<String>,
    client_id: Option<String>,
    /// The member of the agency who signed in.
    member_id: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

/// As the platform names whoever signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
struct PersonView {
    id: String,
    name: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConnectionQuery {
    client_id: Option<String>,
    platform: Option<String>,
    /// `pending`, `active`, `needs_reauthorization` or `closed`.
    state: Option<String>,
    /// A `next_cursor` as it came.
    cursor: Option<String>,
    /// How many at most; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

fn view(c: Seen) -> Result<ConnectionView, AppError> {
    let person: Identity = serde_json::from_str(&c.identity).map_err(|e| AppError::Internal(e.into()))?;
    Ok(ConnectionView {
        id: c.id.to_string(),
        platform: c.platform,
        sign_in: c.sign_in,
        side: c.side,
        state: c.state,
        person: PersonView { id: person.id, name: person.name },
        request_id: c.request_id.map(|id| id.to_string()),
        client_id: c.client_id.map(|id| id.to_string()),
        member_id: c.member_id.map(|id| id.to_string()),
        created_at: time(c.created_at),
    })
}

/// Sign-ins of clients and of the agency, newest first.
#[utoipa::path(
    get, path = "/connections", operation_id = "list_connections", tag = "connections",
    params(ConnectionQuery),
    responses((status = 200, description = "One page", body = List<ConnectionView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<ConnectionQuery>,
) -> Result<Json<List<ConnectionView>>, Problem> {
    let (before, limit) = (Before::parse(q.cursor.as_deref())?, limit(q.limit)?);
    let filter = Filter {
        client_id: plain("client_id", q.client_id)?,
        platform: super::platform(&desk, q.platform)?,
        state: one_of("state", q.state, &Standing::ALL.map(Standing::as_str))?,
    };
    let rows = desk.store.list_connections(&scope, &filter, before.as_ref(), limit).await?;
    let last = rows.last().map(|c| (c.created_at, c.id.to_string()));
    let data = rows.into_iter().map(view).collect::<Result<_, _>>()?;
    Ok(Json(List::page(data, limit, last.as_ref().map(|(at, id)| (*at, id.as_str())))))
}
