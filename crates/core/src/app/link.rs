//! Opening a link: which request it is, and whether it still takes anything.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use valetkey_sdk::point;
use valetkey_sdk::secret::Secret;

use super::{AppError, Why};
use crate::defence;
use crate::desk::{At, Desk};
use crate::engine::card;
use crate::engine::state::request::{Event, State};
use crate::ids::ItemId;
use crate::store::agencies::{Agency, Member};
use crate::store::clients::Client;
use crate::store::connections::Connection;
use crate::store::items::{Card, Item};
use crate::store::links::{self, Subject};
use crate::store::requests::Request;
use crate::store::{Scope, StoreError};

/// A link that leads to a request.
pub struct Link {
    pub scope: Scope,
    pub request: Request,
    pub token: Secret,
    pub standing: Standing,
    /// The link was made for this card and shows no other.
    pub only: Option<ItemId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Takes connections and approvals.
    Open,
    /// Every required card is done; the receipt can be seen in the browser that did it.
    Complete,
    Expired,
}

/// Why a card could not go on, kept with the card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// A remedy of the platform's words, or of the product's own.
    pub remedy: valetkey_sdk::remedy::Remedy,
}

/// A link, with everything that stands at the top of its pages.
pub struct Opened {
    pub link: Link,
    pub agency: Agency,
    pub client: Client,
    /// Who asks.
    pub asker: Option<Member>,
    /// The link is for one card, and this person passed it on.
    pub passed_by: Option<String>,
}

/// The request behind a link. Unknown and cancelled answer the same.
pub async fn find(desk: &Desk, token: &str) -> Result<Link, AppError> {
    let found = desk.store.find_asked(&desk.hash_link(token)).await?;
    judge(desk, token, found.ok_or(AppError::NotFound("the link"))?)
}

/// The same with one of its cards.
pub async fn find_with_card(desk: &Desk, token: &str, id: &ItemId) -> Result<(Link, Card), AppError> {
    let found = desk.store.find_asked_with_card(&desk.hash_link(token), id).await?;
    let (asked, card) = found.ok_or(AppError::NotFound("the link"))?;
    let link = judge(desk, token, asked)?;
    let card = own_card(&link, card)?;
    Ok((link, card))
}

/// The same with who asks whom.
pub async fn open(desk: &Desk, token: &str) -> Result<Opened, AppError> {
    let found = desk.store.open_link(&desk.hash_link(token)).await?;
    with_who(desk, token, found.ok_or(AppError::NotFound("the link"))?)
}

/// The same with the cards that it shows.
pub async fn open_with_items(desk: &Desk, token: &str) -> Result<(Opened, Arc<[Item]>), AppError> {
    let found = desk.store.open_link_with_items(&desk.hash_link(token)).await?;
    let (found, items) = found.as_deref().cloned().ok_or(AppError::NotFound("the link"))?;
    let opened = with_who(desk, token, found)?;
    let items = match opened.link.only {
        Some(_) => items.iter().filter(|item| shows(&opened.link, item)).cloned().collect(),
        None => items,
    };
    Ok((opened, items))
}

fn with_who(desk: &Desk, token: &str, found: links::Opened) -> Result<Opened, AppError> {
    let links::Opened { asked, agency, client, asker, passed_by } = found;
    Ok(Opened { link: judge(desk, token, asked)?, agency, client, asker, passed_by })
}

/// Whether what was found still takes anything.
fn judge(desk: &Desk, token: &str, found: links::Asked) -> Result<Link, AppError> {
    let links::Asked { scope, request, only } = found;
    let standing = match State::parse(&request.state) {
        Some(State::Cancelled | State::Draft) | None => return Err(AppError::NotFound("the link")),
        Some(State::Complete) => Standing::Complete,
        Some(State::Expired) => Standing::Expired,
        Some(_) if request.link_expires_at <= desk.now_ms() && defence::link_expiry() => Standing::Expired,
        Some(_) => Standing::Open,
    };
    Ok(Link { scope, request, token: Secret::new(token), standing, only })
}

