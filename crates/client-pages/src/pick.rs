//! Choosing accounts, in the browser that signed in.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_connectors::Platform;
use valetkey_core::app::approve::{self, Listing};
use valetkey_core::app::{AppError, already, link as app_link, sign_in};
use valetkey_core::desk::Desk;
use valetkey_core::ids::ItemId;
use valetkey_core::store::agencies::Agency;
use valetkey_pages::access_words::{asset_word, level_word, platform_name};
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Posted, check};
use valetkey_pages::frame::initials;
use valetkey_pages::language::{Reader, Speech};
use valetkey_pages::page_words::PageWords;
use valetkey_pages::{Error, page, see, words};
use valetkey_sdk::access::AssetType;
use valetkey_sdk::lang::Lang;

use super::{csrf, held, is_held, open, page_frame, path};
use crate::view::{Choice, Group, Pick};

pub async fn show(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let browser = cookies.find(Name::Browser);
    let item = ItemId::from_text(item);
    let listing = approve::listing(&desk, &link, &item, browser.as_ref().map(|b| b.expose())).await?;
    if sign_in::is_approved(&listing.item) {
        return Ok(see(&path(&link, &format!("/{item}/progress"))));
    }
    let speech = reader.speech(link.request.locale.as_deref());
    render(&desk, &speech, &link, &agency, &listing, None).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picks {
    csrf: String,
    #[serde(default)]
    pick: Vec<String>,
}

pub async fn choose(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
    Posted(form): Posted<Picks>,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let browser = cookies.find(Name::Browser);
    let browser = browser.as_ref().map(|b| b.expose());
    let item = ItemId::from_text(item);
    match approve::choose(&desk, &link, &item, browser, &form.pick).await {
        Ok(()) => {
            already::mark(&desk, &link, &item, browser).await?;
            Ok(see(&path(&link, &format!("/{item}/review"))))
        }
        Err(AppError::Invalid { problem, .. }) => {
            let listing = approve::listing(&desk, &link, &item, browser).await?;
            let speech = reader.speech(link.request.locale.as_deref());
            let problem = problem.find_in(speech.lang());
            let problem = problem.unwrap_or_else(|| speech.words.not_done_text.to_string());
            let body = render(&desk, &speech, &link, &agency, &listing, Some(problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
        }
        Err(AppError::Conflict(_)) => Ok(see(&path(&link, &format!("/{item}/progress")))),
        Err(e) => Err(e.into()),
    }
}

async fn render(
    desk: &Desk,
    speech: &Speech,
    link: &app_link::Link,
    agency: &Agency,
    listing: &Listing,
    problem: Option<String>,
) -> Result<Response, Error> {
    let (item, say) = (&listing.item, speech.words);
    let name = platform_name(desk, &item.platform);
    let held = held(desk, link, item).await?;
    let person = sign_in::identity_of(&listing.connection)?;
    let at = |rest: &str| path(link, &format!("/{}/{rest}", item.id));
    page(&Pick {
        frame: page_frame(desk, speech, say.title_choose(&name).plain(), Some(agency), csrf(desk, link)),
        platform: item.platform.clone(),
        signed_in_as: person.name,
        signed_in_id: person.id,
        action: at("pick"),
        not_me: at("not-me"),
        look_again: is_lacking(listing).then(|| at("look-again")),
        back: path(link, ""),
        groups: groups(desk, say, listing, &held),
        available: listing.offer.entries.iter().filter(|e| e.blocked.is_none()).count(),
        problem,
        empty: listing
            .offer
            .missing
            .iter()
            .map(|m| words::advice(desk, say, &item.platform, &m.remedy))
            .collect(),
        platform_name: name,
    })
}

/// Something that was asked for is not there, or cannot be shared as it is.
fn is_lacking(listing: &Listing) -> bool {
    !listing.offer.missing.is_empty() || listing.offer.entries.iter().any(|e| e.blocked.is_some())
}

/// Stands over what lies in no container: outside all of them, or where the platform has none for this type.
fn outside(platform: &Platform, lang: Lang, of: &AssetType) -> String {
    let nested = platform.manifest.find_asset(of).is_some_and(|a| a.parent.is_some());
    platform.words_in(lang).text(&if nested {
        "outside-container".to_owned()
    } else {
        format!("asset-{of}-many")
    })
}

/// One group a container, in the order listed; what cannot be shared comes last in its group.
fn groups(desk: &Desk, say: &PageWords, listing: &Listing, held: &BTreeSet<[String; 3]>) -> Vec<Group> {
    let platform = listing.item.platform.as_str();
    let outside = |of| desk.registry.find(platform).map(|p| outside(p, say.lang, of)).unwrap_or_default();
    let mut groups: Vec<Group> = Vec::new();
    for (index, entry) in listing.offer.entries.iter().enumerate() {
        let heading = entry.container.clone().unwrap_or_else(|| outside(entry.asset.on.of()));
        let choice = Choice {
            index,
            external_id: entry.asset.on.id().unwrap_or_default().to_owned(),
            name: entry.asset.name.clone(),
            initials: initials(&entry.asset.name),
            kind: asset_word(desk, say.lang, platform, entry.asset.on.of().as_str()),
            detail: entry.asset.detail.clone(),
            level: level_word(say, entry.level).to_owned(),
            ticked: listing.chosen.contains(&index)
                || (listing.chosen.is_empty() && listing.offer.is_ticked(&listing.asks, index)),
            held: is_held(held, entry),
            blocked: entry.blocked.as_ref().map(|r| words::advice(desk, say, platform, r)),
        };
        match groups.iter_mut().find(|g| g.heading == heading) {
            Some(group) => group.options.push(choice),
            None => groups.push(Group { heading, options: vec![choice] }),
        }
    }
    for group in &mut groups {
        group.options.sort_by_key(|o| o.blocked.is_some());
    }
    groups
}
