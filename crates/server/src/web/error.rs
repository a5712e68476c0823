//! Trouble as a page: one sentence, one button, never a bare code.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::agency::sign_in::{self, Said};
use super::cookies::Cookies;
use super::frame::frame;
use super::view::{agency, client};
use super::{page, words};
use crate::app::AppError;
use crate::app::roles::Role;
use crate::desk::Desk;
use crate::limits::Wait;
use crate::store::agencies::Agency;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    App(#[from] AppError),
    #[error("{0}")]
    Unreadable(String),
    #[error("this came from another site")]
    CrossSite,
    #[error("not signed in")]
    SignedOut,
    /// The member's role does not allow it.
    #[error("the role does not allow this")]
    Forbidden(Role),
    #[error("no such page")]
    NoPage,
    /// The link's time is over.
    #[error("the link has expired")]
    LinkExpired,
    /// Too many links that are none were opened from there.
    #[error("too many links that do not work")]
    Guessing(Wait),
}

/// Carries the error to [`render`], which knows the frame.
#[derive(Clone)]
struct Carried(std::sync::Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = status(&self).into_response();
        response.extensions_mut().insert(Carried(std::sync::Arc::new(self)));
        response
    }
}

fn status(e: &Error) -> StatusCode {
    match e {
        Error::App(AppError::NotFound(_)) | Error::NoPage => StatusCode::NOT_FOUND,
        Error::App(AppError::Invalid { .. }) | Error::Unreadable(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::App(AppError::Conflict(_)) => StatusCode::BAD_REQUEST,
        Error::App(AppError::Stale(_)) => StatusCode::CONFLICT,
        Error::App(AppError::OtherBrowser) | Error::CrossSite | Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::App(AppError::Refused(_)) => StatusCode::BAD_GATEWAY,
        Error::App(AppError::Away(_)) => StatusCode::SERVICE_UNAVAILABLE,
        Error::App(AppError::Internal(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        Error::SignedOut => StatusCode::UNAUTHORIZED,
        Error::LinkExpired => StatusCode::GONE,
        Error::Guessing(_) => StatusCode::TOO_MANY_REQUESTS,
    }
}

pub async fn not_found() -> Error {
    Error::NoPage
}

pub async fn render(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let (mut parts, body) = request.into_parts();
    let Ok(cookies) = Cookies::from_request_parts(&mut parts, &desk).await;
    let looks = matches!(parts.method, Method::GET | Method::HEAD);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let Some(Carried(error)) = response.extensions_mut().remove() else { return response };
    if matches!(*error, Error::SignedOut) {
        let asked = uri.path_and_query().filter(|_| looks);
        let next = asked.map(ToString::to_string).unwrap_or_default();
        if let Ok(page) = signed_out(&desk, cookies, next).await {
            return page;
        }
    }
    if let Error::App(AppError::Internal(e)) = &*error {
        tracing::error!(error = %format!("{e:#}"), "a page failed");
    }
    if let Error::App(AppError::Away(e)) = &*error {
        tracing::error!(error = %e, "a page waits for the database");
    }
    let path = uri.path();
    let told = tell(&desk, &error, path);
    let details = format!("Time: {}", desk.clock.now().strftime("%Y-%m-%d %H:%M:%S UTC"));
    let agency = asker(&desk, &error, path).await;
    let frame = frame(&desk, &told.headline, agency.as_ref(), String::new());
    let on_link = path.starts_with("/r/") || path.starts_with("/a/") || path.starts_with("/callback/");
    let Told { headline, sentence, button } = told;
    let body = if on_link {
        page(&client::Trouble { frame, headline, sentence, button, details })
    } else {
        page(&agency::Trouble { frame, headline, sentence, button, details })
    };
    match body {
        Ok(body) => {
            let mut page = (status(&error), body).into_response();
            let waits = response.headers_mut().remove(header::RETRY_AFTER);
            page.headers_mut().extend(waits.map(|seconds| (header::RETRY_AFTER, seconds)));
            page
        }
        Err(_) => status(&error).into_response(),
    }
}

/// Whose request the trouble is about, where the page that failed had found its link. Whatever fails before a link is
/// looked for must look the same for every token (T01), and a link whose time is over names nobody.
async fn asker(desk: &Desk, error: &Error, path: &str) -> Option<Agency> {
    let after_the_link = match error {
        Error::App(AppError::NotFound(what)) => *what != "the link",
        Error::App(AppError::Away(_)) => false,
        Error::App(_) => true,
        _ => false,
    };
    let token = ["/r/", "/a/"].iter().find_map(|start| path.strip_prefix(start))?.split('/').next()?;
    if !after_the_link {
        return None;
    }
    let found = desk.store.find_link(&desk.hash_link(token)).await.ok()??;
    desk.store.get_agency(&found.scope).await.ok()
}

/// The way in, in place of the page.
async fn signed_out(desk: &Desk, cookies: Cookies, next: String) -> Result<Response, Error> {
    if !desk.store.has_agency().await.map_err(AppError::from)? {
        return Ok(super::see("/set-up"));
    }
    let notice = (next != "/").then(|| "Sign in first: your session is over, or has not begun.".to_owned());
    let page = sign_in::form_page(desk, cookies, Said { notice, next, ..Said::default() })?;
    Ok((StatusCode::UNAUTHORIZED, page).into_response())
}

struct Told {
    headline: String,
    sentence: String,
    button: Option<(String, String)>,
}

fn tell(desk: &Desk, error: &Error, path: &str) -> Told {
    let link = path.strip_prefix("/r/").and_then(|p| p.split('/').next()).filter(|t| !t.is_empty());
    let back = link.map(|token| ("Back to the request".to_owned(), format!("/r/{token}")));
    let access = path.strip_prefix("/a/").and_then(|p| p.split('/').next()).filter(|t| !t.is_empty());
    let back = back.or_else(|| access.map(|token| ("See who has access".to_owned(), format!("/a/{token}"))));
    let told = |headline: &str, sentence: &str, button| Told {
        headline: headline.to_owned(),
        sentence: sentence.to_owned(),
        button,
    };
    match error {
        Error::App(AppError::NotFound("the link")) => told(
            "This link does not work",
            "It may have been mistyped or withdrawn. Ask the person who sent it for a new one.",
            None,
        ),
        Error::LinkExpired => told(
            "This link has expired",
            "Nothing more can be shared with it. Ask the person who sent it for a new one.",
            None,
        ),
        Error::Guessing(wait) => told(
            "Wait a moment",
            &format!(
                "Too many links that do not work were opened from your network. Open yours again in {}.",
                match wait.seconds {
                    1 => "a second".to_owned(),
                    n => format!("{n} seconds"),
                }
            ),
            None,
        ),
        Error::App(AppError::OtherBrowser) if access.is_some() => told(
            "Sign in first to take access away",
            "It is taken away only in the browser that gave it, or after the same person has signed in again.",
            back,
        ),
        Error::App(AppError::OtherBrowser) => told(
            "Go on in the browser you started in",
            "Accounts are chosen and approved only in the browser that signed in. You can also sign in again here.",
            back,
        ),
        Error::App(AppError::Conflict(what)) if path.starts_with("/callback/") => told(
            "This sign-in cannot be used",
            &format!("Nothing was connected: {what}. Open your link again and press the button on the card."),
            None,
        ),
        Error::App(AppError::Refused(refusal)) => {
            let advice = words::advice(desk, &refusal.platform, &refusal.remedy);
            let sentence =
                [Some(advice.happened.clone()), advice.act].into_iter().flatten().collect::<Vec<_>>();
            told(
                "The sign-in did not come through",
                &sentence.join(" "),
                Some(("Back".into(), "/grantees".into())),
            )
        }
        Error::App(AppError::Stale(what)) => told(
            "Look at this again",
            &format!("Meanwhile, {what} was changed. Nothing was done. Check the page and try once more."),
            back.or_else(|| Some(("Back to requests".into(), "/requests".into()))),
        ),
        Error::App(AppError::NotFound(what)) => {
            told("Not found", &format!("We looked, but {what} is not here."), back.or_else(home))
        }
        Error::App(e @ (AppError::Invalid { .. } | AppError::Conflict(_))) => {
            told("That could not be done", &format!("{}.", capital(&e.to_string())), back.or_else(home))
        }
        Error::Unreadable(what) => told("This form cannot be used", &format!("{}.", capital(what)), back),
        Error::CrossSite => told(
            "This came from another site",
            "Another page tried to do this in your name, so it was refused. Open the page here and try again.",
            back,
        ),
        Error::SignedOut => told(
            "Sign in first",
            "Your session is over, or you have not signed in yet.",
            Some(("Sign in".into(), "/sign-in".into())),
        ),
        Error::Forbidden(role) => told(
            "Your role does not allow this",
            &format!(
                "You are {} here: {}. Nothing was changed. Ask an owner of your agency to do it, or to give you another role.",
                role.with_article(),
                role.meaning().to_lowercase()
            ),
            Some(("To the start".into(), "/".into())),
        ),
        Error::NoPage => told("There is no such page", "The address may be mistyped.", home()),
        Error::App(AppError::Away(_)) => told(
            "One moment, please",
            "Our database did not answer. It may already have what you sent: look at the page, and try again if not.",
            back.or_else(home),
        ),
        Error::App(AppError::Internal(_)) => told(
            "This did not work",
            "The fault is on our side and was recorded. Nothing is lost: try again in a moment.",
            back.or_else(home),
        ),
    }
}

fn home() -> Option<(String, String)> {
    Some(("To the start".into(), "/".into()))
}

/// A problem that was found in a field, as a sentence of its own.
pub fn sentence(problem: &str) -> String {
    format!("{}.", capital(problem.trim_end_matches('.')))
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
