//! Requests: checked, sent, cancelled.

use serde_json::json;
use valetkey_sdk::access::{Roles, Why};
use valetkey_sdk::secret::Secret;

use super::offer::Ask;
use super::{AppError, TRIES, invalid};
use crate::desk::{At, Desk};
use crate::engine::state::grant::{self, Event as GrantEvent};
use crate::engine::state::item;
use crate::engine::state::request::{self, State};
use crate::engine::{card, record};
use crate::ids::{ClientId, GranteeId, ItemId, MemberId, RequestId};
use crate::store::clients::Client;
use crate::store::grantees::Grantee;
use crate::store::items::Item;
use crate::store::requests::{NewRequest, Request};
use crate::store::{Actor, Scope, StoreError, Write};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
pub const DEFAULT_LINK_DAYS: i64 = 14;
const MAX_LINK_DAYS: i64 = 365;
const MAX_ITEMS: usize = 60;
const MAX_ASKS: usize = 20;

/// What an agency asks of one client.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub client: ClientOf,
    pub items: Vec<WantedItem>,
    pub grantee_ids: Vec<GranteeId>,
    pub link_expires_in_days: i64,
    pub access_expires_at: Option<i64>,
    pub message: Option<String>,
}

#[derive(Clone, Debug)]
pub enum ClientOf {
    Known(ClientId),
    New { name: String, email: String },
}

#[derive(Clone, Debug)]
pub struct WantedItem {
    pub platform: String,
    pub asks: Vec<Ask>,
    pub required: bool,
}

/// A request that was sent, and its link.
pub struct Sent {
    pub request: Request,
    pub url: String,
}

/// Checks everything, then writes request, cards and link at once. `dry_run` only checks.
pub async fn send(
    desk: &Desk,
    scope: &Scope,
    wanted: Wanted,
    dry_run: bool,
) -> Result<Option<Sent>, AppError> {
    let now = desk.now_ms();
    check(desk, &wanted, now)?;
    let (client_id, client) = client(desk, scope, &wanted.client).await?;
    let grantees = desk.store.list_grantees(scope).await?;
    if wanted.grantee_ids.iter().any(|id| grantees.iter().all(|g| &g.id != id)) {
        return Err(invalid("grantee_ids", "nobody of yours who receives access has this id"));
    }
    let id = RequestId::new(&desk.clock, &desk.random);
    let mut items = Vec::new();
    for (position, wanted_item) in (0_i64..).zip(&wanted.items) {
        let grantee = grantee(desk, &grantees, &wanted.grantee_ids, &wanted_item.platform)?;
        items.push(item_row(desk, &id, position, wanted_item, grantee)?);
    }
    if dry_run {
        return Ok(None);
    }
    let token = desk.random.token();
    let (state, effects) =
        request::next(State::Draft, request::Event::Send).map_err(|e| AppError::Internal(e.into()))?;
    let request = Request {
        id: id.clone(),
        client_id,
        member_id: member(scope),
        state: state.as_str().into(),
        message: wanted.message.clone(),
        link_expires_at: now + wanted.link_expires_in_days * DAY_MS,
        access_expires_at: wanted.access_expires_at,
        created_at: now,
        completed_at: None,
        rev: 0,
    };
    let platforms: Vec<_> = items.iter().map(|i| i.platform.clone()).collect();
    let sealed = desk.seal(scope, At("link", "sealed", id.as_str()), token.expose().as_bytes()).await?;
    let new = NewRequest {
        request: request.clone(),
        client,
        items,
        link_hash: desk.hash_link(token.expose()),
        link_sealed: sealed,
    };
    let data = json!({"to": state.as_str(), "platforms": platforms});
    let mut writes = vec![
        record::audit(desk, "request.sent", id.as_str(), Some(&id), data),
        Write::NewRequest(Box::new(new)),
    ];
    writes.extend(record::events(desk, &effects, id.as_str(), Some(&id)));
    desk.store.commit(scope, writes).await?;
    Ok(Some(Sent { url: super::link::address(desk, token.expose()), request }))
}

