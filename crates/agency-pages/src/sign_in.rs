//! Signing in: e-mail address and password, or a one-time address and one button.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use valetkey_core::app::AppError;
use valetkey_core::app::members::{self, Entry};
use valetkey_core::desk::Desk;
use valetkey_core::store::sessions::Kind;
use valetkey_pages::address::Address;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, Typed, check};
use valetkey_pages::frame::frame;
use valetkey_pages::language::Speech;
use valetkey_pages::{Error, local, page, see, see_with};
use valetkey_sdk::secret::Secret;

use super::Myself;
use crate::view::entry::{SignIn, Ticket};

#[derive(Deserialize)]
pub struct At {
    ticket: Option<String>,
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    csrf: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: Typed,
    #[serde(default)]
    next: String,
}

/// What stands on the page besides the form.
#[derive(Default)]
pub struct Said {
    pub notice: Option<String>,
    pub problem: Option<String>,
    pub email: String,
    pub next: String,
}

/// Nobody is signed in yet: the form's token belongs to this browser.
pub struct Stranger {
    pub browser: Secret,
    is_new: bool,
}

impl Stranger {
    pub fn of(desk: &Desk, cookies: &Cookies) -> Self {
        match cookies.find(Name::Browser) {
            Some(browser) => Self { browser, is_new: false },
            None => Self { browser: desk.random.token(), is_new: true },
        }
    }

    pub fn csrf(&self, desk: &Desk) -> String {
        desk.form_token(&format!("entry {}", self.browser.expose()))
    }

    /// Fails unless the form came from a page that this browser was shown.
    pub fn check(&self, desk: &Desk, csrf: &str) -> Result<(), Error> {
        if Secret::new(self.csrf(desk)).matches(csrf) {
            Ok(())
        } else {
            Err(AppError::Stale("this form").into())
        }
    }

    pub fn remember(self, cookies: Cookies, response: Response) -> Response {
        if self.is_new {
            (cookies.set(Name::Browser, &self.browser), response).into_response()
        } else {
            response
        }
    }
}

pub async fn show(
    State(desk): State<Desk>,
    Query(at): Query<At>,
    cookies: Cookies,
) -> Result<Response, Error> {
    if !desk.store.has_agency().await.map_err(AppError::from)? {
        return Ok(see("/set-up"));
    }
    let mut said = Said { next: at.next.unwrap_or_default(), ..Said::default() };
    if let Some(ticket) = at.ticket.map(Secret::new) {
        if let Some(page) = ticket_page(&desk, &ticket).await? {
            return Ok(page);
        }
        said.notice = Some("This one-time address was used already, or it is too old.".into());
    }
    form_page(&desk, cookies, said)
}

/// The page with the form, for whoever is not signed in.
pub fn form_page(desk: &Desk, cookies: Cookies, said: Said) -> Result<Response, Error> {
    let stranger = Stranger::of(desk, &cookies);
    let response = page(&SignIn {
        frame: frame(desk, &Speech::english(), "Sign in", None, stranger.csrf(desk)),
        ticket: None,
        notice: said.notice,
        problem: said.problem,
        email: said.email,
        next: local(&said.next).unwrap_or_default().to_owned(),
    })?;
    Ok(stranger.remember(cookies, response))
}

async fn ticket_page(desk: &Desk, ticket: &Secret) -> Result<Option<Response>, Error> {
    let hash = desk.hash_session(ticket.expose());
    let found = desk.store.find_session(Kind::Ticket, &hash, desk.now_ms()).await.map_err(AppError::from)?;
    let Some((scope, id)) = found else { return Ok(None) };
    let agency = desk.store.get_agency(&scope).await.map_err(AppError::from)?;
    let member = desk.store.find_member(&scope, &id).await.map_err(AppError::from)?;
    let ticket_view =
        Ticket { action: format!("/sign-in?ticket={}", ticket.expose()), member: member.map(|m| m.name) };
    let view = SignIn {
        frame: frame(desk, &Speech::english(), "Sign in", Some(&agency), desk.form_token(ticket.expose())),
        ticket: Some(ticket_view),
        notice: None,
        problem: None,
        email: String::new(),
        next: String::new(),
    };
    Ok(Some(page(&view)?))
}

pub async fn enter(
    State(desk): State<Desk>,
    Query(at): Query<At>,
    Address(address): Address,
    cookies: Cookies,
    Posted(form): Posted<Form>,
) -> Result<Response, Error> {
    if let Some(ticket) = at.ticket {
        return with_ticket(&desk, &Secret::new(ticket), cookies, &form.csrf).await;
    }
    Stranger::of(&desk, &cookies).check(&desk, &form.csrf)?;
    let before = cookies.find(Name::Session);
    let entry = members::sign_in(&desk, &form.email, &form.password.0, &address, before).await?;
    let (status, problem) = match entry {
        Entry::In(cookie) => {
            let to = local(&form.next).unwrap_or("/");
            return Ok(see_with(cookies.set(Name::Session, &cookie), to));
        }
        Entry::Wrong { is_last: false } => (
            StatusCode::UNAUTHORIZED,
            "E-mail address and password do not belong together. Check both and try again.".to_owned(),
        ),
        Entry::Wrong { is_last: true } => (
            StatusCode::UNAUTHORIZED,
            "E-mail address and password do not belong together. That was the fifth try: wait 15 minutes before the next one.".to_owned(),
        ),
        Entry::Wait(wait) => (StatusCode::TOO_MANY_REQUESTS, wait.sentence()),
        Entry::Refused(why) => (StatusCode::UNPROCESSABLE_ENTITY, why),
    };
    let said = Said { problem: Some(problem), email: form.email, next: form.next, notice: None };
    Ok((status, form_page(&desk, cookies, said)?).into_response())
}

async fn with_ticket(desk: &Desk, ticket: &Secret, cookies: Cookies, csrf: &str) -> Result<Response, Error> {
    check(desk, ticket, csrf)?;
    let session = desk.random.token();
    let (ticket_hash, session_hash) =
        (desk.hash_session(ticket.expose()), desk.hash_session(session.expose()));
    let now = desk.now_ms();
    let until = now + members::SESSION_MS;
    let exchanged = desk.store.exchange_ticket(ticket_hash, session_hash, now, until).await;
    if !exchanged.map_err(AppError::from)? {
        return Err(Error::SignedOut);
    }
    // Whoever was signed in here before is not any more (T21).
    if let Some(before) = cookies.find(Name::Session) {
        desk.store.forget_session(desk.hash_session(before.expose())).await.map_err(AppError::from)?;
    }
    Ok(see_with(cookies.set(Name::Session, &session), "/"))
}

pub async fn leave(
    State(desk): State<Desk>,
    Myself(who): Myself,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let hash = desk.hash_session(who.session.expose());
    desk.store.forget_session(hash).await.map_err(AppError::from)?;
    Ok((who.cookies.forget(Name::Session), Redirect::to("/sign-in")).into_response())
}
