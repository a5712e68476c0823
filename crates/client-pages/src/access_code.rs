//! `/a/{token}/code`: a code by mail opens "who has access" and lets its reader revoke.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_core::app::access::{self, Access as Found};
use valetkey_core::app::access_code::{self, Entered};
use valetkey_core::desk::Desk;
use valetkey_core::store::agencies::Agency;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, check};
use valetkey_pages::language::{Reader, Speech};
use valetkey_pages::{Error, page, see, see_with};

use super::access::{find, locale};
use super::page_frame;
use crate::view::AccessCode;

#[derive(Deserialize)]
pub struct After {
    sent: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    csrf: String,
    #[serde(default)]
    code: String,
}

pub async fn show(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    Query(after): Query<After>,
    reader: Reader,
) -> Result<Response, Error> {
    let (found, agency) = find(&desk, &token).await?;
    let speech = speech(&desk, reader, &found).await?;
    page(&view(&desk, &speech, &found, &agency, after.sent.is_some(), None).await?)
}

/// Sends one.
pub async fn ask(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    reader: Reader,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (found, _) = find(&desk, &token).await?;
    check(&desk, &found.token, &form.csrf)?;
    let speech = speech(&desk, reader, &found).await?;
    access_code::ask(&desk, &found, speech.lang().as_str()).await?;
    Ok(see(&format!("/a/{token}/code?sent=1")))
}

/// Takes what was typed.
pub async fn enter(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
    reader: Reader,
    Posted(form): Posted<Typed>,
) -> Result<Response, Error> {
    let (found, agency) = find(&desk, &token).await?;
    check(&desk, &found.token, &form.csrf)?;
    let speech = speech(&desk, reader, &found).await?;
    let say = speech.words;
    let (status, problem) = match access_code::enter(&desk, &found, &form.code).await? {
        Entered::Passed(pass) => {
            return Ok(see_with(cookies.set(Name::Access, &pass), &format!("/a/{token}")));
        }
        Entered::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, say.code_wrong.to_string()),
        Entered::Wait(wait) => {
            (StatusCode::TOO_MANY_REQUESTS, say.code_wrong_five_times(wait.minutes).plain())
        }
    };
    let view = view(&desk, &speech, &found, &agency, true, Some(problem)).await?;
    Ok((status, page(&view)?).into_response())
}

async fn speech(desk: &Desk, reader: Reader, found: &Found) -> Result<Speech, Error> {
    let rows = access::list(desk, found).await?;
    Ok(reader.speech(locale(desk, found, rows.first()).await?.as_deref()))
}

async fn view(
    desk: &Desk,
    speech: &Speech,
    found: &Found,
    agency: &Agency,
    sent: bool,
    problem: Option<String>,
) -> Result<AccessCode, Error> {
    let to = access_code::address(desk, found).await?.ok_or(Error::LinkExpired)?;
    let token = found.token.expose();
    Ok(AccessCode {
        frame: page_frame(desk, speech, &*speech.words.title_code, Some(agency), desk.form_token(token)),
        to: to.veiled(),
        sent,
        send: format!("/a/{token}/code"),
        enter: format!("/a/{token}/code/enter"),
        problem,
        mailbox: desk.mailer.shown_at().map(str::to_owned),
        back: (!access::is_over(desk, found)).then(|| format!("/a/{token}")),
    })
}
