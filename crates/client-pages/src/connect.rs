//! Connect, come back, "not me".

use axum::extract::{Path, Query, State};
use axum::response::Response;
use valetkey_core::app::attest::find_guide;
use valetkey_core::app::sign_in::{self, Back, Callback, For};
use valetkey_core::app::{AppError, link as app_link, look_again, scanned};
use valetkey_core::desk::Desk;
use valetkey_core::ids::ItemId;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, check};
use valetkey_pages::{Error, see, see_with};
use valetkey_sdk::secret::Secret;

use super::{open, path};

/// Sends the browser to the platform's own login.
pub async fn start(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let item = app_link::get_item(&desk, &link, &item).await?;
    if find_guide(&desk, &item.platform, &sign_in::asks(&item)?).is_some() {
        return Ok(see(&path(&link, &format!("/{}/guide", item.id))));
    }
    if scanned::is_scanned(&desk, &item)? && scanned::find_teller(&desk, &item)?.is_none() {
        return Ok(see(&path(&link, &format!("/{}/scan", item.id))));
    }
    let who = For::Card { link: &link, item: &item };
    let browser = cookies.find(Name::Browser);
    let started = sign_in::start(&desk, &link.scope, &item.platform, who, browser).await?;
    Ok(see_with(cookies.set(Name::Browser, &started.browser), &started.url))
}

/// Lists again what there is to share, without signing in anew.
pub async fn look_again(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let browser = cookies.find(Name::Browser);
    let to = path(&link, &format!("/{item}/pick"));
    let item = ItemId::from_text(item);
    match look_again::look_again(&desk, &link, &item, browser.as_ref().map(|b| b.expose())).await {
        // Chosen or approved meanwhile: that page says so.
        Ok(()) | Err(AppError::Conflict(_)) => Ok(see(&to)),
        Err(e) => Err(e.into()),
    }
}

/// Another person is signed in at the platform: start anew; the platform asks who it is.
pub async fn not_me(
    state: State<Desk>,
    at: Path<(String, String)>,
    cookies: Cookies,
    form: Posted<Plain>,
) -> Result<Response, Error> {
    start(state, at, cookies, form).await
}

/// The platform sends the browser back here. Work that was begun is finished even if the browser goes away.
pub async fn callback(
    State(desk): State<Desk>,
    Path(sign_in): Path<String>,
    Query(query): Query<Callback>,
    cookies: Cookies,
) -> Result<Response, Error> {
    let browser = cookies.find(Name::Browser);
    let work = tokio::spawn(async move { sign_in::finish(&desk, &sign_in, query, browser).await });
    let back = work.await.map_err(|e| AppError::Internal(e.into()))??;
    Ok(match back {
        Back::Pick { token, item } => see(&format!("/r/{}/{item}/pick", token.expose())),
        Back::Scan { token, item } => see(&format!("/r/{}/{item}/scan", token.expose())),
        Back::Progress { token, item } => see(&format!("/r/{}/{item}/progress", token.expose())),
        Back::Card { token } => see(&link_path(&token)),
        Back::Access { token, taken } => {
            see(&format!("/a/{}{}", token.expose(), if taken { "" } else { "?signed_in=no" }))
        }
        Back::Grantees { proven } => see(&format!("/grantees?proven={proven}")),
    })
}

fn link_path(token: &Secret) -> String {
    format!("/r/{}", token.expose())
}
