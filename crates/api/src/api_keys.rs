//! `/api-keys`: keys for this API. A key is shown when it is made and never again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::body::{Body, Id, Nothing, Query};
use super::caller::Caller;
use super::paging::{List, PageQuery, time};
use crate::app::api_keys;
use crate::desk::Desk;
use crate::store::api_keys::ApiKey;

#[derive(Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub struct KeyView {
    id: String,
    label: String,
    /// The member with whom it ends. Keys that a key made are of the same member.
    made_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    /// To within five minutes; none: it was never used.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
}

impl From<ApiKey> for KeyView {
    fn from(k: ApiKey) -> Self {
        Self {
            id: k.id.to_string(),
            label: k.label,
            made_by: k.made_by.map(|id| id.to_string()),
            created_at: time(k.created_at),
            last_used_at: k.used_at.map(time),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = NewApiKey)]
pub struct MadeView {
    id: String,
    label: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// Shown once. Send it as `Authorization: Bearer`.
    key: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiKeyWanted, example = json!({"label": "CRM"}))]
pub struct NewKey {
    /// Where the key is used.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
}

/// All keys, newest first, without the keys themselves.
#[utoipa::path(
    get, path = "/api-keys", operation_id = "list_api_keys", tag = "API keys", params(PageQuery),
    responses((status = 200, description = "One page", body = List<KeyView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<PageQuery>,
) -> Result<Json<List<KeyView>>, Problem> {
    let all = desk.store.list_api_keys(&scope).await?;
    Ok(Json(List::cut(all.into_iter().map(KeyView::from).collect(), &q, |k| k.id.clone())?))
}

/// Makes a key with all of the agency's rights.
#[utoipa::path(
    post, path = "/api-keys", operation_id = "add_api_key", tag = "API keys", request_body = NewKey,
    responses((status = 201, description = "Made; the key is in this answer only", body = MadeView))
)]
pub async fn add(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Body(new): Body<NewKey>,
) -> Result<(StatusCode, Json<MadeView>), Problem> {
    let made = api_keys::add(&desk, &scope, &new.label).await?;
    let KeyView { id, label, created_at, .. } = made.key.into();
    let key = made.secret.expose().to_owned();
    Ok((StatusCode::CREATED, Json(MadeView { id, label, created_at, key })))
}

/// Ends a key at once.
#[utoipa::path(
    delete, path = "/api-keys/{api_key}", operation_id = "delete_api_key", tag = "API keys",
    params(("api_key" = String, Path)),
    responses(
        (status = 204, description = "Ended"),
        (status = 409, description = "This call came with the key that it would end"),
    )
)]
pub async fn remove(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<StatusCode, Problem> {
    api_keys::remove(&desk, &scope, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
