//! A one-time ticket and one button: no password in sight.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use valetkey_sdk::secret::Secret;

use super::super::cookies::{Cookies, Name};
use super::super::forms::{Plain, Posted, check};
use super::super::frame::frame;
use super::super::view::agency::SignIn;
use super::super::{Error, page, see_with};
use super::SignedIn;
use crate::app::AppError;
use crate::desk::Desk;
use crate::store::sessions::Kind;

/// A session ends after this long.
const SESSION_MS: i64 = 12 * 60 * 60 * 1000;

#[derive(Deserialize)]
pub struct At {
    ticket: Option<String>,
}

pub async fn show(State(desk): State<Desk>, Query(at): Query<At>) -> Result<Response, Error> {
    let ticket = Secret::new(at.ticket.unwrap_or_default());
    let hash = desk.hash_session(ticket.expose());
    let found = desk.store.find_session(Kind::Ticket, &hash, desk.now_ms()).await.map_err(AppError::from)?;
    let (mut agency, mut member) = (None, None);
    if let Some((scope, id)) = &found {
        agency = Some(desk.store.get_agency(scope).await.map_err(AppError::from)?);
        member = desk.store.find_member(scope, id).await.map_err(AppError::from)?.map(|m| m.name);
    }
    page(&SignIn {
        frame: frame(&desk, "Sign in", agency.as_ref(), desk.form_token(ticket.expose())),
        action: found.is_some().then(|| format!("/sign-in?ticket={}", ticket.expose())),
        member,
    })
}

pub async fn enter(
    State(desk): State<Desk>,
    Query(at): Query<At>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let ticket = Secret::new(at.ticket.unwrap_or_default());
    check(&desk, &ticket, &form.csrf)?;
    let session = desk.random.token();
    let (ticket_hash, session_hash) =
        (desk.hash_session(ticket.expose()), desk.hash_session(session.expose()));
    let now = desk.now_ms();
    let exchanged = desk.store.exchange_ticket(ticket_hash, session_hash, now, now + SESSION_MS).await;
    if !exchanged.map_err(AppError::from)? {
        return Err(Error::SignedOut);
    }
    // Whoever was signed in here before is not any more (T21).
    if let Some(before) = cookies.find(Name::Session) {
        desk.store.forget_session(desk.hash_session(before.expose())).await.map_err(AppError::from)?;
    }
    Ok(see_with(cookies.set(Name::Session, &session), "/requests"))
}

pub async fn leave(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let hash = desk.hash_session(who.session.expose());
    desk.store.forget_session(hash).await.map_err(AppError::from)?;
    Ok(see_with(who.cookies.forget(Name::Session), "/sign-in"))
}
