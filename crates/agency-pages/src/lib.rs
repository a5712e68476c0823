//! The agency's pages, for members who signed in.

pub mod access_map;
pub mod account;
pub mod advisor;
pub mod api_keys;
pub mod asking;
pub mod audit;
pub mod clients;
pub mod draft;
pub mod grantees;
pub mod grants;
pub mod home;
pub mod mails;
pub mod new_request;
pub mod request;
pub mod requests;
mod sentences;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod team;
pub mod view;

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use valetkey_core::app::roles::{Right, Role};
use valetkey_core::app::{AppError, agencies};
use valetkey_core::desk::Desk;
use valetkey_core::store::Scope;
use valetkey_core::store::agencies::{Agency, Member};
use valetkey_core::store::sessions::Kind;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::check;
use valetkey_pages::language::Speech;
use valetkey_pages::view::Frame;
use valetkey_pages::{Error, frame};
use valetkey_sdk::secret::Secret;

use crate::view::Rail;

/// Somebody who signed in: rights are read afresh with every request.
pub struct SignedIn {
    pub scope: Scope,
    pub member: Member,
    pub agency: Agency,
    session: Secret,
    pub cookies: Cookies,
}

/// The same for what everybody may do with their own account.
pub struct Myself(pub SignedIn);

impl FromRequestParts<Desk> for Myself {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Error> {
        let Ok(cookies) = Cookies::from_request_parts(parts, desk).await;
        let session = cookies.find(Name::Session).ok_or(Error::SignedOut)?;
        let hash = desk.hash_session(session.expose());
        let found =
            desk.store.find_session(Kind::Session, &hash, desk.now_ms()).await.map_err(AppError::from)?;
        let (scope, member) = found.ok_or(Error::SignedOut)?;
        let member = desk.store.find_member(&scope, &member).await.map_err(AppError::from)?;
        let member = member.ok_or(Error::SignedOut)?;
        let agency = desk.store.get_agency(&scope).await.map_err(AppError::from)?;
        let scope = agencies::scope_of(desk, scope, parts.uri.path()).await.map_err(AppError::from)?;
        Ok(Self(SignedIn { scope, member, agency, session, cookies }))
    }
}

impl FromRequestParts<Desk> for SignedIn {
    type Rejection = Error;

    /// Looking is for everybody; whatever could change something needs the right to work, and more where the
    /// handler says so.
    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Error> {
        let looks = matches!(parts.method, Method::GET | Method::HEAD);
        let Myself(who) = Myself::from_request_parts(parts, desk).await?;
        who.require(if looks { Right::Look } else { Right::Work })?;
        Ok(who)
    }
}

impl SignedIn {
    /// Around one of their pages.
    pub fn frame(&self, desk: &Desk, title: &str) -> Frame {
        frame::frame(
            desk,
            &Speech::english(),
            title,
            Some(&self.agency),
            desk.form_token(self.session.expose()),
        )
    }

    fn rail(&self, section: &'static str) -> Rail {
        Rail {
            member: self.member.name.clone(),
            role: self.member.role.clone(),
            section,
            works: self.may(Right::Work),
            governs: self.may(Right::Govern),
        }
    }

    fn role(&self) -> Role {
        Role::of(&self.member.role)
    }

    fn may(&self, right: Right) -> bool {
        self.role().may(right)
    }

    /// Fails unless this member's role has the right.
    fn require(&self, right: Right) -> Result<(), Error> {
        if self.may(right) { Ok(()) } else { Err(Error::Forbidden(self.role())) }
    }

    /// Fails unless the form came from one of this member's pages.
    pub fn check(&self, desk: &Desk, csrf: &str) -> Result<(), Error> {
        check(desk, &self.session, csrf)
    }
}
