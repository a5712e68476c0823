//! The cookies: the client's browser, the member's session, a code that was given, and the language that somebody chose.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use valetkey_core::desk::Desk;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::secret::Secret;

/// In seconds.
const YEAR: u32 = 365 * 24 * 60 * 60;

#[derive(Clone, Copy)]
pub enum Name {
    /// Binds a sign-in and everything after it to one browser.
    Browser,
    /// A member who signed in.
    Session,
    /// Somebody who gave the code that was mailed for "who has access".
    Access,
}

impl Name {
    /// `__Host-` wants https; plain http is allowed on loopback only, and there the prefix is left out.
    fn text(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Browser, true) => "__Host-valetkey_browser",
            (Self::Browser, false) => "valetkey_browser",
            (Self::Session, true) => "__Host-valetkey_session",
            (Self::Session, false) => "valetkey_session",
            (Self::Access, true) => "__Host-valetkey_access",
            (Self::Access, false) => "valetkey_access",
        }
    }
}

fn language_name(secure: bool) -> &'static str {
    if secure { "__Host-valetkey_language" } else { "valetkey_language" }
}

/// The language that was chosen in this browser. Read by hand: it is needed for every page, and for nothing else.
pub fn find_language(headers: &HeaderMap, secure: bool) -> Option<Lang> {
    let name = language_name(secure);
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|all| all.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).and_then(|(_, tag)| Lang::parse(tag))
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

    /// Remembers a language for a year. It says nothing about anybody and opens nothing.
    pub fn set_language(self, lang: Lang) -> CookieJar {
        let (name, secure) = (language_name(self.secure), if self.secure { "; Secure" } else { "" });
        let text =
            format!("{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={YEAR}{secure}", lang.as_str());
        match Cookie::parse(text) {
            Ok(cookie) => self.jar.add(cookie),
            Err(_) => self.jar,
        }
    }

    pub fn forget(self, name: Name) -> CookieJar {
        self.jar.remove(Cookie::build(name.text(self.secure)).path("/"))
    }
}
