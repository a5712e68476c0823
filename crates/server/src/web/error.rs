//! Trouble as a page: one sentence, one button, never a bare code.

use std::future::Future;

use axum::extract::{FromRequestParts, Request};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use valetkey_agency_pages::sign_in::{self, Said};
use valetkey_agency_pages::view as agency;
use valetkey_client_pages::view as client;
use valetkey_pages::cookies::Cookies;
use valetkey_pages::error::{Carried, Error, capital, sentence};
use valetkey_pages::frame::frame;
use valetkey_pages::language::{Reader, Speech};
use valetkey_pages::page_words::PageWords;
use valetkey_pages::{page, see, words};
use valetkey_sdk::lang::Lang;

use crate::app::{AppError, thing};
use crate::desk::Desk;
use crate::store::agencies::Agency;

pub async fn not_found() -> Error {
    Error::NoPage
}

/// The answer of `rest`; an error that it carries becomes a page.
pub async fn render<F>(desk: &Desk, request: Request, rest: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let uri = request.uri().clone();
    let (mut parts, body) = request.into_parts();
    let Ok(cookies) = Cookies::from_request_parts(&mut parts, desk).await;
    let reader = Reader::of(&parts, desk);
    let looks = matches!(parts.method, Method::GET | Method::HEAD);
    let mut response = rest(Request::from_parts(parts, body)).await;
    let Some(Carried(error)) = response.extensions_mut().remove() else { return response };
    if matches!(*error, Error::SignedOut) {
        let asked = uri.path_and_query().filter(|_| looks);
        let next = asked.map(ToString::to_string).unwrap_or_default();
        if let Ok(page) = signed_out(desk, cookies, next).await {
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
    let agency = asker(desk, &error, path).await;
    let on_link = ["/r/", "/a/", "/callback/", "/language"].iter().any(|area| path.starts_with(area));
    // What went wrong repeats nothing of the address, which may hold a link's token or a platform's code.
    let speech = match on_link {
        true => Speech { here: None, ..reader.speech(locale(desk, &error, path).await.as_deref()) },
        false => Speech::english(),
    };
    let told = tell(desk, speech.words, &error, path);
    let time = desk.clock.now().strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let details = speech.words.time_was(&time).plain();
    let frame = frame(desk, &speech, &*told.headline, agency.as_ref(), String::new());
    let Told { headline, sentence, button } = told;
    let body = if on_link {
        page(&client::Trouble { frame, headline, sentence, button, details })
    } else {
        page(&agency::Trouble { frame, headline, sentence, button, details })
    };
    match body {
        Ok(body) => {
            let mut page = (error.status(), body).into_response();
            let waits = response.headers_mut().remove(header::RETRY_AFTER);
            page.headers_mut().extend(waits.map(|seconds| (header::RETRY_AFTER, seconds)));
            page
        }
        Err(_) => error.status().into_response(),
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
        return Ok(see("/set-up"));
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

/// The language that the agency chose for the request of this link. Not looked for where links are guessed.
async fn locale(desk: &Desk, error: &Error, path: &str) -> Option<String> {
    let token = path.strip_prefix("/r/")?.split('/').next()?;
    if matches!(error, Error::Guessing(_) | Error::App(AppError::Away(_) | AppError::Internal(_))) {
        return None;
    }
    crate::app::link::find(desk, token).await.ok()?.request.locale
}

fn tell(desk: &Desk, say: &PageWords, error: &Error, path: &str) -> Told {
    let link = path.strip_prefix("/r/").and_then(|p| p.split('/').next()).filter(|t| !t.is_empty());
    let back = link.map(|token| (say.back_to_request.to_string(), format!("/r/{token}")));
    let access = path.strip_prefix("/a/").and_then(|p| p.split('/').next()).filter(|t| !t.is_empty());
    let back =
        back.or_else(|| access.map(|token| (say.see_who_has_access.to_string(), format!("/a/{token}"))));
    let home = || Some((say.to_the_start.to_string(), "/".to_owned()));
    // Only a member comes back there.
    let is_members = say.lang == Lang::En && path != "/language";
    let requests = || is_members.then(|| ("Back to requests".into(), "/requests".into()));
    let told = |headline: &str, sentence: &str, button| Told {
        headline: headline.to_owned(),
        sentence: sentence.to_owned(),
        button,
    };
    match error {
        Error::App(AppError::NotFound("the link")) => told(&say.link_dead, &say.link_dead_text, None),
        Error::LinkExpired => told(&say.link_over, &say.link_over_text, None),
        Error::Guessing(wait) => {
            told(&say.wait_a_moment, &say.too_many_wrong_links(wait.seconds).plain(), None)
        }
        Error::App(AppError::OtherBrowser) if access.is_some() => {
            told(&say.sign_in_to_take_away, &say.sign_in_to_take_away_text, back)
        }
        Error::App(AppError::OtherBrowser) => told(&say.other_browser, &say.other_browser_text, back),
        Error::App(AppError::Conflict(why)) if path.starts_with("/callback/") => {
            let sentence = match why.find_in(say.lang) {
                Some(why) => say.sign_in_unusable_text(&why).plain(),
                None => say.sign_in_unusable_plain.to_string(),
            };
            told(&say.sign_in_unusable, &sentence, None)
        }
        Error::App(AppError::Refused(refusal)) => {
            let advice = words::advice(desk, say, &refusal.platform, &refusal.remedy);
            let sentence =
                [Some(advice.happened.clone()), advice.act].into_iter().flatten().collect::<Vec<_>>();
            // Whom a client's sign-in goes wrong for is told on the card: the other one is the agency's.
            let (headline, back) = match back {
                Some(back) => (&*say.not_done, back),
                None => ("The sign-in did not come through", ("Back".into(), "/grantees".into())),
            };
            told(headline, &sentence.join(" "), Some(back))
        }
        Error::App(AppError::Stale(what)) => told(
            &say.look_again,
            &say.look_again_text(&thing(say.lang, what)).plain(),
            back.or_else(requests),
        ),
        Error::App(AppError::NotFound(what)) => {
            told(&say.not_found, &say.not_found_text(&thing(say.lang, what)).plain(), back.or_else(home))
        }
        Error::App(e @ (AppError::Invalid { .. } | AppError::Conflict(_))) => {
            told(&say.not_done, &not_done(say, e), back.or_else(home))
        }
        Error::Unreadable(what) => match say.lang {
            Lang::En => told(&say.unusable_form, &format!("{}.", capital(what)), back),
            _ => told(&say.unusable_form, &say.unusable_form_text, back),
        },
        Error::CrossSite => told(&say.cross_site, &say.cross_site_text, back),
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
        Error::NoPage => told(&say.no_page, &say.no_page_text, home()),
        Error::App(AppError::Away(_)) => {
            told(&say.database_away, &say.database_away_text, back.or_else(home))
        }
        Error::App(AppError::Internal(_)) => told(&say.our_fault, &say.our_fault_text, back.or_else(home)),
    }
}

/// Why not, in this language. Where nobody translated the reason, the page does not mix two languages.
fn not_done(say: &PageWords, error: &AppError) -> String {
    let said = match error {
        AppError::Invalid { problem: why, .. } | AppError::Conflict(why) if say.lang != Lang::En => {
            why.find_in(say.lang)
        }
        other => Some(other.to_string()),
    };
    said.map_or_else(|| say.not_done_text.to_string(), |said| sentence(&said))
}
