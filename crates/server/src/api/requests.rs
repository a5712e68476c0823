//! `/requests`: ask a client for access.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Problem;
use super::body::{Body, Nothing, Query};
use super::caller::Caller;
use super::grants::{self, GrantView};
use super::paging::{Before, List, PageQuery, limit, time};
use crate::app::offer::Ask;
use crate::app::requests::{self, ClientOf, DEFAULT_LINK_DAYS, Wanted, WantedItem};
use crate::app::{AppError, link, staff};
use crate::desk::Desk;
use crate::engine::state::item;
use crate::ids::{ClientId, GranteeId};
use crate::store::Scope;
use crate::store::requests::Request;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    client: Option<NewClient>,
    client_id: Option<String>,
    items: Vec<NewItem>,
    #[serde(default)]
    link_expires_in_days: Option<i64>,
    access_expires_at: Option<jiff::Timestamp>,
    message: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewClient {
    name: String,
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewItem {
    platform: String,
    assets: Vec<AskBody>,
    #[serde(default)]
    grantee_ids: Vec<String>,
    #[serde(default = "yes")]
    required: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskBody {
    #[serde(rename = "type")]
    of: String,
    level: valetkey_sdk::access::Level,
    native_roles: Option<valetkey_sdk::access::Roles>,
    external_id: Option<String>,
}

fn yes() -> bool {
    true
}

#[derive(Serialize)]
pub struct RequestView {
    id: String,
    url: String,
    state: String,
    client: ClientView,
    message: Option<String>,
    link_expires_at: String,
    access_expires_at: Option<String>,
    created_at: String,
    completed_at: Option<String>,
    items: Vec<ItemView>,
}

#[derive(Serialize)]
struct ClientView {
    id: String,
    name: String,
    email: String,
}

#[derive(Serialize)]
struct ItemView {
    id: String,
    platform: String,
    required: bool,
    state: &'static str,
    assets: Vec<Ask>,
    grantee_id: String,
    /// Who of the agency is assigned afterwards.
    staff_ids: Vec<GranteeId>,
    connection: Option<ConnectionView>,
    grants: Vec<GrantView>,
}

#[derive(Serialize)]
struct ConnectionView {
    id: String,
    state: String,
}

pub async fn send(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Body(body): Body<NewRequest>,
) -> Result<Response, Problem> {
    let dry_run = body.dry_run;
    let wanted = wanted(body)?;
    let Some(sent) = requests::send(&desk, &scope, wanted, dry_run).await? else {
        return Ok(Json(json!({"dry_run": true, "valid": true})).into_response());
    };
    let view = view(&desk, &scope, &sent.request).await?;
    Ok((StatusCode::CREATED, Json(view)).into_response())
}

fn wanted(body: NewRequest) -> Result<Wanted, Problem> {
    let client = match (body.client, body.client_id) {
        (Some(c), None) => ClientOf::New { name: c.name, email: c.email },
        (None, Some(id)) => ClientOf::Known(ClientId::from_text(id)),
        _ => return Err(Problem::invalid("client", "give either client or client_id")),
    };
    let grantee_ids =
        body.items.iter().flat_map(|i| i.grantee_ids.iter().map(GranteeId::from_text)).collect();
    let ask = |a: AskBody| Ask {
        of: valetkey_sdk::access::AssetType::new(a.of),
        level: a.level,
        native_roles: a.native_roles,
        external_id: a.external_id,
    };
    let item = |i: NewItem| WantedItem {
        platform: i.platform,
        asks: i.assets.into_iter().map(ask).collect(),
        required: i.required,
    };
    Ok(Wanted {
        client,
        items: body.items.into_iter().map(item).collect(),
        grantee_ids,
        link_expires_in_days: body.link_expires_in_days.unwrap_or(DEFAULT_LINK_DAYS),
        access_expires_at: body.access_expires_at.map(jiff::Timestamp::as_millisecond),
        message: body.message,
    })
}

pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<PageQuery>,
) -> Result<Json<List<RequestView>>, Problem> {
    let (before, limit) = (Before::parse(q.cursor.as_deref())?, limit(q.limit)?);
    let rows = desk.store.list_requests(&scope, before.as_ref(), limit).await?;
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
) -> Result<Json<RequestView>, Problem> {
    let request = requests::get(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &request).await?))
}

pub async fn cancel(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Path(id): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<RequestView>, Problem> {
    let request = requests::cancel(&desk, &scope, &id).await?;
    Ok(Json(view(&desk, &scope, &request).await?))
}

async fn view(desk: &Desk, scope: &Scope, r: &Request) -> Result<RequestView, AppError> {
    let client = desk.store.get_client(scope, &r.client_id).await?;
    let mut items = Vec::new();
    for i in desk.store.list_items(scope, &r.id).await? {
        let connection = match &i.connection_id {
            Some(id) => desk.store.find_connection(scope, id).await?,
            None => None,
        };
        let mut found = Vec::new();
        for row in desk.store.list_grants_of_item(scope, &i.id).await? {
            found.push(grants::view(desk, scope, &row).await?);
        }
        items.push(ItemView {
            state: item::State::parse(&i.state).ok_or(AppError::NotFound("the card"))?.word(),
            assets: crate::app::sign_in::asks(&i)?,
            staff_ids: staff::of_item(&i)?.into_iter().map(|p| p.grantee_id).collect(),
            id: i.id.to_string(),
            platform: i.platform,
            required: i.required,
            grantee_id: i.grantee_id.to_string(),
            connection: connection.map(|c| ConnectionView { id: c.id.to_string(), state: c.state }),
            grants: found,
        });
    }
    Ok(RequestView {
        id: r.id.to_string(),
        url: link::url(desk, scope, r).await?,
        state: r.state.clone(),
        client: ClientView { id: client.id.to_string(), name: client.name, email: client.email },
        message: r.message.clone(),
        link_expires_at: time(r.link_expires_at),
        access_expires_at: r.access_expires_at.map(time),
        created_at: time(r.created_at),
        completed_at: r.completed_at.map(time),
        items,
    })
}