fn check(desk: &Desk, wanted: &Wanted, now: i64) -> Result<(), AppError> {
    if wanted.items.is_empty() || wanted.items.len() > MAX_ITEMS {
        return Err(invalid("items", format!("ask for 1 to {MAX_ITEMS} platforms")));
    }
    if !(1..=MAX_LINK_DAYS).contains(&wanted.link_expires_in_days) {
        return Err(invalid("link_expires_in_days", format!("choose 1 to {MAX_LINK_DAYS} days")));
    }
    if wanted.access_expires_at.is_some_and(|at| at <= now) {
        return Err(invalid("access_expires_at", "this time is in the past"));
    }
    if wanted.message.as_ref().is_some_and(|m| m.chars().count() > 2_000) {
        return Err(invalid("message", "at most 2,000 characters"));
    }
    for item in &wanted.items {
        check_item(desk, item)?;
    }
    Ok(())
}

fn check_item(desk: &Desk, item: &WantedItem) -> Result<(), AppError> {
    let platform = desk.registry.find(&item.platform);
    let platform =
        platform.ok_or_else(|| invalid("platform", format!("{} is not a platform here", item.platform)))?;
    if item.asks.is_empty() || item.asks.len() > MAX_ASKS {
        return Err(invalid(
            "assets",
            format!("ask for 1 to {MAX_ASKS} kinds of assets on {}", item.platform),
        ));
    }
    for (i, ask) in item.asks.iter().enumerate() {
        let facts = platform.manifest.find_asset(&ask.of).filter(|a| !a.levels.is_empty());
        let facts = facts
            .ok_or_else(|| invalid("type", format!("{} has no asset type {}", item.platform, ask.of)))?;
        let Some(level) = facts.levels.get(&ask.level) else {
            return Err(invalid("level", format!("{} does not offer {}", ask.of, ask.level.as_str())));
        };
        // The page says in words what the level allows: roles of one's own may be fewer, never more.
        let fits =
            |own: &Roles| !own.is_empty() && facts.closure(own).is_subset(&facts.announced(&level.roles));
        if ask.native_roles.as_ref().is_some_and(|own| !fits(own)) {
            let problem = format!("choose among the roles of {} {}", ask.of, ask.level.as_str());
            return Err(invalid("native_roles", problem));
        }
        if ask.external_id.as_ref().is_some_and(|id| !facts.id.allows(id)) {
            return Err(invalid("external_id", format!("this cannot be an id of a {}", ask.of)));
        }
        let earlier = &item.asks[..i];
        if earlier.iter().any(|e| e.of == ask.of && e.external_id == ask.external_id) {
            return Err(invalid("assets", format!("{} is asked for twice", ask.of)));
        }
    }
    Ok(())
}

async fn client(desk: &Desk, scope: &Scope, of: &ClientOf) -> Result<(ClientId, Option<Client>), AppError> {
    match of {
        ClientOf::Known(id) => match desk.store.find_client(scope, id).await? {
            Some(client) => Ok((client.id, None)),
            None => Err(invalid("client_id", "no client of yours has this id")),
        },
        ClientOf::New { name, email } => {
            let name = name.trim();
            if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
                return Err(invalid("client.name", "give a name of 1 to 200 characters"));
            }
            let plausible =
                email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
            if !plausible || email.len() > 254 || email.chars().any(|c| c.is_control() || c.is_whitespace()) {
                return Err(invalid("client.email", "this is not an e-mail address"));
            }
            let id = ClientId::new(&desk.clock, &desk.random);
            Ok((id.clone(), Some(Client { id, name: name.into(), email: email.clone() })))
        }
    }
}

