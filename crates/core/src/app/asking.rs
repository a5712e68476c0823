//! The agency asks an owner for an account from its own container, where a platform lets it: for a client of whom
//! nobody with enough control signs in to us. The owner answers at the platform, and until then nobody has more
//! access than before. What became of it is read there each time: nothing here is believed.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use valetkey_connectors::Platform;
use valetkey_sdk::access::{AssetRef, AssetType, EntitlementState, Level, Principal, Side, Want, Wish};
use valetkey_sdk::connector::Outcome;
use valetkey_sdk::guide::Task;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::page::{Cursor, Sight};
use valetkey_sdk::{Error, ErrorKind, point};

use super::attest::{self, Asked};
use super::sign_in::{asks, is_approved};
use super::{AppError, Refusal, Why, invalid, requests, scanned};
use crate::desk::Desk;
use crate::engine::record;
use crate::engine::sides::Sides;
use crate::store::grantees::Grantee;
use crate::store::items::Item;
use crate::store::requests::Request;
use crate::store::{Scope, StoreError};

/// A member waits for the page: what is not read by then is not told.
const PATIENCE: Duration = Duration::from_secs(8);
/// Pages of a listing that are looked through.
const MAX_PAGES: usize = 10;

/// What of a card can be asked for, and what was.
pub struct Sheet<'a> {
    pub request: Request,
    pub item: Item,
    pub platform: &'a Platform,
    pub grantee: Grantee,
    /// Each with the steps by hand, while the card is open; a call exists where its facts say `asks`.
    pub tasks: Vec<Asked<'a>>,
    pub sent: Vec<Sent>,
    /// Why the platform could not be read.
    pub problem: Option<String>,
}

/// One account that was asked for by a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub of: AssetType,
    pub id: String,
    pub level: Level,
    /// The last time, in milliseconds.
    pub at: i64,
    /// What the platform shows now; none where it could not be read.
    pub shows: Option<Shows>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// The owner did not answer yet.
    Waiting,
    /// The agency's container has it.
    Received,
    /// Neither: declined, taken back, or lapsed. No platform tells which.
    Nothing,
}

/// What of a card the agency can ask for.
pub fn possible<'a>(desk: &'a Desk, item: &Item) -> Result<Vec<Asked<'a>>, AppError> {
    let platform = desk.registry.find(&item.platform).filter(|p| desk.apps.contains_key(&p.manifest.id));
    let Some((platform, guide)) = platform.and_then(|p| Some((p, p.guide_in(Lang::En)?))) else {
        return Ok(Vec::new());
    };
    let asked = asks(item)?.into_iter().filter_map(|ask| {
        let facts = platform.manifest.find_asset(&ask.of)?;
        let section = guide.find(Task::Ask, &ask.of)?;
        Some(Asked { ask, facts, section })
    });
    Ok(asked.collect())
}

/// Reads at the platform what became of everything that was asked for.
pub async fn sheet<'a>(
    desk: &'a Desk,
    scope: &Scope,
    request: &str,
    item: &str,
) -> Result<Sheet<'a>, AppError> {
    let mut sheet = unread(desk, scope, request, item).await?;
    if sheet.sent.is_empty() {
        return Ok(sheet);
    }
    let read = async {
        let sides = scanned::sides_of(desk, scope, &sheet.grantee).await?;
        Ok::<_, AppError>(read(desk, &sides, &sheet).await)
    };
    let problem = match tokio::time::timeout(PATIENCE, read).await {
        Ok(Ok(Ok(shows))) => {
            for (sent, shows) in sheet.sent.iter_mut().zip(shows) {
                sent.shows = shows;
            }
            None
        }
        Ok(Ok(Err(e))) => {
            tracing::warn!(error = %e, "what was asked for could not be read");
            Some("It did not answer as expected. Look again in a moment.".to_owned())
        }
        Ok(Err(AppError::Conflict(why))) => Some(why.to_string()),
        Ok(Err(e)) => return Err(e),
        Err(_) => Some("It took too long to answer. Look again in a moment.".to_owned()),
    };
    sheet.problem = problem;
    Ok(sheet)
}

