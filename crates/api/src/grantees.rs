//! `/grantees`: who receives access.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::body::{Body, Id, Nothing, Query};
use super::caller::Caller;
use super::paging::{List, PageQuery};
use crate::app::{grantees, typed_grantees};
use crate::desk::Desk;
use crate::store::grantees::Grantee;

#[derive(Serialize, ToSchema)]
#[schema(as = Grantee)]
pub struct GranteeView {
    id: String,
    platform: String,
    /// The platform's own kind of principal.
    kind: String,
    external_id: String,
    label: String,
    /// The id of the container that a person or system user belongs to.
    within: Option<String>,
    /// Somebody of the agency signed in there, and the platform listed it as theirs.
    proven: bool,
}

impl From<Grantee> for GranteeView {
    fn from(g: Grantee) -> Self {
        let Grantee { id, platform, kind, external_id, label, within, proven_at, .. } = g;
        let proven = proven_at.is_some();
        Self { id: id.to_string(), platform, kind, external_id, label, within, proven }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "platform": "meta", "kind": "portfolio", "external_id": "461820937451102", "label": "Northwind Growth"
}))]
pub struct NewGrantee {
    platform: String,
    kind: String,
    external_id: String,
    #[schema(min_length = 1, max_length = 200)]
    label: String,
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"label": "Northwind Growth, second portfolio"}))]
pub struct GranteeChange {
    #[schema(min_length = 1, max_length = 200)]
    label: Option<String>,
}

/// Everybody who can receive access.
#[utoipa::path(
    get, path = "/grantees", operation_id = "list_grantees", tag = "grantees", params(PageQuery),
    responses((status = 200, description = "One page, oldest first", body = List<GranteeView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<PageQuery>,
) -> Result<Json<List<GranteeView>>, Problem> {
    let all = desk.store.list_grantees(&scope).await?;
    Ok(Json(List::cut(all.into_iter().map(GranteeView::from).collect(), &q, |g| g.id.clone())?))
}

/// Adds a typed grantee. It stays unproven until somebody of the agency signs in at the platform.
#[utoipa::path(
    post, path = "/grantees", operation_id = "add_grantee", tag = "grantees", request_body = NewGrantee,
    responses((status = 201, description = "Added, or there already", body = GranteeView))
)]
pub async fn add(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Body(new): Body<NewGrantee>,
) -> Result<(StatusCode, Json<GranteeView>), Problem> {
    let NewGrantee { platform, kind, external_id, label } = new;
    let grantee = grantees::add_typed(&desk, &scope, &platform, &kind, &external_id, &label).await?;
    Ok((StatusCode::CREATED, Json(grantee.into())))
}

/// One grantee.
#[utoipa::path(
    get, path = "/grantees/{grantee}", operation_id = "get_grantee", tag = "grantees",
    params(("grantee" = String, Path)),
    responses((status = 200, description = "The grantee", body = GranteeView))
)]
pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
) -> Result<Json<GranteeView>, Problem> {
    Ok(Json(typed_grantees::get(&desk, &scope, &id).await?.into()))
}

/// Gives a typed grantee another label.
#[utoipa::path(
    patch, path = "/grantees/{grantee}", operation_id = "rename_grantee", tag = "grantees",
    params(("grantee" = String, Path)), request_body = Option<GranteeChange>,
    responses(
        (status = 200, description = "As it is now", body = GranteeView),
        (status = 409, description = "It is proven, and keeps the name that the platform shows"),
    )
)]
pub async fn rename(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(to): Body<GranteeChange>,
) -> Result<Json<GranteeView>, Problem> {
    Ok(Json(typed_grantees::rename(&desk, &scope, &id, to.label.as_deref()).await?.into()))
}

/// Deletes a grantee that no request and no grant names.
#[utoipa::path(
    delete, path = "/grantees/{grantee}", operation_id = "delete_grantee", tag = "grantees",
    params(("grantee" = String, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "A request or a grant names it"),
    )
)]
pub async fn remove(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<StatusCode, Problem> {
    typed_grantees::remove(&desk, &scope, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
