//! `/r/{token}`: who asks, for what, one card a platform.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::cookies::{Cookies, Name};
use super::super::view::client::{Ask, Card, CardStep, Link};
use super::super::{Error, page, words};
use super::{
    asset_word, can_and_cannot, csrf, initials, level_word, line, open, page_frame, path, platform_name, when,
};
use crate::app::link::{self as app_link, Trouble};
use crate::app::{AppError, sign_in};
use crate::desk::Desk;
use crate::engine::state::item::State as ItemState;
use crate::store::items::Item;

pub async fn show(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    app_link::opened(&desk, &link).await?;
    let browser = cookies.find(Name::Browser);
    let request = &link.request;
    let client = desk.store.get_client(&link.scope, &request.client_id).await.map_err(AppError::from)?;
    let items = desk.store.list_items(&link.scope, &request.id).await.map_err(AppError::from)?;
    let (mut cards, mut notice, mut asks) = (Vec::new(), None, 0);
    for item in &items {
        let trouble: Option<Trouble> = item.trouble.as_deref().and_then(|t| serde_json::from_str(t).ok());
        notice = notice.or(trouble.map(|t| words::advice(&desk, &item.platform, &t.remedy)));
        let card = card(&desk, &link, item, browser.as_ref().map(|b| b.expose())).await?;
        asks += card.asks.len();
        cards.push(card);
    }
    let done = items
        .iter()
        .filter(|i| i.required)
        .all(|i| ItemState::parse(&i.state).is_some_and(ItemState::is_done));
    page(&Link {
        frame: page_frame(
            &desk,
            &format!("{} asks for access", agency.name),
            Some(&agency),
            csrf(&desk, &link),
        ),
        client: client.name,
        asked_by: asked_by(&desk, &link).await?,
        message: request.message.clone(),
        asks,
        access_until: request.access_expires_at.map(|at| when(&desk, at)),
        link_until: when(&desk, request.link_expires_at),
        cards,
        notice,
        receipt: done.then(|| path(&link, "/receipt")),
    })
}

async fn asked_by(desk: &Desk, link: &app_link::Link) -> Result<String, AppError> {
    let member = match &link.request.member_id {
        Some(id) => desk.store.find_member(&link.scope, id).await?,
        None => desk.store.list_members(&link.scope).await?.into_iter().next(),
    };
    Ok(member.map(|m| format!("{}, {}", m.name, m.role)).unwrap_or_default())
}

async fn card(
    desk: &Desk,
    link: &app_link::Link,
    item: &Item,
    browser: Option<&str>,
) -> Result<Card, AppError> {
    let state = ItemState::parse(&item.state).ok_or(AppError::NotFound("the card"))?;
    let own = app_link::find_own_connection(desk, &link.scope, item, browser).await?;
    let name = platform_name(desk, &item.platform);
    let asks = sign_in::asks(item)?.into_iter().map(|ask| {
        let (can, cannot) = can_and_cannot(desk, &item.platform, &ask.of, ask.level);
        let own_roles = || {
            let facts = desk.registry.find(&item.platform)?.manifest.find_asset(&ask.of)?;
            Some(facts.levels.get(&ask.level)?.roles.clone())
        };
        let roles = ask.native_roles.clone().or_else(own_roles).unwrap_or_default();
        Ask {
            asset: asset_word(desk, &item.platform, ask.of.as_str()),
            level: level_word(ask.level),
            can,
            cannot,
            native_roles: roles.into_iter().collect(),
        }
    });
    let signed_in_as = own.as_ref().map(sign_in::identity_of).transpose()?.map(|i| i.name);
    let mut lines = Vec::new();
    // Names of assets stay with the browser that signed in.
    if own.is_some() {
        for row in desk.store.list_shares_of_item(&link.scope, &item.id).await? {
            lines.push(line(desk, &row)?);
        }
    }
    let at = |rest: &str| path(link, &format!("/{}/{rest}", item.id));
    let step = match (state, own.is_some()) {
        (ItemState::Approved | ItemState::Settled, true) => CardStep::Watch { href: at("progress") },
        (ItemState::Approved | ItemState::Settled, false) => CardStep::Nothing,
        (ItemState::Connected, true) => CardStep::Choose { href: at("pick"), again: at("connect") },
        (ItemState::Chosen, true) => CardStep::Choose { href: at("review"), again: at("connect") },
        _ => CardStep::Connect { action: at("connect") },
    };
    Ok(Card {
        platform: item.platform.clone(),
        initials: initials(&name),
        name,
        badge: words::item_badge(state),
        asks: asks.collect(),
        signed_in_as,
        lines,
        step,
        required: item.required,
    })
}
