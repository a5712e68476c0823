//! What a member does to one grant: check it now, try again, take it away.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::client::asset_word;
use super::super::forms::{Plain, Posted};
use super::super::frame::grantee_mark;
use super::super::view::agency::Revoke;
use super::super::{Error, page, see, words};
use super::SignedIn;
use crate::app::roles::Right;
use crate::app::{AppError, grants};
use crate::desk::Desk;
use valetkey_sdk::remedy::Remedy;

pub async fn verify(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let row = grants::verify(&desk, &who.scope, &id).await?;
    Ok(see(&format!("/requests/{}", row.request_id)))
}

pub async fn retry(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let row = grants::retry(&desk, &who.scope, &id).await?;
    Ok(see(&format!("/requests/{}", row.request_id)))
}

/// What revoking would call and what else would go.
pub async fn review_revoke(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Work)?;
    let plan = grants::plan_revoke(&desk, &who.scope, &id).await?;
    let row = &plan.row;
    let client = desk.store.get_client(&who.scope, &row.client_id).await.map_err(AppError::from)?;
    let grantee = desk.store.find_grantee(&who.scope, &row.grantee_id).await.map_err(AppError::from)?;
    let grantee = grantee.ok_or(AppError::NotFound("the grantee"))?;
    let platform = desk.registry.find(&row.platform).ok_or(AppError::NotFound("the platform"))?;
    let what = format!("{} “{}”", asset_word(&desk, &row.platform, &row.asset_type), row.asset_name);
    let act = plan.side.map(|side| {
        let roles = plan.roles.join(", ");
        format!(
            "Remove {} ({}) from {what}, with the {}’s sign-in. It holds: {roles}.",
            grantee.label,
            grantee.external_id,
            side.as_str()
        )
    });
    let mut also = Vec::new();
    for g in &plan.also {
        let found = desk.store.find_grantee(&who.scope, &g.grantee_id).await.map_err(AppError::from)?;
        also.extend(found.map(|p| format!("{}, who was assigned to it", p.label)));
    }
    let problem = match (plan.side, plan.by_hand) {
        (Some(_), _) => None,
        (None, true) => Some("revoke-by-hand"),
        (None, false) => Some("sign-in-again"),
    };
    page(&Revoke {
        frame: who.frame(&desk, "Revoke access"),
        rail: who.rail("requests"),
        client: client.name,
        asset: what,
        platform_name: platform.manifest.name.clone(),
        grantee: grantee_mark(&desk, &grantee),
        acts: act.into_iter().collect(),
        also,
        problem: problem.map(|p| words::advice(&desk, &row.platform, &Remedy::new(p))),
        action: format!("/grants/{}/revoke", row.id),
        back: format!("/requests/{}", row.request_id),
    })
}

pub async fn revoke(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let row = grants::revoke(&desk, &who.scope, &id).await?;
    Ok(see(&format!("/requests/{}", row.request_id)))
}
