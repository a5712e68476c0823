//! A member's own account: password, and signing out everywhere.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use valetkey_core::app::AppError;
use valetkey_core::app::members::{self, Entry};
use valetkey_core::app::roles::Role;
use valetkey_core::desk::Desk;
use valetkey_pages::address::Address;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, Typed, check};
use valetkey_pages::frame::{frame, when};
use valetkey_pages::language::Speech;
use valetkey_pages::page_words::english;
use valetkey_pages::{Error, page, see_with};
use valetkey_sdk::secret::Secret;

use super::{Myself, SignedIn};
use crate::view::entry::{Account, NewPassword};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    csrf: String,
    #[serde(default)]
    present: Typed,
    #[serde(default)]
    new: Typed,
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
    let notice = (after.done.as_deref() == Some("password"))
        .then(|| "Your password was changed. Every other device was signed out.".to_owned());
    account_page(&desk, &who, notice, None).await
}

async fn account_page(
    desk: &Desk,
    who: &SignedIn,
    notice: Option<String>,
    problem: Option<(&'static str, String)>,
) -> Result<Response, Error> {
    let changed =
        desk.store.find_password_change(&who.scope, &who.member.id).await.map_err(AppError::from)?;
    let (field, problem) = problem.unzip();
    page(&Account {
        frame: who.frame(desk, "Your account"),
        rail: who.rail("account"),
        email: who.member.email.clone(),
        meaning: Role::of(&who.member.role).meaning(),
        changed: changed.map(|at| when(desk, english(), at)),
        notice,
        field: field.unwrap_or_default(),
        problem,
    })
}

pub async fn change_password(
    State(desk): State<Desk>,
    Address(address): Address,
    Myself(who): Myself,
    Posted(form): Posted<Change>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let person = (&who.agency, &who.member);
    let (present, new) = (&form.present.0, &form.new.0);
    let entry = members::change_password(&desk, &who.scope, person, present, new, &address).await?;
    let (status, problem) = match entry {
        Entry::In(cookie) => {
            return Ok(see_with(who.cookies.set(Name::Session, &cookie), "/account?done=password"));
        }
        Entry::Wrong { is_last } => {
            let after = if is_last { " Wait 15 minutes before the next try." } else { "" };
            let text = format!("This is not your present password.{after}");
            (StatusCode::UNPROCESSABLE_ENTITY, ("present", text))
        }
        Entry::Wait(wait) => (StatusCode::TOO_MANY_REQUESTS, ("present", wait.sentence())),
        Entry::Refused(why) => (StatusCode::UNPROCESSABLE_ENTITY, ("new", why)),
    };
    Ok((status, account_page(&desk, &who, None, Some(problem)).await?).into_response())
}

pub async fn sign_out_everywhere(
    State(desk): State<Desk>,
    Myself(who): Myself,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    members::sign_out_everywhere(&desk, &who.scope, &who.member).await?;
    Ok((who.cookies.forget(Name::Session), Redirect::to("/sign-in")).into_response())
}

#[derive(Deserialize)]
pub struct At {
    ticket: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    csrf: String,
    #[serde(default)]
    new: Typed,
}

/// The page that an operator's one-time address opens.
pub async fn show_reset(State(desk): State<Desk>, Query(at): Query<At>) -> Result<Response, Error> {
    reset_page(&desk, &Secret::new(at.ticket.unwrap_or_default()), None).await
}

async fn reset_page(desk: &Desk, ticket: &Secret, problem: Option<String>) -> Result<Response, Error> {
    let found = members::find_reset(desk, ticket).await?;
    let agency = found.as_ref().map(|(_, agency, _)| agency);
    page(&NewPassword {
        frame: frame(desk, &Speech::english(), "New password", agency, desk.form_token(ticket.expose())),
        action: found.is_some().then(|| format!("/set-password?ticket={}", ticket.expose())),
        email: found.as_ref().map(|(_, _, member)| member.email.clone()).unwrap_or_default(),
        problem,
    })
}

pub async fn reset(
    State(desk): State<Desk>,
    Query(at): Query<At>,
    cookies: Cookies,
    Posted(form): Posted<Chosen>,
) -> Result<Response, Error> {
    let ticket = Secret::new(at.ticket.unwrap_or_default());
    check(&desk, &ticket, &form.csrf)?;
    match members::finish_reset(&desk, &ticket, &form.new.0).await? {
        Some(Entry::In(cookie)) => Ok(see_with(cookies.set(Name::Session, &cookie), "/")),
        Some(Entry::Refused(why)) => {
            let page = reset_page(&desk, &ticket, Some(why)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        _ => Ok((StatusCode::GONE, reset_page(&desk, &ticket, None).await?).into_response()),
    }
}
