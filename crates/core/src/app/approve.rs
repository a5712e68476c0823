//! Choosing and approving: indexes into the card's own listing, terms as the page showed them.

use serde_json::json;
use valetkey_sdk::access::AssetRef;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::Method;
use valetkey_sdk::point;

use super::link::{Link, find_with_card, get_card, is_own, require_open};
use super::offer::{Ask, Entry, Offer};
use super::promised::{Yes, natural_key};
use super::sign_in::{asks, identity_of, json_text};
use super::{AppError, TRIES, Why, invalid};
use crate::defence;
use crate::desk::Desk;
use crate::engine::state::{Effect, item, request};
use crate::engine::{card, record};
use crate::ids::{ApprovalId, GrantId, ItemId};
use crate::store::basis::Basis;
use crate::store::connections::Connection;
use crate::store::grantees::Grantee;
use crate::store::grants::GrantRow;
use crate::store::items::{Card, Item};
use crate::store::write::Approval;
use crate::store::{StoreError, Write};

/// The card's listing, for the browser that signed in.
pub struct Listing {
    pub item: Item,
    pub connection: Connection,
    pub asks: Vec<Ask>,
    pub offer: Offer,
    pub chosen: Vec<usize>,
}

impl Listing {
    pub fn chosen_entries(&self) -> impl Iterator<Item = &Entry> {
        self.chosen.iter().filter_map(|i| self.offer.entries.get(*i))
    }
}

pub async fn listing(
    desk: &Desk,
    link: &Link,
    item: &ItemId,
    browser: Option<&str>,
) -> Result<Listing, AppError> {
    Ok(listed(desk, get_card(desk, link, item).await?, browser)?.0)
}

/// The same and who receives the access.
fn listed(desk: &Desk, card: Card, browser: Option<&str>) -> Result<(Listing, Option<Grantee>), AppError> {
    let Card { item, grantee, connection } = card;
    let own = connection.filter(|c| browser.is_some_and(|browser| is_own(desk, c, browser)));
    let connection = own.ok_or(AppError::OtherBrowser)?;
    let parse = |text: &Option<String>| text.clone().ok_or(AppError::Stale("the listing"));
    let offer = serde_json::from_str(&parse(&item.offer)?).map_err(|e| AppError::Internal(e.into()))?;
    let chosen = match &item.choice {
        Some(text) => serde_json::from_str(text).map_err(|e| AppError::Internal(e.into()))?,
        None => Vec::new(),
    };
    Ok((Listing { asks: asks(&item)?, item, connection, offer, chosen }, grantee))
}

/// Keeps the picks. Nothing happens at the platform.
pub async fn choose(
    desk: &Desk,
    link: &Link,
    item: &ItemId,
    browser: Option<&str>,
    picks: &[String],
) -> Result<(), AppError> {
    require_open(link)?;
    let mut listing = listing(desk, link, item, browser).await?;
    let picks = if defence::own_listing() {
        check(&listing.offer, picks)?
    } else {
        let picks = as_typed(&mut listing.offer, picks);
        listing.item.offer = Some(json_text(&listing.offer)?);
        picks
    };
    let state = item::State::parse(&listing.item.state).ok_or(AppError::NotFound("the card"))?;
    let (next, _) = item::next(state, item::Event::Choose)
        .map_err(|_| AppError::Conflict(Why::message("approved-already", &[])))?;
    let choice = json_text(&picks)?;
    let data = json!({"from": state.word(), "to": next.word(), "picks": picks.len()});
    let id = listing.item.id.clone();
    let writes = vec![
        record::audit(desk, "item.chosen", id.as_str(), Some(&link.request.id), data),
        Write::Item(Box::new(Item {
            state: next.as_str().into(),
            choice: Some(choice),
            trouble: None,
            ..listing.item
        })),
    ];
    Ok(desk.store.commit(point!("choose"), &link.scope, writes).await?)
}

/// Only indexes of this listing, each once, none that is blocked.
fn check(offer: &Offer, picks: &[String]) -> Result<Vec<usize>, AppError> {
    if picks.is_empty() {
        return Err(invalid("pick", Why::message("pick-one", &[])));
    }
    if picks.len() > offer.entries.len() {
        return Err(invalid("pick", Why::message("pick-too-many", &[])));
    }
    let mut chosen = Vec::with_capacity(picks.len());
    for pick in picks {
        let unlisted = || invalid("pick", Why::message("pick-unlisted", &[]));
        let index: usize = pick.parse().map_err(|_| unlisted())?;
        let entry = offer.entries.get(index).ok_or_else(unlisted)?;
        if entry.blocked.is_some() {
            let why = Why::message("picked-blocked", &[("asset", &entry.asset.name)]);
            return Err(invalid("pick", why));
        }
        if chosen.contains(&index) {
            return Err(invalid("pick", Why::message("pick-twice", &[])));
        }
        chosen.push(index);
    }
    Ok(chosen)
}

