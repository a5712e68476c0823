//! What a client can do on a card instead of signing in: leave it out, pass it on, ask for help.

use serde_json::json;
use valetkey_sdk::point;
use valetkey_sdk::secret::Secret;

use super::link::{Link, find_own_connection, get_item, require_open};
use super::{AppError, TRIES, Why, invalid, sign_in};
use crate::desk::{At, Desk};
use crate::engine::state::Effect;
use crate::engine::state::item::{self, Event, State};
use crate::engine::{card, record};
use crate::ids::HelpId;
use crate::store::cards::{HandOver, Help};
use crate::store::items::Item;
use crate::store::links::{NewLink, Subject};
use crate::store::{StoreError, Write};

const HOUR_MS: i64 = 60 * 60 * 1000;
/// How often help can be asked for on one card within an hour.
const MOST_HELP: i64 = 5;
/// The longest note, in characters.
const MAX_NOTE: usize = 500;

/// Leaves the card out, or opens it again.
pub async fn change(desk: &Desk, link: &Link, id: &str, event: Event, action: &str) -> Result<(), AppError> {
    transit(desk, link, id, event, action, |_| Vec::new()).await
}

/// Passes one card on. The token of its own link comes back; it is made once.
pub async fn hand_over(
    desk: &Desk,
    link: &Link,
    id: &str,
    browser: Option<&str>,
) -> Result<Secret, AppError> {
    let item = get_item(desk, link, id).await?;
    if let Some(token) = find_card_token(desk, link, &item).await? {
        if State::parse(&item.state) != Some(State::HandedOver) {
            let by = passed_by(desk, link, &item, browser).await?;
            let over = HandOver { item_id: item.id.clone(), passed_by: by, at: desk.now_ms() };
            transit(desk, link, id, Event::HandOver, "item.handed_over", |_| {
                vec![Write::HandOver(over.clone())]
            })
            .await?;
        }
        return Ok(token);
    }
    let token = desk.random.token();
    let at = At("link", "sealed", item.id.as_str());
    let new = NewLink {
        token_hash: desk.hash_link(token.expose()),
        subject: Subject::Card(item.id.clone()),
        sealed: desk.seal(&link.scope, at, token.expose().as_bytes()).await?,
        created_at: desk.now_ms(),
    };
    let by = passed_by(desk, link, &item, browser).await?;
    let over = HandOver { item_id: item.id.clone(), passed_by: by, at: desk.now_ms() };
    transit(desk, link, id, Event::HandOver, "item.handed_over", |_| {
        vec![Write::NewLink(new.clone()), Write::HandOver(over.clone())]
    })
    .await?;
    // Whoever was first made the link.
    find_card_token(desk, link, &item).await?.ok_or(AppError::Stale("this card"))
}

/// The link of a card that was passed on, for showing it again.
pub async fn find_card_token(desk: &Desk, link: &Link, item: &Item) -> Result<Option<Secret>, AppError> {
    let subject = Subject::Card(item.id.clone());
    let Some(sealed) = desk.store.find_sealed_link(&link.scope, &subject, -1).await? else { return Ok(None) };
    let plain = desk.open(&link.scope, At("link", "sealed", item.id.as_str()), &sealed).await?;
    let token = std::str::from_utf8(&plain).map_err(|e| AppError::Internal(e.into()))?;
    Ok(Some(Secret::new(token)))
}

/// Whoever signed in here, or else the client by name.
async fn passed_by(desk: &Desk, link: &Link, item: &Item, browser: Option<&str>) -> Result<String, AppError> {
    for other in desk.store.list_items(&link.scope, &item.request_id).await? {
        if let Some(own) = find_own_connection(desk, &link.scope, &other, browser).await? {
            return Ok(sign_in::identity_of(&own)?.name);
        }
    }
    let client = desk.store.get_client(&link.scope, &link.request.client_id).await?;
    Ok(format!("somebody at {}", client.name))
}

/// Tells the agency that this card needs a hand: which card, what went wrong, when, and a note.
pub async fn help(desk: &Desk, link: &Link, id: &str, note: Option<&str>) -> Result<(), AppError> {
    require_open(link)?;
    let item = get_item(desk, link, id).await?;
    let note = note.map(str::trim).filter(|n| !n.is_empty());
    if note.is_some_and(|n| n.chars().count() > MAX_NOTE) {
        return Err(invalid("note", Why::message("note-too-long", &[("most", &MAX_NOTE.to_string())])));
    }
    let now = desk.now_ms();
    let help = Help {
        id: HelpId::new(&desk.clock, &desk.random),
        request_id: link.request.id.clone(),
        item_id: item.id.clone(),
        note: note.map(str::to_owned),
        at: now,
        since: now - HOUR_MS,
        most: MOST_HELP,
    };
    let trouble = item.trouble.as_deref().and_then(|t| serde_json::from_str::<serde_json::Value>(t).ok());
    // What the person wrote stays out of the log, which is never erased.
    let data = json!({
        "help": help.id, "platform": item.platform, "state": item.state, "trouble": trouble,
        "note": note.is_some(),
    });
    let mut writes = vec![
        Write::Help(help),
        record::audit(desk, "item.help_wanted", item.id.as_str(), Some(&link.request.id), data),
    ];
    let told = [Effect::Emit("item.help_wanted")];
    writes.extend(record::events(desk, &told, item.id.as_str(), Some(&link.request.id)));
    Ok(desk.store.commit(point!("help"), &link.scope, writes).await?)
}

/// The card's transition with audit record, events, and what becomes of the request, in one transaction.
async fn transit(
    desk: &Desk,
    link: &Link,
    id: &str,
    event: Event,
    action: &str,
    more: impl Fn(&Item) -> Vec<Write>,
) -> Result<(), AppError> {
    require_open(link)?;
    for _ in 0..TRIES {
        let item = get_item(desk, link, id).await?;
        let state = State::parse(&item.state).ok_or(AppError::NotFound("the card"))?;
        let (next, effects) = match item::next(state, event) {
            Ok(next) => next,
            // Pressed twice is pressed once.
            Err(_) if is_so(state, event) => return Ok(()),
            Err(_) => {
                return Err(AppError::Conflict(Why::message("card-stays", &[])));
            }
        };
        let data = json!({"from": state.word(), "to": next.word(), "platform": item.platform, "how": next});
        let mut writes = more(&item);
        writes.push(record::audit(desk, action, item.id.as_str(), Some(&link.request.id), data));
        writes.extend(record::events(desk, &effects, item.id.as_str(), Some(&link.request.id)));
        let id = item.id.clone();
        writes.push(Write::Item(Box::new(Item { state: next.as_str().into(), trouble: None, ..item })));
        match desk.store.commit_then(point!("transit"), &link.scope, writes, id, card::after_card(desk)).await
        {
            Ok(()) => return Ok(()),
            Err(StoreError::Stale(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("this card"))
}

fn is_so(state: State, event: Event) -> bool {
    matches!(
        (state, event),
        (State::SkippedNotHave, Event::SkipNotHave)
            | (State::SkippedDeclined, Event::SkipDeclined)
            | (State::Open, Event::Reopen)
            | (State::HandedOver, Event::HandOver)
    )
}
