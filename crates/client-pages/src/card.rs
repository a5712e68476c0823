//! What a client does on a card instead of signing in: leave it out, pass it on, ask for help.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_core::app::link::{self as app_link, Opened};
use valetkey_core::app::{AppError, cards};
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::item::{Event, State as ItemState};
use valetkey_pages::access_words::platform_name;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, check};
use valetkey_pages::language::{Reader, Speech};
use valetkey_pages::{Error, page, see};

use super::{csrf, open, open_whole, page_frame, path};
use crate::view::{Helped, PassedOn};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    csrf: String,
    /// `declined`, or that there is no such account.
    #[serde(default)]
    reason: Option<String>,
}

pub async fn skip(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    Posted(form): Posted<Skip>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let event = match form.reason.as_deref() {
        Some("declined") => Event::SkipDeclined,
        _ => Event::SkipNotHave,
    };
    cards::change(&desk, &link, &item, event, "item.skipped").await?;
    Ok(see(&path(&link, "")))
}

pub async fn reopen(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    cards::change(&desk, &link, &item, Event::Reopen, "item.reopened").await?;
    Ok(see(&path(&link, "")))
}

pub async fn hand_over(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let browser = cookies.find(Name::Browser);
    cards::hand_over(&desk, &link, &item, browser.as_ref().map(|b| b.expose())).await?;
    Ok(see(&path(&link, &format!("/{item}/hand-over"))))
}

/// The card's own link, for sending to a colleague.
pub async fn handed_over(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let item = app_link::get_item(&desk, &link, &item).await?;
    let card = cards::find_card_token(&desk, &link, &item).await?.ok_or(AppError::NotFound("the link"))?;
    let name = platform_name(&desk, &item.platform);
    let speech = reader.speech(link.request.locale.as_deref());
    let title = speech.words.title_pass_on(&name).plain();
    page(&PassedOn {
        frame: page_frame(&desk, &speech, title, Some(&agency), csrf(&desk, &link)),
        url: app_link::address(&desk, card.expose()),
        passed_by: desk.store.find_passed_by(&link.scope, &item.id).await.map_err(AppError::from)?,
        waiting: ItemState::parse(&item.state) == Some(ItemState::HandedOver),
        back: path(&link, ""),
        platform: item.platform.clone(),
        platform_name: name,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpForm {
    csrf: String,
    #[serde(default)]
    note: Option<String>,
}

pub async fn help(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    reader: Reader,
    Posted(form): Posted<HelpForm>,
) -> Result<Response, Error> {
    let opened = open_whole(&desk, &token).await?;
    let link = &opened.link;
    check(&desk, &link.token, &form.csrf)?;
    match cards::help(&desk, link, &item, form.note.as_deref()).await {
        Ok(()) => Ok(see(&path(link, &format!("/{item}/help")))),
        Err(e @ (AppError::Invalid { .. } | AppError::Conflict(_))) => {
            let speech = reader.speech(link.request.locale.as_deref());
            let say = speech.words;
            let problem = match &e {
                AppError::Invalid { problem, .. } => {
                    say.note_too_long(&problem.find_in(say.lang).unwrap_or_default()).plain()
                }
                _ => say.asked_too_often.to_string(),
            };
            let body = help_page(&desk, &speech, &opened, &item, Some(problem), form.note).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// Who was told, and room for a note.
pub async fn helped(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response, Error> {
    let opened = open_whole(&desk, &token).await?;
    let speech = reader.speech(opened.link.request.locale.as_deref());
    help_page(&desk, &speech, &opened, &item, None, None).await
}

async fn help_page(
    desk: &Desk,
    speech: &Speech,
    opened: &Opened,
    item: &str,
    problem: Option<String>,
    typed: Option<String>,
) -> Result<Response, Error> {
    let Opened { link, agency, asker, .. } = opened;
    let item = app_link::get_item(desk, link, item).await?;
    let asked = desk.store.list_help(&link.scope, &item.id).await.map_err(AppError::from)?;
    let name = platform_name(desk, &item.platform);
    let noted = asked.iter().any(|h| h.note.is_some());
    page(&Helped {
        frame: page_frame(
            desk,
            speech,
            speech.words.title_help(&name).plain(),
            Some(agency),
            csrf(desk, link),
        ),
        asker: asker.as_ref().map_or(&agency.name, |m| &m.name).clone(),
        told: asked.last().map(|h| crate::when(desk, speech.words, h.at)),
        noted,
        action: path(link, &format!("/{}/help", item.id)),
        back: path(link, ""),
        problem,
        typed: typed.unwrap_or_default(),
        platform: item.platform.clone(),
        platform_name: name,
    })
}