/// What a build without T12's defence takes: any id as it was typed, for an asset like the first one listed.
fn as_typed(offer: &mut Offer, picks: &[String]) -> Vec<usize> {
    let listed = offer.entries.len();
    let like = offer.entries.first().cloned();
    let typed = |id: &String| {
        let mut entry = like.clone()?;
        entry.asset.on = AssetRef::known(entry.asset.on.of(), id, entry.asset.on.parent());
        Some(entry)
    };
    offer.entries.extend(picks.iter().filter_map(typed));
    (listed..offer.entries.len()).collect()
}

/// Everything that the review page shows and that the approval is for.
pub struct Terms {
    pub listing: Listing,
    pub grantee: Grantee,
    /// Who of the agency is assigned afterwards.
    pub staff: Vec<Grantee>,
    /// Keyed digest of all of it.
    pub digest: String,
}

pub async fn terms(
    desk: &Desk,
    link: &Link,
    item: &ItemId,
    browser: Option<&str>,
) -> Result<Terms, AppError> {
    terms_of(desk, link, get_card(desk, link, item).await?, browser).await
}

async fn terms_of(desk: &Desk, link: &Link, card: Card, browser: Option<&str>) -> Result<Terms, AppError> {
    let (listing, grantee) = listed(desk, card, browser)?;
    let grantee = grantee.ok_or(AppError::Stale("who receives the access"))?;
    if grantee.external_id != listing.item.grantee_frozen && defence::frozen_grantee() {
        return Err(AppError::Stale("who receives the access"));
    }
    let staff = super::staff::grantees(desk, &link.scope, &listing.item).await?;
    let people: Vec<_> = staff.iter().map(|g| [&g.kind, &g.external_id, &g.label]).collect();
    let manifest = desk.registry.find(&grantee.platform).map(|p| &p.manifest);
    let costs = |e: &Entry| manifest.and_then(|m| m.find_asset(e.asset.on.of())).map(|facts| &facts.costs);
    let assets: Vec<_> = listing
        .chosen_entries()
        .map(|e| {
            let asked: Vec<_> = e.asset.questions().collect();
            json!([e.asset.on, e.asset.name, e.level, e.roles, e.container, costs(e), asked, e.lowers])
        })
        .collect();
    let yes: Vec<_> = listing.asks.iter().filter(|a| a.wants_yes).map(|a| json!([a.of, a.level])).collect();
    let shown = json!([
        yes,
        link.request.id,
        listing.item.id,
        listing.connection.id,
        [&grantee.platform, &grantee.kind, &grantee.external_id, &grantee.label],
        people,
        link.request.access_expires_at,
        assets
    ]);
    let digest = desk.form_token(&shown.to_string());
    Ok(Terms { listing, grantee, staff, digest })
}

