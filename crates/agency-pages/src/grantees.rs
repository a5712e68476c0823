//! Who receives access, platform by platform: proven by signing in there, or typed.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_core::app::roles::Right;
use valetkey_core::app::sign_in::{self, For};
use valetkey_core::app::{AppError, grantees};
use valetkey_core::desk::Desk;
use valetkey_core::store::grantees::Grantee;
use valetkey_pages::cookies::Name;
use valetkey_pages::forms::{Plain, Posted};
use valetkey_pages::frame::{grantee_mark, when};
use valetkey_pages::page_words::english;
use valetkey_pages::view::Advice;
use valetkey_pages::{Error, page, see, see_with, sentence};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::Manifest;

use super::SignedIn;
use crate::view::compose::Choice;
use crate::view::{GranteePlatform, GranteeRow, Grantees, Typing};

#[derive(Deserialize)]
pub struct After {
    proven: Option<usize>,
    typed: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    csrf: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    external_id: String,
    #[serde(default)]
    label: String,
}

pub async fn list(
    State(desk): State<Desk>,
    Query(after): Query<After>,
    who: SignedIn,
) -> Result<Response, Error> {
    let notice = notice(&after);
    grantees_page(&desk, &who, notice, None).await
}

fn notice(after: &After) -> Option<Advice> {
    let happened = match (after.proven, after.typed.as_deref()) {
        (Some(0), _) => "You signed in, but nothing there is under your full control.".into(),
        (Some(1), _) => "Proven: 1 receiver of access is yours.".into(),
        (Some(n), _) => format!("Proven: {n} receivers of access are yours."),
        (None, Some(_)) => "Added. Compare the id once more with the one at the platform.".into(),
        (None, None) => return None,
    };
    Some(Advice { happened, ..Advice::default() })
}

async fn grantees_page(
    desk: &Desk,
    who: &SignedIn,
    notice: Option<Advice>,
    wrong: Option<(&str, &Typed, &str)>,
) -> Result<Response, Error> {
    let all = desk.store.list_grantees(&who.scope).await.map_err(AppError::from)?;
    let governs = who.may(Right::Govern);
    let mut platforms = Vec::new();
    for known in desk.registry.iter().filter(|p| !p.manifest.grantees.is_empty()) {
        let id = &known.manifest.id;
        let mut rows = Vec::new();
        for grantee in all.iter().filter(|g| &g.platform == id && after(&known.manifest, g).is_none()) {
            rows.push(row(desk, who, &known.manifest, grantee, &all).await?);
        }
        let wrong = wrong.filter(|(platform, _, _)| platform == id);
        let typed = known.manifest.grantees.iter().filter(|g| g.after.is_none());
        let kinds = typed.map(|g| Choice {
            value: g.kind.clone(),
            label: known.words.text(&format!("grantee-{}", g.kind)),
            chosen: wrong.is_some_and(|(_, typed, _)| typed.kind == g.kind),
        });
        platforms.push(GranteePlatform {
            name: known.manifest.name.clone(),
            connect: (governs && desk.apps.contains_key(id)).then(|| format!("/grantees/{id}/connect")),
            typing: governs.then(|| Typing {
                action: format!("/grantees/{id}/type"),
                kinds: kinds.collect(),
                external_id: wrong.map(|w| w.1.external_id.clone()).unwrap_or_default(),
                label: wrong.map(|w| w.1.label.clone()).unwrap_or_default(),
                problem: wrong.map(|w| w.2.to_owned()),
                needs_proof: known.manifest.grantees.iter().any(|g| g.proven_by.is_some()),
            }),
            grantees: rows,
            platform: id.clone(),
        });
    }
    page(&Grantees {
        frame: who.frame(desk, "Who receives access"),
        rail: who.rail("grantees"),
        platforms,
        notice,
    })
}

/// The kind of grantee that this one is assigned after.
fn after(manifest: &Manifest, g: &Grantee) -> Option<String> {
    manifest.find_grantee(&g.kind).and_then(|f| f.after.clone())
}

async fn row(
    desk: &Desk,
    who: &SignedIn,
    manifest: &Manifest,
    grantee: &Grantee,
    all: &[Grantee],
) -> Result<GranteeRow, AppError> {
    let connection = match &grantee.connection_id {
        Some(id) => desk.store.find_connection(&who.scope, id).await?,
        None => None,
    };
    let by = connection.as_ref().map(sign_in::identity_of).transpose()?.map(|i| i.name);
    let facts = manifest.find_grantee(&grantee.kind);
    let is_of = |p: &&Grantee| {
        p.platform == grantee.platform
            && after(manifest, p).as_ref() == Some(&grantee.kind)
            && p.within.as_ref() == Some(&grantee.external_id)
    };
    Ok(GranteeRow {
        mark: grantee_mark(desk, Lang::En, grantee),
        at: grantee.proven_at.map(|at| when(desk, english(), at)),
        by,
        people: all.iter().filter(is_of).map(|p| grantee_mark(desk, Lang::En, p)).collect(),
        unusual: facts.is_some_and(|f| !f.id.is_usual(&grantee.external_id)),
    })
}

/// Adds one by hand: its id must fit, and it stays unproven.
pub async fn type_in(
    State(desk): State<Desk>,
    Path(platform): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Typed>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    let (id, label) = (form.external_id.trim(), form.label.trim());
    match grantees::add_typed(&desk, &who.scope, &platform, &form.kind, id, label).await {
        Ok(grantee) => Ok(see(&format!("/grantees?typed={}", grantee.id))),
        Err(AppError::Invalid { field: "platform", .. }) => Err(AppError::NotFound("the platform").into()),
        Err(AppError::Invalid { problem, .. }) => {
            let page =
                grantees_page(&desk, &who, None, Some((&platform, &form, &sentence(&problem)))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

pub async fn connect(
    State(desk): State<Desk>,
    Path(platform): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    if !desk.apps.contains_key(&platform) {
        return Err(AppError::NotFound("the platform").into());
    }
    let browser = who.cookies.find(Name::Browser);
    let member = who.member.id.clone();
    let started = sign_in::start(&desk, &who.scope, &platform, For::Agency { member }, browser).await?;
    Ok(see_with(who.cookies.set(Name::Browser, &started.browser), &started.url))
}
