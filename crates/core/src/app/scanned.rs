//! Cards without a sign-in: the agency's own sign-in makes a code, the client lets the agency in by scanning it,
//! and what then shows at the platform, and did not before the code was made, is what the card gave.

mod writes;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use valetkey_connectors::Platform;
use valetkey_sdk::access::{AssetRef, AssetType, Principal, Side};
use valetkey_sdk::connector::{Asset, Scan};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::{Manifest, SignIn};
use valetkey_sdk::{Error, ErrorKind, point};

use super::attest::{self, Asked};
use super::link::{Link, require_open};
use super::offer::{self, Ask};
use super::requests::WantedItem;
use super::sign_in::{asks, identity_of, is_approved, json_text};
use super::{AppError, Refusal, TRIES, Why, gates, invalid, staff};
use crate::desk::Desk;
use crate::engine::sides::{self, Sides};
use crate::engine::state::item;
use crate::engine::{card, record};
use crate::limits::Allowance;
use crate::store::grantees::Grantee;
use crate::store::items::Item;
use crate::store::{Scope, StoreError, Write};

/// What was there before the client was shown a code, by type and id. Kept with the card.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    before: BTreeSet<(AssetType, String)>,
}

/// Its owner scans a code for it, and nobody of the client signs in to us.
fn is_asked_for(manifest: &Manifest, ask: &Ask) -> bool {
    manifest.find_asset(&ask.of).is_some_and(|facts| facts.scan)
}

/// The cards that these items become: what is scanned stands on one of its own, after what is signed in for.
pub fn cards(desk: &Desk, items: &[WantedItem]) -> Vec<WantedItem> {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        let manifest = desk.registry.find(&item.platform).map(|p| &p.manifest);
        let asked = |ask: &Ask| manifest.is_some_and(|m| is_asked_for(m, ask));
        let (asked, shared): (Vec<_>, Vec<_>) = item.asks.iter().cloned().partition(asked);
        let parts = [shared, asked].into_iter().filter(|asks| !asks.is_empty());
        out.extend(parts.map(|asks| WantedItem { asks, ..item.clone() }));
    }
    out
}

/// This card is one of those.
pub fn is_scanned(desk: &Desk, item: &Item) -> Result<bool, AppError> {
    Ok(asks_for_scan(desk, &item.platform, &asks(item)?))
}

/// The same of what a card asks for.
pub fn asks_for_scan(desk: &Desk, platform: &str, asks: &[Ask]) -> bool {
    let manifest = desk.registry.find(platform).map(|p| &p.manifest);
    asks.iter().any(|ask| manifest.is_some_and(|m| is_asked_for(m, ask)))
}

/// The sign-in by which the owner of what this card is scanned for says which one it is, where there is one.
pub fn find_teller<'a>(desk: &'a Desk, item: &Item) -> Result<Option<&'a SignIn>, AppError> {
    let manifest = desk.registry.find(&item.platform).map(|p| &p.manifest);
    let [ask] = &asks(item)?[..] else { return Ok(None) };
    Ok(manifest.and_then(|m| m.find_teller(&ask.of)))
}

/// What the owner who signed in on this card, in this browser, calls it; as it was told then.
pub async fn find_owner(
    desk: &Desk,
    scope: &Scope,
    item: &Item,
    browser: Option<&str>,
) -> Result<Option<String>, AppError> {
    let own = super::link::find_own_connection(desk, scope, item, browser).await?;
    Ok(own.map(|c| identity_of(&c)).transpose()?.map(|who| who.name))
}

/// The same as the platform tells now, with a credential that is refreshed where it has to be.
async fn owner_now(
    desk: &Desk,
    scope: &Scope,
    item: &Item,
    browser: &str,
) -> Result<Option<String>, AppError> {
    let own = super::link::find_own_connection(desk, scope, item, Some(browser)).await?;
    let Some(own) = own else { return Ok(None) };
    let sides = sides::of_connection(desk, scope, own).await?;
    let Some(connector) = sides.platform.connector.as_ref().filter(|_| !sides.held.is_empty()) else {
        return Ok(None);
    };
    match connector.identify(&sides.cx(desk), Side::Client).await {
        Ok(who) => Ok(Some(who.name)),
        Err(e) => {
            tracing::warn!(error = %e, "whose it is was not told");
            Ok(None)
        }
    }
}

