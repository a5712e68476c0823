//! The client's page as the client will see it: the same template, and nothing on it can be pressed.

use axum::extract::{Path, State};
use axum::response::Response;
use valetkey_agency_pages::SignedIn;
use valetkey_agency_pages::draft::Draft;
use valetkey_client_pages::link::{asks, by_hand, of_its_own};
use valetkey_client_pages::view::{Card, CardStep, Link};
use valetkey_pages::forms::Posted;
use valetkey_pages::frame::{initials, when};
use valetkey_pages::language::Speech;
use valetkey_pages::page_words::PageWords;
use valetkey_pages::view::{Badge, Tone};
use valetkey_pages::{Error, page, words};
use valetkey_sdk::remedy::Remedy;

use crate::app::requests::{ClientOf, DEFAULT_LINK_DAYS, WantedItem};
use crate::app::{AppError, attest, requests, scanned, sign_in};
use crate::desk::Desk;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

struct Shown {
    client: String,
    message: Option<String>,
    access_until: Option<i64>,
    link_until: i64,
    items: Vec<WantedItem>,
    /// The language that was chosen for the client.
    locale: Option<String>,
}

/// A request that was sent.
pub async fn show(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    let request = requests::get(&desk, &who.scope, &id).await?;
    let client = desk.store.get_client(&who.scope, &request.client_id).await.map_err(AppError::from)?;
    let mut items = Vec::new();
    for item in desk.store.list_items(&who.scope, &request.id).await.map_err(AppError::from)? {
        let (asks, required) = (sign_in::asks(&item)?, item.required);
        items.push(WantedItem { platform: item.platform, asks, required });
    }
    let shown = Shown {
        client: client.name,
        message: request.message,
        locale: request.locale,
        access_until: request.access_expires_at,
        link_until: request.link_expires_at,
        items,
    };
    draw(&desk, &who, shown)
}

/// One that is still being written.
pub async fn show_draft(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(fields): Posted<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let draft = Draft::of_form(fields)?;
    who.check(&desk, &draft.csrf)?;
    of_draft(&desk, &who, &draft).await
}

/// Whatever is missing is left open.
async fn of_draft(desk: &Desk, who: &SignedIn, draft: &Draft) -> Result<Response, Error> {
    let wanted = draft.wanted(desk).ok();
    let client = match wanted.as_ref().map(|w| &w.client) {
        Some(ClientOf::Known(id)) => {
            let found = desk.store.find_client(&who.scope, id).await.map_err(AppError::from)?;
            found.map(|c| c.name).unwrap_or_default()
        }
        _ => draft.name.trim().to_owned(),
    };
    let shown = Shown {
        locale: Some(draft.locale.clone()),
        client: if client.is_empty() { "your client".into() } else { client },
        message: Some(draft.message.trim().to_owned()).filter(|m| !m.is_empty()),
        access_until: wanted.as_ref().and_then(|w| w.access_expires_at),
        link_until: desk.now_ms()
            + wanted.as_ref().map_or(DEFAULT_LINK_DAYS, |w| w.link_expires_in_days) * DAY_MS,
        items: draft.items(desk).unwrap_or_default(),
    };
    draw(desk, who, shown)
}

fn draw(desk: &Desk, who: &SignedIn, shown: Shown) -> Result<Response, Error> {
    let asks = shown.items.iter().map(|i| i.asks.len()).sum();
    let mut frame = who.frame(desk, "Preview");
    let say = Speech::fixed(shown.locale.as_deref()).words;
    frame.words = say;
    // Nothing here is sent anywhere.
    frame.csrf = String::new();
    frame.preview = true;
    page(&Link {
        frame,
        client: shown.client,
        asked_by: format!("{}, {}", who.member.name, who.member.role),
        message: shown.message,
        asks,
        access_until: shown.access_until.map(|at| when(desk, say, at)),
        link_until: when(desk, say, shown.link_until),
        cards: scanned::cards(desk, &shown.items)
            .into_iter()
            .filter_map(|item| card(desk, say, item))
            .collect(),
        notice: None,
        receipt: None,
        settled: false,
        passed_by: None,
        handout: None,
    })
}

fn card<'a>(desk: &'a Desk, say: &'a PageWords, item: WantedItem) -> Option<Card<'a>> {
    let platform = desk.registry.find(&item.platform)?;
    let name = platform.manifest.name.clone();
    let scanned = scanned::asks_for_scan(desk, &item.platform, &item.asks);
    let (hook, title) = match item.asks.first().filter(|_| scanned) {
        Some(ask) => of_its_own(desk, say.lang, &item.platform, ask),
        None => (item.platform.clone(), name.clone()),
    };
    let step = if scanned {
        CardStep::Scan { action: String::new() }
    } else if attest::find_guide(desk, &item.platform, &item.asks).is_some() {
        CardStep::Guide { href: String::new() }
    } else if platform.connector.is_some() && desk.apps.contains_key(&item.platform) {
        CardStep::Connect { action: String::new() }
    } else {
        CardStep::Unable { advice: words::advice(desk, say, &item.platform, &Remedy::new("guided")) }
    };
    Some(Card {
        by_hand: by_hand(desk, say, &item.platform, &name, &item.asks).filter(|_| !scanned),
        asks: asks(desk, say, &item.platform, item.asks),
        initials: initials(&name),
        name: title,
        badge: Badge { word: "open".into(), label: say.card_open.to_string(), tone: Tone::Neutral },
        signed_in_as: None,
        lines: Vec::new(),
        ways: None,
        step,
        required: item.required,
        platform: hook,
    })
}
