//! `/r/{token}`: who asks, for what, one card a platform.

use std::borrow::Cow;

use axum::extract::{Path, State};
use axum::response::Response;
use valetkey_core::app::link::{self as app_link, Opened, Trouble};
use valetkey_core::app::{AppError, access, attest, handout, offer, scanned, sign_in};
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::item::State as ItemState;
use valetkey_core::store::items::Item;
use valetkey_pages::access_words::{asset_word, can_and_cannot_with, level_means, level_word, platform_name};
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::frame::initials;
use valetkey_pages::language::Reader;
use valetkey_pages::page_words::PageWords;
use valetkey_pages::view::{Badge, Tone};
use valetkey_pages::{Error, page, words};
use valetkey_sdk::access::AssetType;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::remedy::Remedy;

use super::{csrf, line, page_frame, path, refuse_expired, when};
use crate::view::{Ask, Card, CardStep, Link, Ways};

pub async fn show(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (opened, items) = app_link::open_with_items(&desk, &token).await?;
    let Opened { link, agency, client, asker, passed_by } = opened;
    refuse_expired(&link)?;
    app_link::opened(&desk, &link).await?;
    let speech = reader.speech(link.request.locale.as_deref());
    let say = speech.words;
    let browser = cookies.find(Name::Browser);
    let request = &link.request;
    let (mut cards, mut notice, mut asks) = (Vec::new(), None, 0);
    for item in &*items {
        let trouble: Option<Trouble> = item.trouble.as_deref().and_then(|t| serde_json::from_str(t).ok());
        notice = notice.or(trouble.map(|t| words::advice(&desk, say, &item.platform, &t.remedy)));
        let asked = sign_in::asks(item)?;
        asks += asked.len();
        cards.push(card(&desk, say, &link, item, asked, browser.as_ref().map(|b| b.expose())).await?);
    }
    let is_done = |i: &&Item| ItemState::parse(&i.state).is_some_and(ItemState::is_done);
    let settled = items.iter().filter(|i| i.required).all(|i| is_done(&i));
    page(&Link {
        frame: page_frame(
            &desk,
            &speech,
            say.title_asks(&agency.name).plain(),
            Some(&agency),
            csrf(&desk, &link),
        ),
        client: client.name,
        asked_by: asker.map(|m| format!("{}, {}", m.name, m.role)).unwrap_or_default(),
        message: request.message.clone(),
        asks,
        access_until: request.access_expires_at.map(|at| when(&desk, say, at)),
        link_until: when(&desk, say, request.link_expires_at),
        receipt: (settled && cards.iter().any(|c| !c.lines.is_empty())).then(|| path(&link, "/receipt")),
        handout: items.iter().any(|i| handout::has_steps(&desk, i)).then(|| path(&link, "/guide")),
        cards,
        notice,
        settled,
        passed_by,
    })
}

async fn card<'a>(
    desk: &'a Desk,
    say: &'a PageWords,
    link: &app_link::Link,
    item: &Item,
    asked: Vec<offer::Ask>,
    browser: Option<&str>,
) -> Result<Card<'a>, AppError> {
    let state = ItemState::parse(&item.state).ok_or(AppError::NotFound("the card"))?;
    let own = app_link::find_own_connection(desk, &link.scope, item, browser).await?;
    let name = platform_name(desk, &item.platform);
    let signed_in_as = own.as_ref().map(sign_in::identity_of).transpose()?.map(|i| i.name);
    let mut lines = Vec::new();
    // Names of assets stay with the browser that signed in, or that said it was done.
    let is_own = access::is_own(desk, &link.scope, item, browser).await?;
    if is_own {
        for row in desk.store.list_shares_of_item(&link.scope, &item.id).await? {
            lines.push(line(desk, say, &row)?);
        }
    }
    let scanned = scanned::asks_for_scan(desk, &item.platform, &asked);
    let first = if scanned { scanned::comes_after(desk, &link.scope, item).await? } else { Vec::new() };
    let said = scanned && is_own;
    let at = |rest: &str| ["/r/", link.token.expose(), "/", item.id.as_str(), "/", rest].concat();
    let guided = attest::find_guide(desk, &item.platform, &asked).is_some();
    let connects = desk.apps.contains_key(&item.platform)
        && desk.registry.find(&item.platform).is_some_and(|p| p.connector.is_some());
    let step = match (state, own.is_some() || said) {
        (ItemState::Approved | ItemState::Settled, true) => CardStep::Watch { href: at("progress") },
        (ItemState::Approved | ItemState::Settled, false) => CardStep::Nothing,
        (ItemState::Connected, true) => CardStep::Choose { href: at("pick"), again: at("connect") },
        (ItemState::Chosen, true) => CardStep::Choose { href: at("review"), again: at("connect") },
        (ItemState::SkippedNotHave | ItemState::SkippedDeclined, _) => {
            CardStep::Skipped { reopen: at("reopen") }
        }
        (ItemState::HandedOver, _) if link.only.is_none() => CardStep::PassedOn { href: at("hand-over") },
        _ if scanned && !first.is_empty() => {
            CardStep::After { sentence: after(desk, say, &item.platform, &first) }
        }
        _ if scanned && connects => CardStep::Scan { action: at("scan") },
        _ if guided => CardStep::Guide { href: at("guide") },
        _ if connects => CardStep::Connect { action: at("connect") },
        _ => CardStep::Unable { advice: words::advice(desk, say, &item.platform, &Remedy::new("guided")) },
    };
    let is_open =
        matches!(state, ItemState::Open | ItemState::Connected | ItemState::Chosen | ItemState::HandedOver);
    let ways = is_open.then(|| Ways {
        skip: at("skip"),
        // A card that was passed on is not passed on again by whoever received it.
        hand_over: (link.only.is_none() && state != ItemState::HandedOver).then(|| at("hand-over")),
        help: at("help"),
    });
    let mut badge = words::item_badge(say, state);
    if state == ItemState::SkippedNotHave {
        badge.label = say.card_no_account.to_string();
    }
    // The client's word is not shown in the colour of what was read.
    if guided && state == ItemState::Settled {
        badge = Badge { label: say.card_said_done.to_string(), tone: Tone::Neutral, ..badge };
    }
    let mark = initials(&name);
    let (platform, name) = match asked.first().filter(|_| scanned) {
        Some(ask) => of_its_own(desk, say.lang, &item.platform, ask),
        None => (item.platform.clone(), name),
    };
    Ok(Card {
        platform,
        initials: mark,
        by_hand: by_hand(desk, say, &item.platform, &platform_name(desk, &item.platform), &asked)
            .filter(|_| !scanned),
        asks: asks(desk, say, &item.platform, asked),
        name,
        badge,
        signed_in_as,
        lines,
        step,
        ways,
        required: item.required,
    })
}