/// Types that another card of the request still has to give before this one is offered.
pub async fn comes_after(desk: &Desk, scope: &Scope, item: &Item) -> Result<Vec<AssetType>, AppError> {
    let manifest = desk.registry.find(&item.platform).map(|p| &p.manifest);
    let mut first = Vec::new();
    for ask in asks(item)? {
        let facts = manifest.and_then(|m| m.find_asset(&ask.of));
        first.extend(facts.into_iter().flat_map(|facts| facts.after.iter().cloned()));
    }
    if first.is_empty() {
        return Ok(first);
    }
    let mut open = BTreeSet::new();
    for other in desk.store.list_items(scope, &item.request_id).await? {
        let done = item::State::parse(&other.state).is_some_and(item::State::is_done);
        if other.id != item.id && other.platform == item.platform && !done {
            open.extend(asks(&other)?.into_iter().map(|ask| ask.of));
        }
    }
    first.retain(|of| open.contains(of));
    Ok(first)
}

/// Everything that the page with the code shows, and that the client's word is for.
pub struct Sheet<'a> {
    pub item: Item,
    pub platform: &'a Platform,
    pub grantee: Grantee,
    /// Who of the agency is assigned afterwards.
    pub staff: Vec<Grantee>,
    pub tasks: Vec<Asked<'a>>,
    /// Keyed digest of all of it.
    pub digest: String,
}

/// # Errors
/// A conflict while something else has to come first; not found for a card that is signed in for.
pub async fn sheet<'a>(desk: &'a Desk, link: &Link, item: &str, lang: Lang) -> Result<Sheet<'a>, AppError> {
    let item = super::link::get_item(desk, link, item).await?;
    let platform = desk.registry.find(&item.platform).ok_or(AppError::NotFound("the platform"))?;
    if !is_scanned(desk, &item)? {
        return Err(AppError::NotFound("the code"));
    }
    let first = comes_after(desk, &link.scope, &item).await?;
    if !first.is_empty() {
        let words = platform.words_in(lang);
        let words: Vec<_> = first.iter().map(|of| words.text(&format!("asset-{of}"))).collect();
        return Err(AppError::Conflict(Why::message("comes-after", &[("first", &words.join(", "))])));
    }
    let grantee = attest::receiver(desk, &link.scope, &item).await?;
    let tasks = attest::asked(platform, &item, lang)?;
    let staff = staff::grantees(desk, &link.scope, &item).await?;
    let people: Vec<_> = staff.iter().map(|g| [&g.kind, &g.external_id, &g.label]).collect();
    let shown: Vec<_> = tasks.iter().map(|t| json!([t.ask.of, t.ask.level, t.ask.external_id])).collect();
    let receives = [&grantee.platform, &grantee.kind, &grantee.external_id, &grantee.label];
    let shown = json!([link.request.id, item.id, receives, people, link.request.access_expires_at, shown]);
    let digest = desk.form_token(&shown.to_string());
    Ok(Sheet { item, platform, grantee, staff, tasks, digest })
}

/// A new code, made with the agency's sign-in. What is there before the first one is kept with the card.
pub async fn code(desk: &Desk, link: &Link, item: &str, lang: Lang) -> Result<Scan, AppError> {
    require_open(link)?;
    let sheet = sheet(desk, link, item, lang).await?;
    if is_approved(&sheet.item) {
        return Err(AppError::Conflict(Why::message("card-done", &[])));
    }
    gates::take_scan(desk, &sheet.item.id).await?.map_err(too_often)?;
    let sides = sides_of(desk, &link.scope, &sheet.grantee).await?;
    let of =
        sheet.tasks.first().map(|t| t.ask.of.clone()).ok_or(AppError::NotFound("the kind of account"))?;
    let connector = sides.platform.connector.as_ref().ok_or(AppError::NotFound("the code"))?;
    let who = Principal::new(&sheet.grantee.kind, &sheet.grantee.external_id);
    let scan = connector.scan(&sides.cx(desk), &of, &who).await.map_err(|e| refused(&sheet, e))?;
    // A page that people trust shows no address but the platform's.
    let host = url::Url::parse(&scan.address).ok().filter(|u| u.scheme() == "https");
    let host = host.and_then(|u| u.host_str().map(str::to_owned));
    if !host.is_some_and(|host| sheet.platform.manifest.hosts.contains(&host)) {
        return Err(AppError::Internal(anyhow::anyhow!("the code leads elsewhere than to the platform")));
    }
    if sheet.item.offer.is_none() {
        // Nobody has seen the code yet, and whoever can make one sees everything that is there.
        let found = list(desk, &sides, &sheet).await?;
        let keys = found.iter().filter_map(|a| Some((a.on.of().clone(), a.on.id()?.to_owned())));
        let offer = json_text(&Before { before: keys.collect() })?;
        let data = json!({"platform": sheet.item.platform, "there_before": found.len()});
        let writes = vec![
            record::audit(desk, "item.code_shown", sheet.item.id.as_str(), Some(&link.request.id), data),
            Write::Item(Box::new(Item { offer: Some(offer), ..sheet.item.clone() })),
        ];
        desk.store.commit(point!("code"), &link.scope, writes).await?;
    }
    Ok(scan)
}

