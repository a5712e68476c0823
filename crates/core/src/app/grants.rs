//! Grants: read again, take away, try again.

use std::time::Duration;

use serde_json::json;
use valetkey_sdk::access::{AssetRef, Path, Roles, Side, Why};
use valetkey_sdk::point;

use super::{AppError, TRIES};
use crate::desk::Desk;
use crate::engine::observe::observe;
use crate::engine::state::grant::{self, Event, Grant};
use crate::engine::{record, sides};
use crate::ids::{GrantId, ItemId};
use crate::store::grantees::Grantee;
use crate::store::grants::GrantRow;
use crate::store::items::Item;
use crate::store::requests::Request;
use crate::store::{Scope, StoreError};

pub async fn get(desk: &Desk, scope: &Scope, id: &str) -> Result<GrantRow, AppError> {
    let row = desk.store.find_grant(scope, &GrantId::from_text(id)).await?;
    row.ok_or(AppError::NotFound("the grant"))
}

pub fn state(row: &GrantRow) -> Result<Grant, AppError> {
    record::read(row).map_err(|e| AppError::Internal(anyhow::anyhow!(e)))
}

/// The row of a grant that is given for the first time, on this card. Its state is written by [`record::writes`].
pub(super) fn new_row(
    desk: &Desk,
    request: &Request,
    item: &Item,
    grantee: &Grantee,
    asset: (&str, &str),
    name: &str,
    parent: Option<String>,
) -> GrantRow {
    GrantRow {
        id: GrantId::new(&desk.clock, &desk.random),
        client_id: request.client_id.clone(),
        request_id: request.id.clone(),
        item_id: item.id.clone(),
        platform: item.platform.clone(),
        asset_type: asset.0.to_owned(),
        asset_id: asset.1.to_owned(),
        asset_name: name.to_owned(),
        parent_name: parent,
        principal_kind: grantee.kind.clone(),
        principal_id: grantee.external_id.clone(),
        grantee_id: grantee.id.clone(),
        after_grant_id: None,
        level: String::new(),
        word: String::new(),
        state: String::new(),
        created_at: desk.now_ms(),
        changed_at: desk.now_ms(),
        rev: 0,
    }
}

/// Has the platform read now.
pub async fn verify(desk: &Desk, scope: &Scope, id: &str) -> Result<GrantRow, AppError> {
    let row = get(desk, scope, id).await?;
    if state(&row)?.is_by_hand() {
        return Err(AppError::Conflict(
            "the client said that this was done by hand; nothing can be read there".into(),
        ));
    }
    let data = json!({"word": row.word});
    let writes = vec![
        record::audit(desk, "grant.verify_asked", row.id.as_str(), Some(&row.request_id), data),
        record::look(desk, &row, desk.now_ms()),
    ];
    desk.store.commit(point!("verify"), scope, writes).await?;
    desk.wake.notify_one();
    Ok(row)
}

/// Ends the access: the wish becomes "gone", and the loop does the rest.
pub async fn revoke(desk: &Desk, scope: &Scope, id: &str) -> Result<GrantRow, AppError> {
    change(desk, scope, id, "grant.revoke_asked", json!({}), || Event::End(Why::Revoked)).await
}

/// Tries again what a person has mended.
pub async fn retry(desk: &Desk, scope: &Scope, id: &str) -> Result<GrantRow, AppError> {
    change(desk, scope, id, "grant.retry_asked", json!({}), || Event::Retry).await
}

/// A person on this side says that access which only people can take away was taken away.
pub async fn attest_removed(
    desk: &Desk,
    scope: &Scope,
    id: &str,
    by: Side,
    shown: serde_json::Value,
) -> Result<GrantRow, AppError> {
    change(desk, scope, id, "grant.removal_attested", shown, || Event::Attest(by)).await
}

/// The client says that what the steps of this card show was done. Twice is once.
pub async fn attest_given(desk: &Desk, scope: &Scope, item: &ItemId, shown: &str) -> Result<(), AppError> {
    let data = json!({"attested_by": Side::Client, "shown": shown});
    for row in desk.store.list_shares_of_item(scope, item).await? {
        if state(&row)?.waits_for_word() {
            let said = || Event::Attest(Side::Client);
            change(desk, scope, row.id.as_str(), "grant.attested", data.clone(), said).await?;
        }
    }
    Ok(())
}

