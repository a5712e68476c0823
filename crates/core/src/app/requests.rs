//! Requests: checked, sent; how one changes afterwards is in `change`.

mod change;
mod check;

use serde_json::json;
use valetkey_sdk::point;
use valetkey_sdk::secret::Secret;

use super::display_name::DisplayName;
use super::offer::Ask;
use super::{AppError, clients, invalid, mails, scanned, staff};
use crate::desk::{At, Desk};
use crate::engine::record;
use crate::engine::state::item;
use crate::engine::state::request::{self, State};
use crate::ids::{ClientId, GranteeId, ItemId, MemberId, RequestId, TemplateId};
use crate::store::clients::Client;
use crate::store::grantees::Grantee;
use crate::store::items::Item;
use crate::store::requests::{NewRequest, Request};
use crate::store::{Actor, Scope, Write};

pub use change::{Extension, cancel, extend, resend};
pub use check::{check_access_end, check_items, check_locale, require_method, require_proven};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
pub const DEFAULT_LINK_DAYS: i64 = 14;
pub const MAX_LINK_DAYS: i64 = 365;
/// Access can be asked for until this many days ahead.
pub const MAX_ACCESS_DAYS: i64 = 3_650;
/// What an agency asks of one client.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub client: ClientOf,
    pub items: Vec<WantedItem>,
    pub grantee_ids: Vec<GranteeId>,
    pub link_expires_in_days: i64,
    pub access_expires_at: Option<i64>,
    pub message: Option<String>,
    /// The agency's own number or name for it.
    pub customer_reference: Option<String>,
    /// The tag of a language that the client's pages are written in ([`valetkey_sdk::lang::Lang`]). None: what the browser asks for.
    pub locale: Option<String>,
    /// Where the items came from.
    pub template_id: Option<TemplateId>,
    /// The link is mailed to the client, where mail can be sent.
    pub by_mail: bool,
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

/// A request that was checked, before anything is written.
pub struct Plan {
    pub request: Request,
    pub client: Client,
    pub is_new_client: bool,
    pub items: Vec<PlannedItem>,
}

/// A card, and who would receive the access.
pub struct PlannedItem {
    pub item: Item,
    pub asks: Vec<Ask>,
    pub grantee: Grantee,
    /// Who of the agency is assigned afterwards.
    pub staff: Vec<Grantee>,
}

/// Checks everything and writes nothing.
pub async fn plan(desk: &Desk, scope: &Scope, wanted: &Wanted) -> Result<Plan, AppError> {
    let now = desk.now_ms();
    check::check(desk, wanted, now)?;
    let (client, is_new_client) = client(desk, scope, &wanted.client).await?;
    let grantees = desk.store.list_grantees(scope).await?;
    if wanted.grantee_ids.iter().any(|id| grantees.iter().all(|g| &g.id != id)) {
        return Err(invalid("grantee_ids", "nobody of yours who receives access has this id"));
    }
    let id = RequestId::new(&desk.clock, &desk.random);
    let mut items = Vec::new();
    for (position, wanted_item) in (0_i64..).zip(&scanned::cards(desk, &wanted.items)) {
        let named = &wanted.grantee_ids;
        let grantee = check::grantee(desk, &grantees, named, wanted_item)?;
        let at_platform = wanted.items.iter().filter(|other| other.platform == wanted_item.platform);
        let asks: Vec<_> = at_platform.flat_map(|other| &other.asks).collect();
        let staff = staff::choose(desk, &grantees, named, grantee, &asks)?;
        let mut item = item_row(desk, &id, position, wanted_item, grantee)?;
        item.staff = staff::frozen(&staff)?;
        let staff = staff.into_iter().cloned().collect();
        items.push(PlannedItem { item, asks: wanted_item.asks.clone(), grantee: grantee.clone(), staff });
    }
    let request = Request {
        id,
        client_id: client.id.clone(),
        member_id: member(scope),
        state: State::Draft.as_str().into(),
        message: wanted.message.clone(),
        customer_reference: wanted.customer_reference.clone(),
        locale: wanted.locale.clone(),
        template_id: wanted.template_id.clone(),
        link_expires_at: now + wanted.link_expires_in_days * DAY_MS,
        access_expires_at: wanted.access_expires_at,
        created_at: now,
        completed_at: None,
        rev: 0,
    };
    Ok(Plan { request, client, is_new_client, items })
}

/// Checks everything, then writes request, cards and link at once. `dry_run` only checks.
pub async fn send(
    desk: &Desk,
    scope: &Scope,
    wanted: Wanted,
    dry_run: bool,
) -> Result<Option<Sent>, AppError> {
    let Plan { mut request, client, is_new_client, items } = plan(desk, scope, &wanted).await?;
    if dry_run {
        return Ok(None);
    }
    let id = request.id.clone();
    let token = desk.random.token();
    let (state, effects) =
        request::next(State::Draft, request::Event::Send).map_err(|e| AppError::Internal(e.into()))?;
    request.state = state.as_str().into();
    let platforms: Vec<_> = items.iter().map(|i| i.item.platform.clone()).collect();
    let sealed = desk.seal(scope, At("link", "sealed", id.as_str()), token.expose().as_bytes()).await?;
    let new = NewRequest {
        request: request.clone(),
        client: is_new_client.then_some(client),
        items: items.into_iter().map(|i| i.item).collect(),
        link_hash: desk.hash_link(token.expose()),
        link_sealed: sealed,
    };
    let data = json!({"to": state.as_str(), "platforms": platforms});
    let mut writes = vec![
        record::audit(desk, "request.sent", id.as_str(), Some(&id), data),
        Write::NewRequest(Box::new(new)),
    ];
    writes.extend(record::events(desk, &effects, id.as_str(), Some(&id)));
    if wanted.by_mail {
        writes.extend(mails::link(desk, &request, None));
    }
    desk.store.commit(point!("send"), scope, writes).await?;
    desk.wake.notify_one();
    Ok(Some(Sent { url: super::link::address(desk, token.expose()), request }))
}

async fn client(desk: &Desk, scope: &Scope, of: &ClientOf) -> Result<(Client, bool), AppError> {
    match of {
        ClientOf::Known(id) => match desk.store.find_client(scope, id).await? {
            Some(client) => Ok((client, false)),
            None => Err(invalid("client_id", "no client of yours has this id")),
        },
        ClientOf::New { name, email } => {
            let name = DisplayName::parse(name).map_err(|e| e.in_field("client.name"))?.into_string();
            clients::check_email("client.email", email)?;
            Ok((clients::fresh(desk, name, email.clone()), true))
        }
    }
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
        staff: None,
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

/// A link's token from its address, for the demo.
pub fn token_of(url: &str) -> Option<Secret> {
    url.rsplit_once("/r/").map(|(_, token)| Secret::new(token))
}
