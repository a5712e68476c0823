//! Which language a client's page is in: the one chosen in this browser, else the one that the agency chose for
//! the request, else the one that the browser asks for, else English.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, State};
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Uri};
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::desk::Desk;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::secret::Secret;

use crate::cookies::{self, Cookies};
use crate::forms::{Posted, check};
use crate::page_words::{self, PageWords};
use crate::{Error, local, see_with};

/// Who reads, as far as their browser tells. Looked into when something is said to them.
pub struct Reader {
    chosen: Option<Lang>,
    wish: Option<HeaderValue>,
    /// The page that they look at; none where something was posted, which cannot be asked for again.
    here: Option<Uri>,
}

impl FromRequestParts<Desk> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Infallible> {
        Ok(Self::of(parts, desk))
    }
}

impl Reader {
    pub fn of(parts: &Parts, desk: &Desk) -> Self {
        let looks = matches!(parts.method, Method::GET | Method::HEAD);
        Self {
            chosen: cookies::find_language(&parts.headers, desk.public_url.scheme() == "https"),
            wish: parts.headers.get(ACCEPT_LANGUAGE).cloned(),
            here: looks.then(|| parts.uri.clone()),
        }
    }

    /// In which language this page is said; `locale` is what the agency chose.
    pub fn speech(self, locale: Option<&str>) -> Speech {
        let wished = || Lang::accepted(self.wish.as_ref()?.to_str().ok()?);
        let lang = self.chosen.or_else(|| Lang::parse(locale?)).or_else(wished).unwrap_or_default();
        let here = self.here.as_ref().and_then(Uri::path_and_query).map(ToString::to_string);
        Speech { words: page_words::of(lang), here }
    }
}

/// The words of one page, and where it is.
#[derive(Clone)]
pub struct Speech {
    pub words: &'static PageWords,
    pub here: Option<String>,
}

impl Speech {
    /// The agency's pages, which are English.
    pub fn english() -> Self {
        Self::fixed(None)
    }

    /// What an agency sees of a client's page: in the language that was chosen for the request.
    pub fn fixed(locale: Option<&str>) -> Self {
        let lang = locale.and_then(Lang::parse).unwrap_or_default();
        Self { words: page_words::of(lang), here: None }
    }

    pub fn lang(&self) -> Lang {
        self.words.lang
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    csrf: String,
    #[serde(default)]
    back: String,
    #[serde(default)]
    language: String,
}

/// Remembers the language, and goes back to the page. Nothing else changes: what was ticked and not sent is
/// still only on the page.
pub async fn choose(
    State(desk): State<Desk>,
    cookies: Cookies,
    Posted(form): Posted<Choice>,
) -> Result<Response, Error> {
    check(&desk, &Secret::new(form.back.clone()), &form.csrf)?;
    let unknown = || Error::Unreadable("this is no language of these pages".into());
    let lang = Lang::parse(&form.language).ok_or_else(unknown)?;
    Ok(see_with(cookies.set_language(lang), local(&form.back).unwrap_or("/")))
}
