//! `/clients`: the businesses that own the accounts.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::body::{Body, Id, Nothing, Query};
use super::caller::Caller;
use super::paging::{Before, List, PageQuery, limit, time};
use crate::app::clients;
use crate::desk::Desk;
use crate::store::clients::Client;

#[derive(Serialize, ToSchema)]
#[schema(as = Client)]
pub struct ClientView {
    id: String,
    name: String,
    email: String,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Client> for ClientView {
    fn from(c: Client) -> Self {
        Self { id: c.id.to_string(), name: c.name, email: c.email, created_at: time(c.created_at) }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"}))]
pub struct NewClient {
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    #[schema(format = Email, max_length = 254)]
    pub email: String,
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Harbour Bakery Ltd"}))]
pub struct ClientChange {
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
}

/// All clients, newest first.
#[utoipa::path(
    get, path = "/clients", operation_id = "list_clients", tag = "clients", params(PageQuery),
    responses((status = 200, description = "One page", body = List<ClientView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<PageQuery>,
) -> Result<Json<List<ClientView>>, Problem> {
    let (before, limit) = (Before::parse(q.cursor.as_deref())?, limit(q.limit)?);
    let rows = desk.store.list_clients(&scope, before.as_ref(), limit).await?;
    let last = rows.last().map(|c| (c.created_at, c.id.to_string()));
    let data = rows.into_iter().map(ClientView::from).collect();
    Ok(Json(List::page(data, limit, last.as_ref().map(|(at, id)| (*at, id.as_str())))))
}

/// Adds a client. A request with `client` does the same by itself.
#[utoipa::path(
    post, path = "/clients", operation_id = "add_client", tag = "clients", request_body = NewClient,
    responses((status = 201, description = "Added", body = ClientView))
)]
pub async fn add(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Body(new): Body<NewClient>,
) -> Result<(StatusCode, Json<ClientView>), Problem> {
    let client = clients::add(&desk, &scope, &new.name, &new.email).await?;
    Ok((StatusCode::CREATED, Json(client.into())))
}

/// One client.
#[utoipa::path(
    get, path = "/clients/{client}", operation_id = "get_client", tag = "clients",
    params(("client" = String, Path)),
    responses((status = 200, description = "The client", body = ClientView))
)]
pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
) -> Result<Json<ClientView>, Problem> {
    Ok(Json(clients::get(&desk, &scope, &id).await?.into()))
}

/// Gives a client another name or address.
#[utoipa::path(
    patch, path = "/clients/{client}", operation_id = "change_client", tag = "clients",
    params(("client" = String, Path)), request_body = Option<ClientChange>,
    responses(
        (status = 200, description = "As it is now", body = ClientView),
        (status = 409, description = "Changed by somebody else at the same moment"),
    )
)]
pub async fn change(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(to): Body<ClientChange>,
) -> Result<Json<ClientView>, Problem> {
    let client = clients::change(&desk, &scope, &id, to.name.as_deref(), to.email.as_deref()).await?;
    Ok(Json(client.into()))
}

/// Deletes a client with its requests, sign-ins and past grants. The audit log stays.
#[utoipa::path(
    delete, path = "/clients/{client}", operation_id = "delete_client", tag = "clients",
    params(("client" = String, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "Some access is not over: end it with POST /offboardings first"),
    )
)]
pub async fn remove(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<StatusCode, Problem> {
    clients::remove(&desk, &scope, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
