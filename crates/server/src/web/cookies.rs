//! The two cookies: the client's browser, and the member's session.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use std::convert::Infallible;
use valetkey_sdk::secret::Secret;

use crate::desk::Desk;

#[derive(Clone, Copy)]
pub enum Name {
    /// Binds a sign-in and everything after it to one browser.
    Browser,
    /// A member who signed in.
    Session,
}

impl Name {
    /// `__Host-` wants https; plain http is allowed on loopback only, and there the prefix is left out.
    fn text(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Browser, true) => "__Host-valetkey_browser",
            (Self::Browser, false) => "valetkey_browser",
            (Self::Session, true) => "__Host-valetkey_session",
            (Self::Session, false) => "valetkey_session",
        }
    }
}

/// The cookies that came with a request.
pub struct Cookies {
    jar: CookieJar,
    secure: bool,
}

impl FromRequestParts<Desk> for Cookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Infallible> {
        Ok(Self { jar: CookieJar::from_headers(&parts.headers), secure: desk.public_url.scheme() == "https" })
    }
}

impl Cookies {
    pub fn find(&self, name: Name) -> Option<Secret> {
        let value = self.jar.get(name.text(self.secure))?.value();
        // Ours are 43 letters; anything else was not made here.
        (value.len() == 43).then(|| Secret::new(value))
    }

    pub fn set(self, name: Name, value: &Secret) -> CookieJar {
        let cookie = Cookie::build((name.text(self.secure), value.expose().to_owned()))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax);
        self.jar.add(cookie)
    }

    pub fn forget(self, name: Name) -> CookieJar {
        self.jar.remove(Cookie::build(name.text(self.secure)).path("/"))
    }
}