/// Whoever has the link can cause calls of the agency's app, so often and no more.
fn too_often(seconds: i64) -> AppError {
    AppError::Conflict(Why::message("codes-too-often", &[("seconds", &seconds.to_string())]))
}

/// Whether the platform shows by now what would be confirmed, so that a page need not be asked again and again.
/// It tells no more than confirming does.
pub async fn is_there(
    desk: &Desk,
    link: &Link,
    item: &str,
    browser: Option<&str>,
    which: &[String],
    read_in: Lang,
) -> Result<bool, AppError> {
    require_open(link)?;
    let sheet = sheet(desk, link, item, read_in).await?;
    if is_approved(&sheet.item) {
        return Ok(false);
    }
    let look = desk.limits.take(Allowance::Looks(sheet.item.id.clone()), desk.now_ms());
    look.map_err(|wait| too_often(wait.seconds))?;
    let owner = find_owner(desk, &link.scope, &sheet.item, browser).await?;
    match find_new(desk, link, &sheet, which, owner.as_deref(), read_in).await {
        Ok(_) => Ok(true),
        Err(AppError::Invalid { .. }) => Ok(false),
        Err(e) => Err(e),
    }
}

/// With the credential of whoever proved the receiver, and no other.
pub(super) async fn sides_of<'a>(
    desk: &'a Desk,
    scope: &Scope,
    grantee: &Grantee,
) -> Result<Sides<'a>, AppError> {
    let connection = match &grantee.connection_id {
        Some(id) => desk.store.find_connection(scope, id).await?,
        None => None,
    };
    let connection = connection.ok_or_else(|| not_signed_in(&grantee.label))?;
    let sides = sides::of_connection(desk, scope, connection).await?;
    if sides.held.is_empty() { Err(not_signed_in(&grantee.label)) } else { Ok(sides) }
}

pub(super) fn not_signed_in(label: &str) -> AppError {
    AppError::Conflict(Why::message("receiver-signed-out", &[("receiver", label)]))
}

fn refused(sheet: &Sheet<'_>, e: Error) -> AppError {
    tracing::warn!(error = %e, "no code was made");
    match e.kind {
        ErrorKind::Rejected(remedy) => {
            AppError::Refused(Box::new(Refusal { platform: sheet.item.platform.clone(), remedy: *remedy }))
        }
        ErrorKind::Reauthorize { .. } => not_signed_in(&sheet.grantee.label),
        _ => AppError::Conflict(Why::message("no-answer-now", &[])),
    }
}

/// Everything of the types asked for that the receiver has at the platform now.
async fn list(desk: &Desk, sides: &Sides<'_>, sheet: &Sheet<'_>) -> Result<Vec<Asset>, AppError> {
    let connector = sides.platform.connector.as_ref().ok_or(AppError::NotFound("the code"))?;
    let facts = sides.platform.manifest.find_grantee(&sheet.grantee.kind);
    let container = facts.and_then(|f| f.proven_by.as_ref()).ok_or(AppError::NotFound("who receives it"))?;
    let under = AssetRef::known(container, &sheet.grantee.external_id, None);
    let types: BTreeSet<_> = sheet.tasks.iter().map(|t| &t.ask.of).collect();
    let mut all = Vec::new();
    for of in types {
        let found =
            offer::every_page(connector.as_ref(), &sides.cx(desk), Side::Agency, of, Some(&under)).await;
        all.extend(found.map_err(|e| refused(sheet, e))?);
    }
    Ok(all)
}