async fn unread<'a>(desk: &'a Desk, scope: &Scope, request: &str, item: &str) -> Result<Sheet<'a>, AppError> {
    let request = requests::get(desk, scope, request).await?;
    let items = desk.store.list_items(scope, &request.id).await?;
    let item = items.into_iter().find(|i| i.id.as_str() == item).ok_or(AppError::NotFound("the card"))?;
    let platform = desk.registry.find(&item.platform).ok_or(AppError::NotFound("the platform"))?;
    let grantee = attest::receiver(desk, scope, &item).await?;
    let mut tasks = possible(desk, &item)?;
    if tasks.is_empty() {
        return Err(AppError::NotFound("anything to ask for from your side"));
    }
    let sent = sent(desk, scope, &request, &item).await?;
    if is_approved(&item) {
        tasks.clear();
    }
    Ok(Sheet { request, item, platform, grantee, tasks, sent, problem: None })
}

/// From the log: each account once, the last time that it was asked for. What was refused was not asked for.
async fn sent(desk: &Desk, scope: &Scope, request: &Request, item: &Item) -> Result<Vec<Sent>, AppError> {
    // Each with the time before, which counts again when the last one was refused.
    let mut found: BTreeMap<_, (Option<Sent>, Option<Sent>)> = BTreeMap::new();
    for record in desk.store.list_audit_of_request(scope, &request.id).await? {
        let data = record.data.value();
        let is_no = match record.action.as_str() {
            "item.asking" => false,
            "item.asked" if data.pointer("/what/answer").is_some_and(|a| a == "refused") => true,
            _ => continue,
        };
        if record.subject != item.id.as_str() {
            continue;
        }
        let text = |at: &str| data.pointer(at).and_then(Value::as_str).map(str::to_owned);
        let level = data.pointer("/what/level").cloned().and_then(|l| serde_json::from_value(l).ok());
        let (Some(of), Some(id), Some(level)) = (text("/what/asset/type"), text("/what/asset/id"), level)
        else {
            continue;
        };
        let of = AssetType::new(of);
        let (last, before) = found.entry((of.clone(), id.clone())).or_default();
        if is_no {
            *last = before.take();
        } else {
            *before = last.replace(Sent { of, id, level, at: record.at_ms, shows: None });
        }
    }
    Ok(found.into_values().filter_map(|(last, _)| last).collect())
}

/// What the platform shows of each, in their order.
async fn read(desk: &Desk, sides: &Sides<'_>, sheet: &Sheet<'_>) -> Result<Vec<Option<Shows>>, Error> {
    let connector = sides.platform.connector.as_ref().ok_or_else(|| Error::unsupported("reading"))?;
    let (cx, who) = (sides.cx(desk), who(&sheet.grantee));
    let mut waiting: BTreeMap<AssetType, (Vec<String>, Sight)> = BTreeMap::new();
    let mut out = Vec::new();
    for sent in &sheet.sent {
        if !waiting.contains_key(&sent.of) {
            let (mut ids, mut sight, mut at) = (Vec::new(), Sight::Full, Cursor(None));
            for _ in 0..MAX_PAGES {
                let page = connector.asked(&cx, &sent.of, &who, at).await?;
                ids.extend(page.items.iter().filter_map(|row| row.on.id().map(str::to_owned)));
                sight = sight.and(page.sight);
                let Some(next) = page.next else { break };
                at = next;
            }
            waiting.insert(sent.of.clone(), (ids, sight));
        }
        let (ids, sight) = &waiting[&sent.of];
        if ids.contains(&sent.id) {
            out.push(Some(Shows::Waiting));
            continue;
        }
        let on = AssetRef::known(&sent.of, &sent.id, None);
        let (mut there, mut at) = (false, Cursor(None));
        for _ in 0..MAX_PAGES {
            let page = connector.entitlements(&cx, Side::Agency, &on, Some(&who), at).await?;
            there = there || page.items.iter().any(|row| row.state == EntitlementState::Active);
            let Some(next) = page.next.filter(|_| !there) else { break };
            at = next;
        }
        out.push(match (there, sight) {
            (true, _) => Some(Shows::Received),
            (false, Sight::Full) => Some(Shows::Nothing),
            (false, Sight::Partial(_)) => None,
        });
    }
    Ok(out)
}

