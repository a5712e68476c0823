//! The first run: the code that the server printed makes agency and owner.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_core::app::AppError;
use valetkey_core::app::set_up::{self, Outcome, Wanted};
use valetkey_core::desk::Desk;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Posted, Typed};
use valetkey_pages::frame::frame;
use valetkey_pages::language::Speech;
use valetkey_pages::{Error, page, see, see_with};

use super::sign_in::Stranger;
use crate::view::entry::SetUp;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    code: Typed,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    domain: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: Typed,
}

pub async fn show(State(desk): State<Desk>, cookies: Cookies) -> Result<Response, Error> {
    if desk.store.has_agency().await.map_err(AppError::from)? {
        return Ok(see("/sign-in"));
    }
    form_page(&desk, cookies, &Form::default(), None)
}

fn form_page(
    desk: &Desk,
    cookies: Cookies,
    form: &Form,
    problem: Option<(&'static str, String)>,
) -> Result<Response, Error> {
    let stranger = Stranger::of(desk, &cookies);
    let (field, problem) = problem.unzip();
    let response = page(&SetUp {
        frame: frame(desk, &Speech::english(), "Set up", None, stranger.csrf(desk)),
        agency: form.agency.clone(),
        domain: form.domain.clone(),
        owner: form.owner.clone(),
        email: form.email.clone(),
        field: field.unwrap_or_default(),
        problem,
    })?;
    Ok(stranger.remember(cookies, response))
}

pub async fn make(
    State(desk): State<Desk>,
    cookies: Cookies,
    Posted(form): Posted<Form>,
) -> Result<Response, Error> {
    Stranger::of(&desk, &cookies).check(&desk, &form.csrf)?;
    if desk.store.has_agency().await.map_err(AppError::from)? {
        return Ok(see("/sign-in"));
    }
    let domain = form.domain.trim().to_lowercase();
    let wanted = Wanted {
        code: form.code.0.clone(),
        agency: form.agency.clone(),
        domain: (!domain.is_empty()).then_some(domain),
        owner: form.owner.clone(),
        email: form.email.clone(),
        password: form.password.0.clone(),
    };
    let (status, problem) = match set_up::run(&desk, wanted).await? {
        Outcome::Done(cookie) => return Ok(see_with(cookies.set(Name::Session, &cookie), "/")),
        Outcome::Refused(field, why) => (StatusCode::UNPROCESSABLE_ENTITY, (field, why)),
        Outcome::Wait(wait) => (StatusCode::TOO_MANY_REQUESTS, ("code", wait.sentence())),
    };
    Ok((status, form_page(&desk, cookies, &form, Some(problem))?).into_response())
}