/// Hook and name of a platform's second card: it says what it is about.
pub fn of_its_own(desk: &Desk, lang: Lang, platform: &str, ask: &offer::Ask) -> (String, String) {
    let kind = asset_word(desk, lang, platform, ask.of.as_str());
    (format!("{platform}-{}", ask.of), format!("{}: {kind}", platform_name(desk, platform)))
}

/// What has to be there before.
fn after(desk: &Desk, say: &PageWords, platform: &str, first: &[AssetType]) -> String {
    let words: Vec<_> = first.iter().map(|of| asset_word(desk, say.lang, platform, of.as_str())).collect();
    say.comes_after(&words.join(", ")).plain()
}

/// Says that the client does it by hand, where that is so.
pub fn by_hand(
    desk: &Desk,
    say: &PageWords,
    platform: &str,
    name: &str,
    asks: &[offer::Ask],
) -> Option<String> {
    attest::find_guide(desk, platform, asks)?;
    Some(say.by_hand(name).plain())
}

/// What is asked, one line for each kind and level.
pub fn asks<'a>(
    desk: &'a Desk,
    say: &'a PageWords,
    platform_id: &str,
    asks: Vec<offer::Ask>,
) -> Vec<Ask<'a>> {
    let mut out: Vec<(offer::Ask, usize, Vec<String>)> = Vec::new();
    for ask in asks {
        let same = |a: &offer::Ask| {
            (&a.of, a.level, &a.native_roles, a.wants_yes)
                == (&ask.of, ask.level, &ask.native_roles, ask.wants_yes)
        };
        let id = ask.external_id.clone();
        match out.iter_mut().find(|(a, ..)| same(a)) {
            Some((_, count, named)) => {
                *count += 1;
                named.extend(id);
            }
            None => out.push((ask, 1, id.into_iter().collect())),
        }
    }
    let platform = desk.registry.find(platform_id);
    let words = platform.map(|p| p.words_in(say.lang));
    let word = |id: String| match words.and_then(|words| words.find_text(&id)) {
        Some(found) => Cow::Borrowed(found),
        None => Cow::Owned(id),
    };
    let view = |(ask, count, named): (offer::Ask, usize, Vec<String>)| {
        let more = (ask.native_roles.as_ref(), ask.wants_yes);
        let (can, cannot) = can_and_cannot_with(desk, say.lang, platform_id, &ask.of, ask.level, more);
        let own_roles = || Some(&platform?.manifest.find_asset(&ask.of)?.levels.get(&ask.level)?.roles);
        let roles = ask.native_roles.as_ref().or_else(own_roles);
        Ask {
            asset: match count {
                1 => word(["asset-", ask.of.as_str()].concat()),
                n => format!("{n} {}", word(format!("asset-{}-many", ask.of))).into(),
            },
            named,
            level: level_word(say, ask.level),
            means: level_means(say, ask.level),
            can,
            cannot,
            native_roles: roles.into_iter().flatten().cloned().collect(),
        }
    };
    out.into_iter().map(view).collect()
}