fn who(grantee: &Grantee) -> Principal {
    Principal::new(&grantee.kind, &grantee.external_id).of(grantee.within.as_deref())
}

/// Asks, or asks again. That it is about to be asked is written down before the call. The kind may be empty where one
/// alone can be asked for, and the id where the request names it.
pub async fn ask(
    desk: &Desk,
    scope: &Scope,
    (request, item): (&str, &str),
    of: &str,
    id: &str,
) -> Result<(), AppError> {
    let sheet = unread(desk, scope, request, item).await?;
    if is_approved(&sheet.item) {
        return Err(AppError::Conflict(Why::message("card-done", &[])));
    }
    let fits = |t: &&Asked<'_>| t.facts.asks && (of.is_empty() || t.ask.of.as_str() == of);
    let mut fitting = sheet.tasks.iter().filter(fits);
    let (Some(task), None) = (fitting.next(), fitting.next()) else {
        return Err(invalid("type", "name one kind that this card asks for by a call"));
    };
    let of = task.ask.of.as_str();
    let named = task.ask.external_id.as_deref().filter(|_| id.trim().is_empty());
    let id = named.unwrap_or(id).trim();
    if id.is_empty() || !task.facts.id.allows(id) {
        return Err(invalid("external_id", Why::from(format!("this cannot be the id of a {of}"))));
    }
    let level = task.facts.levels.get(&task.ask.level).ok_or(AppError::NotFound("the level"))?;
    let roles = task.ask.native_roles.clone().unwrap_or_else(|| level.roles.clone());
    let sides = scanned::sides_of(desk, scope, &sheet.grantee).await?;
    let connector = sides.platform.connector.as_ref().ok_or(AppError::NotFound("the connector"))?;
    let wish = Wish {
        on: AssetRef::known(&task.ask.of, id, None),
        who: who(&sheet.grantee),
        level: task.ask.level,
        want: Want::Held { roles: roles.clone(), until: None },
    };
    let about = json!({
        "platform": sheet.item.platform, "asset": {"type": of, "id": id, "name": id}, "level": task.ask.level,
        "roles": roles, "grantee": sheet.grantee.external_id,
    });
    note(desk, scope, &sheet, "item.asking", about.clone()).await?;
    let answer = connector.ask(&sides.cx(desk), &wish).await;
    let mut told = about;
    told["answer"] = json!(match &answer {
        Ok(Outcome::Pending { .. }) => "waits",
        Ok(Outcome::Taken | Outcome::Already) => "there",
        Err(e) if e.is_definite_refusal() => "refused",
        Err(_) => "unknown",
    });
    note(desk, scope, &sheet, "item.asked", told).await?;
    answer.map(drop).map_err(|e| refused(&sheet, e))
}

async fn note(
    desk: &Desk,
    scope: &Scope,
    sheet: &Sheet<'_>,
    action: &str,
    data: Value,
) -> Result<(), StoreError> {
    let write = record::audit(desk, action, sheet.item.id.as_str(), Some(&sheet.request.id), data);
    desk.store.commit(point!("asking"), scope, vec![write]).await
}

fn refused(sheet: &Sheet<'_>, e: Error) -> AppError {
    tracing::warn!(error = %e, "asking an owner failed");
    let name = &sheet.platform.manifest.name;
    match e.kind {
        ErrorKind::Rejected(remedy) => {
            AppError::Refused(Box::new(Refusal { platform: sheet.item.platform.clone(), remedy: *remedy }))
        }
        ErrorKind::Reauthorize { .. } => scanned::not_signed_in(&sheet.grantee.label),
        ErrorKind::Unsupported => {
            let why = format!("{name} does not let this app ask: follow the steps by hand instead");
            AppError::Conflict(why.into())
        }
        _ => AppError::Conflict(Why::message("no-answer-now", &[])),
    }
}
