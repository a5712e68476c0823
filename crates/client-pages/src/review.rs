//! Who, what, which roles, until when; nothing has happened before its button.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::app::approve::{self, Listing, Terms};
use valetkey_core::app::offer::Entry;
use valetkey_core::app::{AppError, sign_in, staff};
use valetkey_core::desk::Desk;
use valetkey_core::ids::ItemId;
use valetkey_pages::access_words::{asset_word, can_and_cannot_with, level_word, platform_name};
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Posted, check};
use valetkey_pages::frame::grantee_mark;
use valetkey_pages::language::Reader;
use valetkey_pages::page_words::PageWords;
use valetkey_pages::{Error, page, see, words};
use valetkey_sdk::access::Roles;
use valetkey_sdk::manifest::AssetFacts;
use valetkey_sdk::words::Words;

use super::{csrf, held, is_held, open, page_frame, path, when};
use crate::view::{Review, ReviewLine};

pub async fn show(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let browser = cookies.find(Name::Browser);
    let item = ItemId::from_text(item);
    let terms = approve::terms(&desk, &link, &item, browser.as_ref().map(|b| b.expose())).await?;
    if sign_in::is_approved(&terms.listing.item) {
        return Ok(see(&path(&link, &format!("/{item}/progress"))));
    }
    if terms.listing.chosen.is_empty() {
        return Ok(see(&path(&link, &format!("/{item}/pick"))));
    }
    let Terms { listing, grantee, staff: followers, digest } = terms;
    let speech = reader.speech(link.request.locale.as_deref());
    let say = speech.words;
    let name = platform_name(&desk, &listing.item.platform);
    let held = held(&desk, &link, &listing.item).await?;
    let connects: Vec<_> = followers.iter().filter(|g| staff::is_connected(&desk, g)).collect();
    let people = followers.iter().filter(|g| !staff::is_connected(&desk, g));
    page(&Review {
        frame: page_frame(&desk, &speech, say.title_review(&name).plain(), Some(&agency), csrf(&desk, &link)),
        platform: listing.item.platform.clone(),
        signed_in_as: sign_in::identity_of(&listing.connection)?.name,
        grantee: grantee_mark(&desk, say.lang, &grantee),
        staff: people.map(|g| grantee_mark(&desk, say.lang, g)).collect(),
        lines: listing
            .chosen_entries()
            .map(|e| {
                let (of, is_held) = (e.asset.on.of(), is_held(&held, e));
                let connects = connects.iter().filter(|g| staff::takes(&desk, g, of, e.level));
                let connects = connects.map(|g| grantee_mark(&desk, say.lang, g)).collect();
                ReviewLine { connects, ..line(&desk, say, &listing, e, is_held) }
            })
            .collect(),
        access_until: link.request.access_expires_at.map(|at| when(&desk, say, at)),
        action: path(&link, &format!("/{item}/approve")),
        terms: digest,
        back: path(&link, &format!("/{item}/pick")),
        problem: None,
        platform_name: name,
    })
}

fn line(desk: &Desk, say: &PageWords, listing: &Listing, e: &Entry, held: bool) -> ReviewLine {
    let (platform, of) = (listing.item.platform.as_str(), e.asset.on.of());
    let wants_yes = listing.asks.iter().any(|ask| &ask.of == of && ask.level == e.level && ask.wants_yes);
    let (can, cannot) =
        can_and_cannot_with(desk, say.lang, platform, of, e.level, (Some(&e.roles), wants_yes));
    let facts =
        desk.registry.find(platform).and_then(|p| Some((p.manifest.find_asset(of)?, p.words_in(say.lang))));
    let adds: Roles = facts.map(|(facts, _)| facts.adds(&e.roles)).unwrap_or_default();
    let cost = |(facts, words): (&AssetFacts, &Words)| {
        facts.costs.iter().map(|id| words.text(&format!("cost-{id}"))).collect()
    };
    ReviewLine {
        connects: Vec::new(),
        asset: e.asset.name.clone(),
        kind: asset_word(desk, say.lang, platform, of.as_str()),
        external_id: e.asset.on.id().unwrap_or_default().to_owned(),
        container: e.container.clone(),
        level: level_word(say, e.level).to_owned(),
        can: can.into_owned(),
        cannot: cannot.to_owned(),
        native_roles: e.roles.iter().cloned().collect(),
        adds: adds.into_iter().collect(),
        costs: facts.map(cost).unwrap_or_default(),
        questions: e
            .asset
            .questions()
            .filter_map(|id| words::question(desk, say.lang, platform, id))
            .collect(),
        held: held && e.lowers.is_empty(),
        lowers: e.lowers.iter().cloned().collect(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    csrf: String,
    terms: String,
}

/// The client's yes. Finished even if the browser goes away.
pub async fn approve(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
    Posted(form): Posted<Approval>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let browser = cookies.find(Name::Browser).ok_or(AppError::OtherBrowser)?;
    let item = ItemId::from_text(item);
    let to = path(&link, &format!("/{item}/progress"));
    let lang = reader.speech(link.request.locale.as_deref()).lang();
    let work = tokio::spawn(async move {
        approve::approve(&desk, &token, &item, browser.expose(), &form.terms, lang).await
    });
    work.await.map_err(|e| AppError::Internal(e.into()))??;
    Ok(see(&to))
}
