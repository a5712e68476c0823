//! Who receives access, platform by platform, proven by signing in there.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::super::cookies::Name;
use super::super::forms::{Plain, Posted};
use super::super::frame::grantee_mark;
use super::super::view::Advice;
use super::super::view::agency::{GranteePlatform, Grantees};
use super::super::{Error, page, see_with};
use super::SignedIn;
use crate::app::AppError;
use crate::app::roles::Right;
use crate::app::sign_in::{self, For};
use crate::desk::Desk;

#[derive(Deserialize)]
pub struct After {
    proven: Option<usize>,
}

pub async fn list(
    State(desk): State<Desk>,
    Query(after): Query<After>,
    who: SignedIn,
) -> Result<Response, Error> {
    let all = desk.store.list_grantees(&who.scope).await.map_err(AppError::from)?;
    let platforms =
        desk.registry.iter().filter(|p| desk.apps.contains_key(&p.manifest.id)).map(|p| GranteePlatform {
            platform: p.manifest.id.clone(),
            name: p.manifest.name.clone(),
            grantees: all
                .iter()
                .filter(|g| g.platform == p.manifest.id)
                .map(|g| grantee_mark(&desk, g))
                .collect(),
            connect: format!("/grantees/{}/connect", p.manifest.id),
        });
    let notice = after.proven.map(|count| Advice {
        happened: match count {
            0 => "You signed in, but nothing there is under your full control.".into(),
            1 => "Proven: 1 receiver of access is yours.".into(),
            n => format!("Proven: {n} receivers of access are yours."),
        },
        act: None,
        who: None,
        link: None,
    });
    page(&Grantees {
        frame: who.frame(&desk, "Who receives access"),
        rail: who.rail("grantees"),
        platforms: platforms.collect(),
        notice,
    })
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
