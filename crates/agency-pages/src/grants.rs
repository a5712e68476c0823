//! What a member does to one grant: check it now, try again, take it away.

use axum::extract::{Path, State};
use axum::response::Response;
use valetkey_core::app::roles::Right;
use valetkey_core::app::{AppError, attest, grants, revoking, staff};
use valetkey_core::desk::Desk;
use valetkey_core::store::grants::GrantRow;
use valetkey_pages::access_words::asset_word;
use valetkey_pages::forms::{Plain, Posted};
use valetkey_pages::frame::grantee_mark;
use valetkey_pages::page_words::english;
use valetkey_pages::steps::role_word;
use valetkey_pages::{Error, page, see, words};
use valetkey_sdk::access::Side;
use valetkey_sdk::guide::Piece;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::remedy::Remedy;

use super::SignedIn;
use crate::view::Revoke;

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
    let what =
        format!("{} “{}”", asset_word(&desk, Lang::En, &row.platform, &row.asset_type), row.asset_name);
    let attested = grants::state(row)?.is_by_hand();
    let by_hand = attested.then(|| {
        let name = &platform.manifest.name;
        format!(
            "Somebody removes {} ({}) from {what} by hand at {}: {name} lets nobody do this from here. The \
             request then shows the steps, and waits until somebody says that it was done.",
            grantee.label,
            grantee.external_id,
            place(&desk, row).map_or_else(|| name.clone(), |host| format!("{name} ({host})")),
        )
    });
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
    for g in revoking::plan(&desk, &who.scope, plan.row.clone()).await?.also {
        let found = desk.store.find_grantee(&who.scope, &g.grantee_id).await.map_err(AppError::from)?;
        let Some(found) = found else { continue };
        let (label, is_connected) = (&found.label, staff::is_connected(&desk, &found));
        also.push(match g.is_share() {
            true => {
                format!(
                    "{} “{}” from {label}",
                    asset_word(&desk, Lang::En, &g.platform, &g.asset_type),
                    g.asset_name
                )
            }
            false if is_connected => format!("{label}, which is connected to it"),
            false => format!("{label}, who was assigned to it"),
        });
    }
    let stays = grants::stays(&desk, &who.scope, row).await?;
    let stays = stays.into_iter().map(|stay| {
        let kind = asset_word(&desk, Lang::En, &row.platform, stay.from.of().as_str());
        let roles: Vec<_> = stay.roles.iter().map(|role| role_word(platform, Lang::En, role)).collect();
        format!(
            "{}, through the {kind} “{}”: revoke that as well to end it.",
            roles.join(", "),
            stay.from_name
        )
    });
    let problem = match (plan.side, plan.by_hand) {
        (Some(_), _) => None,
        (None, true) if attested => None,
        (None, true) => Some("revoke-by-hand"),
        (None, false) => Some("sign-in-again"),
    };
    page(&Revoke {
        frame: who.frame(&desk, "Revoke access"),
        rail: who.rail("requests"),
        client: client.name,
        asset: what,
        platform_name: platform.manifest.name.clone(),
        grantee: grantee_mark(&desk, Lang::En, &grantee),
        acts: act.into_iter().chain(by_hand).collect(),
        also,
        stays: stays.collect(),
        problem: problem.map(|p| words::advice(&desk, english(), &row.platform, &Remedy::new(p))),
        action: format!("/grants/{}/revoke", row.id),
        back: format!("/requests/{}", row.request_id),
    })
}

/// Where the steps of a removal by hand begin: the first address that they name.
fn place(desk: &Desk, row: &GrantRow) -> Option<String> {
    let section = attest::find_removal(desk, row, Lang::En)?;
    section.intro.iter().chain(&section.steps).flatten().find_map(|piece| match piece {
        Piece::Link { host, .. } => Some(host.clone()),
        _ => None,
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

/// "It has been removed": a member's word for what nobody can read at the platform.
pub async fn removed(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let row = attest::removed(&desk, &who.scope, &id, Side::Agency).await?;
    Ok(see(&format!("/requests/{}", row.request_id)))
}