/// The client's word that it was allowed, believed only as far as the platform shows it: approval, grants, card
/// and request in one transaction. `which` names the account of each ask, in their order. Twice is once.
pub async fn done(
    desk: &Desk,
    token: &str,
    item: &str,
    browser: &str,
    digest: &str,
    which: &[String],
    read_in: Lang,
) -> Result<(), AppError> {
    for _ in 0..TRIES {
        let link = super::link::find(desk, token).await?;
        require_open(&link)?;
        let own = super::link::get_item(desk, &link, item).await?;
        if is_approved(&own) {
            return Ok(());
        }
        let sheet = sheet(desk, &link, item, read_in).await?;
        if sheet.digest != digest {
            return Err(AppError::Stale("what you were about to confirm"));
        }
        let owner = owner_now(desk, &link.scope, &sheet.item, browser).await?;
        let found = find_new(desk, &link, &sheet, which, owner.as_deref(), read_in).await?;
        let (writes, left) = writes::writes(desk, &link, &sheet, browser, &found, read_in).await?;
        let then = card::after(desk);
        match desk.store.commit_then_each(point!("done"), &link.scope, writes, left, then).await {
            Ok(()) => {
                desk.wake.notify_one();
                return Ok(());
            }
            Err(StoreError::Stale(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("this request"))
}

/// The accounts that were named, as the platform shows them. One that was there before the code belongs to
/// somebody else's card, and nobody takes it over by knowing its name; only who gave it gives it for longer, and
/// whoever signed in as its owner needs no code for it.
async fn find_new(
    desk: &Desk,
    link: &Link,
    sheet: &Sheet<'_>,
    which: &[String],
    owner: Option<&str>,
    read_in: Lang,
) -> Result<Vec<Asset>, AppError> {
    let kept = sheet.item.offer.as_deref();
    let before = kept.and_then(|text| serde_json::from_str::<Before>(text).ok()).map(|kept| kept.before);
    // Whoever signed in as an owner speaks of that account, whatever the form says.
    let own = owner.map(|name| [name.to_owned()]);
    let which = own.as_ref().map_or(which, |own| own.as_slice());
    let names = attest::names(sheet.platform, &sheet.tasks, which, read_in)?;
    let sides = sides_of(desk, &link.scope, &sheet.grantee).await?;
    let there = list(desk, &sides, sheet).await?;
    let mut out = Vec::new();
    for (task, name) in sheet.tasks.iter().zip(names) {
        let same = |a: &&Asset| {
            let named = attest::key(&a.name) == attest::key(&name) || a.on.id() == Some(name.as_str());
            a.on.of() == &task.ask.of && named
        };
        let kind = sheet.platform.words_in(read_in).text(&format!("asset-{}", task.ask.of));
        let receiver = ("receiver", sheet.grantee.label.as_str());
        let named = [receiver, ("kind", &kind), ("name", &name)];
        let Some(asset) = there.iter().find(same) else {
            return Err(invalid("which", Why::message("scan-first", &named)));
        };
        let id = asset.on.id().unwrap_or_default();
        let was_there = before.as_ref().map(|before| before.contains(&(task.ask.of.clone(), id.to_owned())));
        if owner.is_none()
            && was_there != Some(false)
            && !gave_it(desk, link, sheet, (task.ask.of.as_str(), id)).await?
        {
            let why = match was_there {
                None => Why::message("show-code-first", &[receiver]),
                Some(_) => Why::message("had-it-before", &named),
            };
            return Err(invalid("which", why));
        }
        out.push(asset.clone());
    }
    Ok(out)
}

/// This client gave this account to the same receiver before.
async fn gave_it(desk: &Desk, link: &Link, sheet: &Sheet<'_>, asset: (&str, &str)) -> Result<bool, AppError> {
    let principal = (sheet.grantee.kind.as_str(), sheet.grantee.external_id.as_str());
    let platform = sheet.item.platform.as_str();
    let found = desk.store.find_grant_by_natural_key(&link.scope, platform, (asset, principal)).await?;
    Ok(found.is_some_and(|row| row.client_id == link.request.client_id))
}