/// The grantee for a platform: the one named, or the only one. It must be proven where it can be.
fn grantee<'a>(
    desk: &Desk,
    all: &'a [Grantee],
    named: &[GranteeId],
    platform: &str,
) -> Result<&'a Grantee, AppError> {
    let mine: Vec<_> = all.iter().filter(|g| g.platform == platform).collect();
    let chosen: Vec<_> = mine.iter().copied().filter(|g| named.contains(&g.id)).collect();
    let grantee = match (chosen.as_slice(), mine.as_slice()) {
        ([one], _) | ([], [one]) => *one,
        ([], []) => {
            return Err(invalid("grantee_ids", format!("{platform}: add who receives the access first")));
        }
        ([], _) => {
            return Err(invalid("grantee_ids", format!("{platform}: say which one receives the access")));
        }
        _ => {
            return Err(invalid("grantee_ids", format!("{platform}: name only one who receives the access")));
        }
    };
    let facts = desk.registry.find(platform).and_then(|p| p.manifest.find_grantee(&grantee.kind));
    // Where no app is set up nobody can sign in to prove it: the client is told that it was typed.
    let can_prove = desk.apps.contains_key(platform);
    if facts.is_some_and(|f| f.proven_by.is_some()) && grantee.proven_at.is_none() && can_prove {
        let problem =
            format!("{platform}: sign in there first, so that {} is proven to be yours", grantee.label);
        return Err(invalid("grantee_ids", problem));
    }
    Ok(grantee)
}

fn item_row(
    desk: &Desk,
    request: &RequestId,
    position: i64,
    wanted: &WantedItem,
    grantee: &Grantee,
) -> Result<Item, AppError> {
    Ok(Item {
        id: ItemId::new(&desk.clock, &desk.random),
        request_id: request.clone(),
        platform: wanted.platform.clone(),
        position,
        required: wanted.required,
        state: item::State::Open.as_str().into(),
        asks: serde_json::to_string(&wanted.asks).map_err(|e| AppError::Internal(e.into()))?,
        grantee_id: grantee.id.clone(),
        grantee_frozen: grantee.external_id.clone(),
        connection_id: None,
        offer: None,
        choice: None,
        trouble: None,
        rev: 0,
    })
}

fn member(scope: &Scope) -> Option<MemberId> {
    match scope.actor() {
        Actor::Member(id) => Some(id.clone()),
        _ => None,
    }
}

pub async fn get(desk: &Desk, scope: &Scope, id: &str) -> Result<Request, AppError> {
    let found = desk.store.find_request(scope, &RequestId::from_text(id)).await?;
    found.ok_or(AppError::NotFound("the request"))
}

/// Ends the link. Access that is there stays; what was not reached yet is not gone after any more.
pub async fn cancel(desk: &Desk, scope: &Scope, id: &str) -> Result<Request, AppError> {
    for _ in 0..TRIES {
        let request = get(desk, scope, id).await?;
        let writes = cancel_writes(desk, scope, &request).await?;
        match desk.store.commit(scope, writes).await {
            Ok(()) => {
                desk.wake.notify_one();
                return get(desk, scope, id).await;
            }
            Err(StoreError::Stale(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("the request"))
}

async fn cancel_writes(desk: &Desk, scope: &Scope, r: &Request) -> Result<Vec<Write>, AppError> {
    let state = State::parse(&r.state).ok_or(AppError::NotFound("the request"))?;
    let mut out = card::request_event(desk, r, request::Event::Cancel);
    if out.is_empty() {
        return Err(AppError::Conflict(format!("a request that is {} cannot be cancelled", state.as_str())));
    }
    for item in desk.store.list_items(scope, &r.id).await? {
        for row in desk.store.list_grants_of_item(scope, &item.id).await? {
            let before = super::grants::state(&row)?;
            if card::is_rest(&row.word) {
                continue;
            }
            if let Ok((to, effects)) = grant::next(&before, GrantEvent::End(Why::Cancelled), desk.clock.now())
            {
                out.extend(record::writes(desk, &row, &to, &effects, "grant.cancel_asked", json!({})));
                out.push(record::look(desk, &row, desk.now_ms()));
            }
        }
    }
    Ok(out)
}

/// A link's token from its address, for the demo.
pub fn token_of(url: &str) -> Option<Secret> {
    url.rsplit_once("/r/").map(|(_, token)| Secret::new(token))
}
