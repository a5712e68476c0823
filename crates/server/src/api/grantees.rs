//! `/grantees`: who receives access.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Problem;
use super::body::Body;
use super::caller::Caller;
use super::paging::List;
use crate::app::grantees;
use crate::desk::Desk;
use crate::ids::GranteeId;
use crate::store::grantees::Grantee;

#[derive(Serialize)]
pub struct GranteeView {
    id: GranteeId,
    platform: String,
    kind: String,
    external_id: String,
    label: String,
    /// The id of the container that a person or system user belongs to.
    within: Option<String>,
    proven: bool,
}

impl From<Grantee> for GranteeView {
    fn from(g: Grantee) -> Self {
        let Grantee { id, platform, kind, external_id, label, within, proven_at, .. } = g;
        Self { id, platform, kind, external_id, label, within, proven: proven_at.is_some() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewGrantee {
    platform: String,
    kind: String,
    external_id: String,
    label: String,
}

pub async fn list(
    State(desk): State<Desk>,
    Caller(scope): Caller,
) -> Result<Json<List<GranteeView>>, Problem> {
    let all = desk.store.list_grantees(&scope).await?;
    Ok(Json(List::whole(all.into_iter().map(GranteeView::from).collect())))
}

pub async fn get(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Path(id): Path<String>,
) -> Result<Json<GranteeView>, Problem> {
    let found = desk.store.find_grantee(&scope, &GranteeId::from_text(id)).await?;
    found.map(|g| Json(g.into())).ok_or_else(|| Problem::missing("the grantee"))
}

/// A typed grantee. It stays unproven until somebody of the agency signs in at the platform.
pub async fn add(
    State(desk): State<Desk>,
    Caller(scope): Caller,
    Body(new): Body<NewGrantee>,
) -> Result<(StatusCode, Json<GranteeView>), Problem> {
    let NewGrantee { platform, kind, external_id, label } = new;
    let grantee = grantees::add_typed(&desk, &scope, &platform, &kind, &external_id, &label).await?;
    Ok((StatusCode::CREATED, Json(grantee.into())))
}
