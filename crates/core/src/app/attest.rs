//! Steps that a client does by hand: what the guide shows, and the client's word that it was done.

use serde_json::json;
use valetkey_connectors::Platform;
use valetkey_sdk::access::{AssetRef, AssetType, Side};
use valetkey_sdk::guide::{Guide, Section, Task};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::AssetFacts;
use valetkey_sdk::point;

use super::link::{Link, require_open};
use super::offer::Ask;
use super::promised::Yes;
use super::sign_in::asks;
use super::{AppError, TRIES, Why, invalid};
use crate::desk::Desk;
use crate::engine::state::grant::{self, Event};
use crate::engine::state::item;
use crate::engine::{card, record};
use crate::ids::AttestationId;
use crate::store::basis::Basis;
use crate::store::cards::Attestation;
use crate::store::grantees::Grantee;
use crate::store::grants::GrantRow;
use crate::store::items::Item;
use crate::store::{Scope, StoreError, Write};

/// The platform's guide, when people have to do it by hand here: it has no connector, no app is set up, or no
/// sign-in leads to anything that is asked for.
pub fn find_guide<'a>(desk: &'a Desk, platform: &str, asks: &[Ask]) -> Option<(&'a Platform, &'a Guide)> {
    let found = desk.registry.find(platform)?;
    let has_sign_in = |ask: &Ask| found.manifest.find_asset(&ask.of).is_none_or(|a| a.sign_in.is_some());
    let by_hand = found.connector.is_none()
        || !desk.apps.contains_key(platform)
        || (!asks.is_empty() && !asks.iter().any(has_sign_in));
    found.guide.as_ref().filter(|_| by_hand).map(|guide| (found, guide))
}

/// Everything that the page with the steps shows, and that the client's word is for.
pub struct Sheet<'a> {
    pub item: Item,
    pub platform: &'a Platform,
    pub grantee: Grantee,
    pub tasks: Vec<Asked<'a>>,
    /// Keyed digest of all of it, with the steps in every language: whichever one they were read in, it is the
    /// same, and it changes when any of them does.
    pub digest: String,
}

/// One ask with its steps.
pub struct Asked<'a> {
    pub ask: Ask,
    pub facts: &'a AssetFacts,
    /// In the language that is read.
    pub section: &'a Section,
}

pub async fn sheet<'a>(desk: &'a Desk, link: &Link, item: &str, lang: Lang) -> Result<Sheet<'a>, AppError> {
    let item = super::link::get_item(desk, link, item).await?;
    let (platform, _) =
        find_guide(desk, &item.platform, &asks(&item)?).ok_or(AppError::NotFound("the guide"))?;
    let grantee = receiver(desk, &link.scope, &item).await?;
    let tasks = asked(platform, &item, lang)?;
    let steps: Vec<_> = tasks
        .iter()
        .map(|t| json!([t.ask.of, t.ask.level, t.ask.wants_yes, all_steps(platform, t)]))
        .collect();
    let shown = json!([
        link.request.id,
        item.id,
        [&grantee.platform, &grantee.kind, &grantee.external_id, &grantee.label],
        link.request.access_expires_at,
        steps
    ]);
    let digest = desk.form_token(&shown.to_string());
    Ok(Sheet { item, platform, grantee, tasks, digest })
}

/// Who receives the access of a card: still the one whom the request named.
pub async fn receiver(desk: &Desk, scope: &Scope, item: &Item) -> Result<Grantee, AppError> {
    let grantee = desk.store.find_grantee(scope, &item.grantee_id).await?;
    let grantee = grantee.filter(|g| g.external_id == item.grantee_frozen);
    grantee.ok_or(AppError::Stale("who receives the access"))
}

/// The same steps in every language.
fn all_steps(platform: &Platform, task: &Asked<'_>) -> Vec<String> {
    let of = |lang| platform.guide_in(lang).and_then(|guide| guide.find(Task::Give, &task.ask.of));
    Lang::ALL.into_iter().filter_map(of).map(|section| format!("{:?}", section.steps)).collect()
}