/// Notes that somebody opened it. The only thing that looking changes.
pub async fn opened(desk: &Desk, link: &Link) -> Result<(), AppError> {
    if link.standing != Standing::Open || link.request.state != State::Sent.as_str() {
        return Ok(());
    }
    let writes = card::request_event(desk, &link.request, Event::Open);
    match desk.store.commit(point!("opened"), &link.scope, writes).await {
        // Somebody else opened it in the same moment.
        Ok(()) | Err(StoreError::Stale(_)) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

/// A card of this link; another request's card is not found.
pub async fn get_item(desk: &Desk, link: &Link, id: &str) -> Result<Item, AppError> {
    let item = desk.store.find_item(&link.scope, &ItemId::from_text(id)).await?;
    item.filter(|i| is_of(link, i)).ok_or(AppError::NotFound("the card"))
}

/// The same with the connection that it was made with, and who receives the access.
pub async fn get_card(desk: &Desk, link: &Link, id: &ItemId) -> Result<Card, AppError> {
    own_card(link, desk.store.find_card(&link.scope, id).await?)
}

fn own_card(link: &Link, card: Option<Card>) -> Result<Card, AppError> {
    card.filter(|card| is_of(link, &card.item)).ok_or(AppError::NotFound("the card"))
}

fn is_of(link: &Link, item: &Item) -> bool {
    item.request_id == link.request.id && shows(link, item)
}

/// The cards that this link shows.
pub async fn list_items(desk: &Desk, link: &Link) -> Result<Vec<Item>, AppError> {
    let mut items = desk.store.list_items(&link.scope, &link.request.id).await?;
    items.retain(|item| shows(link, item));
    Ok(items)
}

fn shows(link: &Link, item: &Item) -> bool {
    link.only.as_ref().is_none_or(|only| only == &item.id)
}

/// The connection of a card, when this browser made it.
pub async fn find_own_connection(
    desk: &Desk,
    scope: &Scope,
    item: &Item,
    browser: Option<&str>,
) -> Result<Option<Connection>, AppError> {
    let (Some(id), Some(browser)) = (&item.connection_id, browser) else { return Ok(None) };
    let found = desk.store.find_connection(scope, id).await?;
    Ok(found.filter(|c| is_own(desk, c, browser)))
}

/// Whether this browser made the connection.
pub fn is_own(desk: &Desk, connection: &Connection, browser: &str) -> bool {
    Secret::new(&connection.browser_hash).matches(&desk.hash_session(browser))
}

/// Fails unless this browser made the card's connection.
pub async fn get_own_connection(
    desk: &Desk,
    scope: &Scope,
    item: &Item,
    browser: Option<&str>,
) -> Result<Connection, AppError> {
    find_own_connection(desk, scope, item, browser).await?.ok_or(AppError::OtherBrowser)
}

pub fn require_open(link: &Link) -> Result<(), AppError> {
    match link.standing {
        Standing::Open | Standing::Complete => Ok(()),
        Standing::Expired => Err(AppError::Conflict(Why::message("link-expired", &[]))),
    }
}

/// The link's address, for copying it again.
pub async fn url(desk: &Desk, scope: &Scope, request: &Request) -> Result<String, AppError> {
    let subject = Subject::Request(request.id.clone());
    let sealed = desk.store.find_sealed_link(scope, &subject, -1).await?;
    let sealed = sealed.ok_or(AppError::NotFound("the link"))?;
    let token = desk.open(scope, At("link", "sealed", request.id.as_str()), &sealed).await?;
    let token = std::str::from_utf8(&token).map_err(|e| AppError::Internal(e.into()))?;
    Ok(address(desk, token))
}

pub fn address(desk: &Desk, token: &str) -> String {
    format!("{}/r/{token}", desk.public_url.as_str().trim_end_matches('/'))
}
