//! `/templates`: sets of items that are asked for again and again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::Problem;
use super::asks::{AskView, NewItem};
use super::body::{Body, Id, Nothing, Query};
use super::caller::Caller;
use super::paging::{Before, List, PageQuery, limit, time};
use crate::app::AppError;
use crate::app::templates::{self, Change, TemplateItem};
use crate::desk::Desk;
use crate::store::templates::Template;

#[derive(Serialize, ToSchema)]
#[schema(as = Template)]
pub struct TemplateView {
    id: String,
    name: String,
    items: Vec<TemplateItemView>,
    /// The language of the client's pages, for requests made from it; null: the client's browser decides.
    locale: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TemplateItem)]
struct TemplateItemView {
    platform: String,
    assets: Vec<AskView>,
    grantee_ids: Vec<String>,
    required: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Social starter",
    "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}]}],
}))]
pub struct NewTemplate {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(min_items = 1, max_items = 60)]
    items: Vec<NewItem>,
    /// The language of the client's pages, `en` or `de`, unless the request names another. Left out, the client's
    /// browser decides.
    #[schema(example = "de")]
    locale: Option<String>,
}

/// What is left out stays as it is; `items` replaces all of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Social starter 2027"}))]
pub struct TemplateChange {
    #[schema(min_length = 1, max_length = 200)]
    name: Option<String>,
    #[schema(min_items = 1, max_items = 60)]
    items: Option<Vec<NewItem>>,
    /// A language, or null: the client's browser decides.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "de")]
    locale: Option<Option<String>>,
}

/// What was sent, be it null, apart from what was left out.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

fn view(t: &Template) -> Result<TemplateView, AppError> {
    let item = |i: TemplateItem| TemplateItemView {
        platform: i.platform,
        assets: i.assets.into_iter().map(AskView::from).collect(),
        grantee_ids: i.grantee_ids.iter().map(ToString::to_string).collect(),
        required: i.required,
    };
    Ok(TemplateView {
        id: t.id.to_string(),
        name: t.name.clone(),
        items: templates::items(t)?.into_iter().map(item).collect(),
        locale: t.locale.clone(),
        created_at: time(t.created_at),
    })
}

/// All templates, newest first.
#[utoipa::path(
    get, path = "/templates", operation_id = "list_templates", tag = "templates", params(PageQuery),
    responses((status = 200, description = "One page", body = List<TemplateView>))
)]
pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Query(q): Query<PageQuery>,
) -> Result<Json<List<TemplateView>>, Problem> {
    let (before, limit) = (Before::parse(q.cursor.as_deref())?, limit(q.limit)?);
    let rows = desk.store.list_templates(&scope, before.as_ref(), limit).await?;
    let data = rows.iter().map(view).collect::<Result<_, _>>()?;
    let last = rows.last().map(|t| (t.created_at, t.id.as_str()));
    Ok(Json(List::page(data, limit, last)))
}

/// Adds a template.
#[utoipa::path(
    post, path = "/templates", operation_id = "add_template", tag = "templates", request_body = NewTemplate,
    responses((status = 201, description = "Added", body = TemplateView))
)]
pub async fn add(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Body(new): Body<NewTemplate>,
) -> Result<(StatusCode, Json<TemplateView>), Problem> {
    new.items.iter().try_for_each(|item| item.check(&desk))?;
    let items: Vec<_> = new.items.into_iter().map(TemplateItem::from).collect();
    let template = templates::add(&desk, &scope, &new.name, &items, new.locale.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(view(&template)?)))
}

/// One template.
#[utoipa::path(
    get, path = "/templates/{template}", operation_id = "get_template", tag = "templates",
    params(("template" = String, Path)),
    responses((status = 200, description = "The template", body = TemplateView))
)]
pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
) -> Result<Json<TemplateView>, Problem> {
    Ok(Json(view(&templates::get(&desk, &scope, &id).await?)?))
}

/// Changes a template. Requests that were sent before stay as they are.
#[utoipa::path(
    patch, path = "/templates/{template}", operation_id = "change_template", tag = "templates",
    params(("template" = String, Path)), request_body = Option<TemplateChange>,
    responses(
        (status = 200, description = "As it is now", body = TemplateView),
        (status = 409, description = "Changed by somebody else at the same moment"),
    )
)]
pub async fn change(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(to): Body<TemplateChange>,
) -> Result<Json<TemplateView>, Problem> {
    to.items.iter().flatten().try_for_each(|item| item.check(&desk))?;
    let items: Option<Vec<_>> = to.items.map(|items| items.into_iter().map(TemplateItem::from).collect());
    let to = Change {
        name: to.name.as_deref(),
        items: items.as_deref(),
        locale: to.locale.as_ref().map(Option::as_deref),
    };
    let template = templates::change(&desk, &scope, &id, to).await?;
    Ok(Json(view(&template)?))
}

/// Deletes a template.
#[utoipa::path(
    delete, path = "/templates/{template}", operation_id = "delete_template", tag = "templates",
    params(("template" = String, Path)),
    responses(
        (status = 204, description = "Deleted"),
        (status = 409, description = "Changed by somebody else at the same moment"),
    )
)]
pub async fn remove(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Id(id): Id,
    Body(Nothing {}): Body<Nothing>,
) -> Result<StatusCode, Problem> {
    templates::remove(&desk, &scope, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