/// Everything that a card asks for, with its steps.
pub fn asked<'a>(platform: &'a Platform, item: &Item, lang: Lang) -> Result<Vec<Asked<'a>>, AppError> {
    let guide = platform.guide_in(lang).ok_or(AppError::NotFound("the guide"))?;
    let mut tasks = Vec::new();
    for ask in asks(item)? {
        let facts = platform.manifest.find_asset(&ask.of).ok_or(AppError::NotFound("the kind of account"))?;
        let section = guide.find(Task::Give, &ask.of).ok_or(AppError::NotFound("the steps"))?;
        tasks.push(Asked { ask, facts, section });
    }
    Ok(tasks)
}

/// The client's word that the steps were done: attestation, grants, card and request in one transaction.
/// `which` names the account of each ask, in their order. Twice is once.
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
        let sheet = sheet(desk, &link, item, read_in).await?;
        if super::sign_in::is_approved(&sheet.item) {
            return Ok(());
        }
        if sheet.digest != digest {
            return Err(AppError::Stale("what you were about to confirm"));
        }
        let names = names(sheet.platform, &sheet.tasks, which, read_in)?;
        let writes = writes(desk, &link, &sheet, browser, &names, read_in).await?;
        match desk
            .store
            .commit_then(point!("done"), &link.scope, writes, sheet.item.id.clone(), card::after(desk))
            .await
        {
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

/// What the client calls each account: it must fit what the platform's facts say of an id.
pub(super) fn names(
    platform: &Platform,
    tasks: &[Asked<'_>],
    which: &[String],
    read_in: Lang,
) -> Result<Vec<String>, AppError> {
    if which.len() != tasks.len() {
        return Err(AppError::Stale("what you were about to confirm"));
    }
    let mut names: Vec<(AssetType, String)> = Vec::new();
    for (task, said) in tasks.iter().zip(which) {
        let said = said.trim();
        let words = platform.words_in(read_in);
        let kind = words.text(&format!("asset-{}", task.ask.of));
        let refuse = |id, args: &[(&str, &str)]| Err(invalid("which", Why::message(id, args)));
        if said.is_empty() {
            return refuse("which-empty", &[("kind", &kind)]);
        }
        let typed = short(said);
        if said.len() > 200 || !task.facts.id.allows(said) {
            let hint = words.text(&format!("which-{}", task.ask.of));
            return refuse("which-misfit", &[("typed", &typed), ("hint", &hint)]);
        }
        if task.ask.external_id.as_deref().is_some_and(|id| key(id) != key(said)) {
            return refuse("which-other", &[("kind", &kind), ("typed", &typed)]);
        }
        if names.iter().any(|(of, name)| of == &task.ask.of && key(name) == key(said)) {
            return refuse("which-twice", &[("typed", &typed)]);
        }
        names.push((task.ask.of.clone(), said.to_owned()));
    }
    Ok(names.into_iter().map(|(_, name)| name).collect())
}

fn short(said: &str) -> String {
    said.chars().take(40).filter(|c| !c.is_control()).collect()
}

/// The same account however it was typed.
pub(super) fn key(said: &str) -> String {
    said.trim_start_matches('@').to_lowercase()
}

/// A declared asset's place in the natural key: the platform's id is not known, and two clients may mean two
/// accounts by one name. The same client naming the same account again changes the same grant.
fn declared_id(link: &Link, said: &str) -> String {
    format!("declared:{}:{}", link.request.client_id, key(said))
}

async fn writes(
    desk: &Desk,
    link: &Link,
    sheet: &Sheet<'_>,
    browser: &str,
    names: &[String],
    read_in: Lang,
) -> Result<Vec<Write>, AppError> {
    let Sheet { item, grantee, digest, .. } = sheet;
    let state = item::State::parse(&item.state).ok_or(AppError::NotFound("the card"))?;
    let (next, _) =
        item::next(state, item::Event::Attest).map_err(|e| AppError::Conflict(e.to_string().into()))?;
    let attestation = AttestationId::new(&desk.clock, &desk.random);
    let guide = sheet.platform.manifest.guides.last().map(|g| g.from.to_string());
    let data = json!({
        "from": state.word(), "to": next.word(), "attestation": attestation, "platform": item.platform,
        "shown": digest, "language": read_in.as_str(), "guide_from": guide, "browser": desk.hash_session(browser),
        "grantee": grantee.external_id,
    });
    let mut out = vec![
        Write::KeepBasis(Box::new(Basis {
            request: (link.request.id.clone(), link.request.rev),
            connection: None,
            grantee: grantee.clone(),
        })),
        Write::Attestation(Attestation {
            id: attestation,
            request_id: link.request.id.clone(),
            item_id: item.id.clone(),
            task: Task::Give.as_str(),
            browser_hash: desk.hash_session(browser),
            shown: digest.clone(),
            at: desk.now_ms(),
        }),
        record::audit(desk, "item.attested", item.id.as_str(), Some(&link.request.id), data),
        Write::Item(Box::new(Item { state: next.as_str().into(), trouble: None, ..item.clone() })),
    ];
    for (task, said) in sheet.tasks.iter().zip(names) {
        out.extend(grant_writes(desk, link, sheet, task, said).await?);
    }
    Ok(out)
}

async fn grant_writes(
    desk: &Desk,
    link: &Link,
    sheet: &Sheet<'_>,
    task: &Asked<'_>,
    said: &str,
) -> Result<Vec<Write>, AppError> {
    let Sheet { item, grantee, .. } = sheet;
    let level = task.facts.levels.get(&task.ask.level).ok_or(AppError::NotFound("the level"))?;
    let roles = task.ask.native_roles.as_ref().unwrap_or(&level.roles);
    let on =
        AssetRef::Declared { of: task.ask.of.clone(), item: item.id.to_string(), label: said.to_owned() };
    let yes = Yes { link, item, grantee, after: None };
    let wish = yes.wish(desk, on, task.ask.level, roles);
    let id = declared_id(link, said);
    let found = yes.find(desk, wish.on.of(), &id).await?;
    let mut it = yes.promise(desk, found, wish, &id, said, None)?;
    let (to, effects) = grant::next(&it.grant, Event::Attest(Side::Client), desk.clock.now())
        .map_err(|e| AppError::Conflict(e.to_string().into()))?;
    it.grant = to;
    let data = json!({"level": task.ask.level, "roles": roles, "attested_by": "client"});
    let mut out = it.writes(desk, &effects, "grant.attested", data);
    out.extend(record::next_look(&effects).map(|at| record::look(desk, &it.row, at)));
    Ok(out)
}

/// The steps that take one grant away by hand.
pub fn find_removal<'a>(desk: &'a Desk, row: &GrantRow, lang: Lang) -> Option<&'a Section> {
    let guide = desk.registry.find(&row.platform)?.guide_in(lang)?;
    guide.find(Task::Remove, &AssetType::new(&row.asset_type))
}

/// Somebody's word that access was taken away by hand. Twice is once.
pub async fn removed(desk: &Desk, scope: &Scope, id: &str, by: Side) -> Result<GrantRow, AppError> {
    let row = super::grants::get(desk, scope, id).await?;
    if !super::grants::state(&row)?.is_by_hand() {
        return Err(AppError::Conflict(Why::message("removed-by-us", &[])));
    }
    let shown = |lang| find_removal(desk, &row, lang).map(|s| format!("{:?}", s.steps));
    let steps: Vec<_> = Lang::ALL.into_iter().filter_map(shown).collect();
    let shown = json!({"attested_by": by, "shown": desk.form_token(&json!(steps).to_string())});
    super::grants::attest_removed(desk, scope, id, by, shown).await
}
