//! What the agency is called, and its colour.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::super::error::sentence;
use super::super::forms::Posted;
use super::super::view::agency::settings::Settings;
use super::super::{Error, page, see};
use super::SignedIn;
use crate::app::roles::Right;
use crate::app::{AppError, settings};
use crate::desk::Desk;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    accent: String,
}

#[derive(Deserialize)]
pub struct After {
    done: Option<String>,
}

pub async fn show(
    State(desk): State<Desk>,
    Query(after): Query<After>,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    let notice = after.done.is_some().then(|| "Saved. Clients see it from now on.".to_owned());
    let (name, accent) = (who.agency.name.clone(), who.agency.accent.clone().unwrap_or_default());
    settings_page(&desk, &who, (name, accent), notice, None)
}

fn settings_page(
    desk: &Desk,
    who: &SignedIn,
    (name, accent): (String, String),
    notice: Option<String>,
    problem: Option<(&'static str, String)>,
) -> Result<Response, Error> {
    let (field, problem) = problem.unzip();
    page(&Settings {
        frame: who.frame(desk, "Settings"),
        rail: who.rail("settings"),
        name,
        accent,
        notice,
        field: field.unwrap_or_default(),
        problem,
    })
}

pub async fn change(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Change>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    match settings::change(&desk, &who.scope, &who.agency, &form.name, &form.accent).await {
        Ok(()) => Ok(see("/settings?done=1")),
        Err(AppError::Invalid { field, problem }) => {
            let problem = Some((if field == "accent" { "accent" } else { "name" }, sentence(&problem)));
            let page = settings_page(&desk, &who, (form.name, form.accent), None, problem)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(e) => Err(e.into()),
    }
}