/// The client's yes: approval, grants, jobs, card and request in one transaction. Twice is once. The digest is of
/// facts, which are the same in every language; which one they were read in is recorded beside it.
pub async fn approve(
    desk: &Desk,
    token: &str,
    item: &ItemId,
    browser: &str,
    digest: &str,
    read_in: Lang,
) -> Result<(), AppError> {
    for _ in 0..TRIES {
        let (link, card) = find_with_card(desk, token, item).await?;
        let terms = match terms_of(desk, &link, card, Some(browser)).await {
            Err(AppError::Stale(_)) if is_approved(desk, &link, item).await? => return Ok(()),
            other => other?,
        };
        if super::sign_in::is_approved(&terms.listing.item) {
            return Ok(());
        }
        require_open(&link)?;
        if terms.digest != digest && defence::frozen_grantee() {
            return Err(AppError::Stale("what you were about to approve"));
        }
        let (writes, left) = writes(desk, &link, &terms, browser, read_in).await?;
        match desk
            .store
            .commit_then_each(point!("approve"), &link.scope, writes, left, card::after(desk))
            .await
        {
            Ok(()) => {
                desk.wake.notify_one();
                return Ok(());
            }
            Err(StoreError::Stale(_)) => {}
            Err(StoreError::Duplicate(_)) => return Ok(()),
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("this request"))
}

async fn is_approved(desk: &Desk, link: &Link, item: &ItemId) -> Result<bool, AppError> {
    let item = super::link::get_item(desk, link, item.as_str()).await?;
    Ok(super::sign_in::is_approved(&item))
}

/// The writes, and the cards that lose a grant to this one: they may be done by that.
async fn writes(
    desk: &Desk,
    link: &Link,
    terms: &Terms,
    browser: &str,
    read_in: Lang,
) -> Result<(Vec<Write>, Vec<ItemId>), AppError> {
    let Terms { listing, grantee, staff, digest } = terms;
    let state = item::State::parse(&listing.item.state).ok_or(AppError::NotFound("the card"))?;
    let (next, _) = item::next(state, item::Event::Approve)
        .map_err(|_| AppError::Conflict(Why::message("choose-first", &[])))?;
    let person = identity_of(&listing.connection)?;
    let names: Vec<_> = listing.chosen_entries().map(|e| e.asset.name.as_str()).collect();
    let data = json!({
        "from": state.word(), "to": next.word(), "terms": digest, "language": read_in.as_str(), "assets": names,
        "person": {"id": person.id, "name": person.name}, "grantee": grantee.external_id,
        "staff": staff.iter().map(|g| &g.external_id).collect::<Vec<_>>(),
    });
    let mut out = vec![
        Write::KeepBasis(Box::new(Basis {
            request: (link.request.id.clone(), link.request.rev),
            connection: Some((listing.connection.id.clone(), listing.connection.rev)),
            grantee: grantee.clone(),
        })),
        Write::Approval(Approval {
            id: ApprovalId::new(&desk.clock, &desk.random),
            request_id: link.request.id.clone(),
            item_id: listing.item.id.clone(),
            connection_id: listing.connection.id.clone(),
            browser_hash: desk.hash_session(browser),
            person: format!("{} ({})", person.name, person.id),
            terms: digest.clone(),
            approved_at: desk.now_ms(),
        }),
        record::audit(desk, "item.approved", listing.item.id.as_str(), Some(&link.request.id), data),
        Write::ItemState { id: listing.item.id.clone(), rev: listing.item.rev, state: next.as_str() },
    ];
    out.extend(staff.iter().cloned().map(Write::KeepGrantee));
    let mut left = Vec::new();
    let mut all = Vec::new();
    for entry in listing.chosen_entries() {
        let (of, by_word) = (entry.asset.on.of(), is_by_word(desk, listing, entry));
        // Whom nobody can assign by a call, the agency assigns by hand.
        let takes = |person: &&Grantee| !by_word && super::staff::takes(desk, person, of, entry.level);
        all.push((entry, grantee, false));
        all.extend(staff.iter().filter(takes).map(|person| (entry, person, true)));
    }
    let found = find_grants(desk, link, listing, &all).await?;
    let mut share = None;
    for ((entry, who, follows), found) in all.into_iter().zip(found) {
        let yes = Yes { link, item: &listing.item, grantee: who, after: share.as_ref().filter(|_| follows) };
        let (id, writes) = grant_writes(desk, listing, &yes, entry, found, &mut left)?;
        out.extend(writes);
        if !follows {
            share = Some(id);
        }
    }
    out.extend(card::request_event(desk, &link.request, request::Event::Start));
    left.sort();
    left.dedup();
    Ok((out, left))
}

/// The grants that these have already, in one question.
async fn find_grants(
    desk: &Desk,
    link: &Link,
    listing: &Listing,
    all: &[(&Entry, &Grantee, bool)],
) -> Result<Vec<Option<GrantRow>>, AppError> {
    let keys: Vec<_> = all
        .iter()
        .map(|(entry, who, _)| Ok(natural_key(entry.asset.on.of(), id_of(entry)?, who)))
        .collect::<Result<_, AppError>>()?;
    Ok(desk.store.list_grants_by_natural_key(&link.scope, &listing.item.platform, &keys).await?)
}

fn id_of(entry: &Entry) -> Result<&str, AppError> {
    entry.asset.on.id().ok_or(AppError::NotFound("the account"))
}

/// One that comes after a share has no job yet: the share's record gives it one.
fn grant_writes(
    desk: &Desk,
    listing: &Listing,
    yes: &Yes<'_>,
    entry: &Entry,
    found: Option<GrantRow>,
    left: &mut Vec<ItemId>,
) -> Result<(GrantId, Vec<Write>), AppError> {
    let after = yes.after;
    let wish = yes.wish(desk, entry.asset.on.clone(), entry.level, &entry.roles);
    let mut it = yes.promise(desk, found, wish, id_of(entry)?, &entry.asset.name, entry.container.clone())?;
    if it.was_of != listing.item.id {
        left.push(it.was_of.clone());
    }
    if after.is_none() && !entry.lowers.is_empty() {
        it.grant = it.grant.lowering();
    }
    let mut effects = Vec::new();
    let by_word = is_by_word(desk, listing, entry);
    if by_word {
        it.grant = it.grant.by_word();
        effects.push(Effect::Emit("grant.needs_action"));
    }
    let data = json!({"level": entry.level, "roles": it.grant.wish.roles()});
    let mut out = it.writes(desk, &effects, "grant.approved", data);
    if after.is_none() && !by_word {
        out.push(record::look(desk, &it.row, desk.now_ms()));
    }
    Ok((it.row.id, out))
}

/// People do it by hand, and nothing can read it back.
fn is_by_word(desk: &Desk, listing: &Listing, entry: &Entry) -> bool {
    let platform = desk.registry.find(&listing.item.platform);
    let facts = platform.and_then(|p| p.manifest.find_asset(entry.asset.on.of()));
    let level = facts.and_then(|facts| facts.levels.get(&entry.level));
    level.is_some_and(|l| l.method == Method::Guided && l.verify.is_empty())
}