/// Something on a card waits for a person.
pub async fn waits(desk: &Desk, scope: &Scope, item: &ItemId) -> Result<bool, AppError> {
    for row in desk.store.list_shares_of_item(scope, item).await? {
        if state(&row)?.may_retry() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Tries again everything on a card that waits for a person.
pub async fn retry_all(desk: &Desk, scope: &Scope, item: &ItemId) -> Result<(), AppError> {
    for row in desk.store.list_shares_of_item(scope, item).await? {
        if state(&row)?.may_retry() {
            retry(desk, scope, row.id.as_str()).await?;
        }
    }
    Ok(())
}

async fn change(
    desk: &Desk,
    scope: &Scope,
    id: &str,
    action: &str,
    data: serde_json::Value,
    event: impl Fn() -> Event,
) -> Result<GrantRow, AppError> {
    for _ in 0..TRIES {
        let row = get(desk, scope, id).await?;
        let before = state(&row)?;
        let (to, effects) = match grant::next(&before, event(), desk.clock.now()) {
            Ok(next) => next,
            // Asked twice is asked once.
            Err(_) if matches!(before.wish.want, valetkey_sdk::access::Want::Gone { .. }) => return Ok(row),
            Err(_) if before.by_word && before.is_at_rest() => return Ok(row),
            Err(e) => return Err(AppError::Conflict(e.to_string().into())),
        };
        let mut writes = record::writes(desk, &row, &to, &effects, action, data.clone());
        let at = record::next_look(&effects);
        // By hand only its end is due.
        if !to.is_by_hand() || at.is_some() {
            writes.push(record::look(desk, &row, at.unwrap_or_else(|| desk.now_ms())));
        }
        let then = crate::engine::card::after(desk);
        match desk.store.commit_then(point!("change"), scope, writes, row.item_id.clone(), then).await {
            Ok(()) => {
                desk.wake.notify_one();
                return get(desk, scope, id).await;
            }
            Err(StoreError::Stale(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("the grant"))
}

/// Access that flows from another asset, which revoking this one leaves alone.
pub struct Stay {
    pub from: AssetRef,
    pub from_name: String,
    pub roles: Roles,
}

/// Reading what stays takes this long at most: it is only said beforehand.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the receiver keeps, as the platform shows it now. What cannot be read is not told.
pub async fn stays(desk: &Desk, scope: &Scope, row: &GrantRow) -> Result<Vec<Stay>, AppError> {
    let grant = state(row)?;
    if grant.is_by_hand() {
        return Ok(Vec::new());
    }
    let Ok(sides) = sides::of_grant(desk, scope, row).await else { return Ok(Vec::new()) };
    let asset = sides.platform.manifest.facts_for(grant.wish.on.of(), &grant.wish.who.kind);
    let asset = asset.map_err(|e| AppError::Internal(e.into()))?;
    let (Some(connector), Some(level)) =
        (sides.platform.connector.as_deref(), asset.levels.get(&grant.wish.level))
    else {
        return Ok(Vec::new());
    };
    let cx = sides.cx(desk);
    let seen = tokio::time::timeout(PATIENCE, observe(connector, &cx, &grant.wish, level)).await;
    let Ok(Ok(seen)) = seen else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for held in seen.seen.rows {
        let Path::Inherited(from) = held.path else { continue };
        let id = from.id().unwrap_or_default();
        let key = (from.of().as_str(), id);
        let principal = (row.principal_kind.as_str(), row.principal_id.as_str());
        let known = desk.store.find_grant_by_natural_key(scope, &row.platform, (key, principal)).await?;
        let from_name = known.map_or_else(|| id.to_owned(), |known| known.asset_name);
        out.push(Stay { from, from_name, roles: held.roles });
    }
    Ok(out)
}

/// What revoking would call, without calling it.
pub struct RevokePlan {
    pub row: GrantRow,
    /// The side whose sign-in would do it; none when somebody has to sign in again first.
    pub side: Option<Side>,
    /// The platform offers us no way: by hand.
    pub by_hand: bool,
    pub roles: Vec<String>,
    /// Who was assigned after this share, and goes with it.
    pub also: Vec<GrantRow>,
}

pub async fn plan_revoke(desk: &Desk, scope: &Scope, id: &str) -> Result<RevokePlan, AppError> {
    let row = get(desk, scope, id).await?;
    let grant = state(&row)?;
    if grant.is_by_hand() {
        let roles = grant.wish.roles().into_iter().collect();
        return Ok(RevokePlan { row, side: None, by_hand: true, roles, also: Vec::new() });
    }
    let sides = sides::of_grant(desk, scope, &row).await?;
    let asset = sides.platform.manifest.facts_for(grant.wish.on.of(), &grant.wish.who.kind);
    let asset = asset.map_err(|e| AppError::Internal(e.into()))?;
    let level = asset.levels.get(&grant.wish.level).ok_or(AppError::NotFound("the level"))?;
    let side = level.revoke.iter().copied().find(|s| sides.held.iter().any(|h| h.side == *s));
    let roles = grant.proof.as_ref().map_or_else(|| grant.wish.roles(), |p| p.roles.clone());
    let mut also = desk.store.list_grants_after(scope, &row.id).await?;
    also.retain(|g| !matches!(g.word.as_str(), "revoked" | "expired" | "cancelled"));
    let by_hand = level.revoke.is_empty();
    Ok(RevokePlan { row, side, by_hand, roles: roles.into_iter().collect(), also })
}
