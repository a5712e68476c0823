//! What becomes of a card when the platform shows what its code was scanned for.

use serde_json::json;
use valetkey_sdk::connector::Asset;
use valetkey_sdk::guide::Task;
use valetkey_sdk::lang::Lang;

use super::Sheet;
use crate::app::attest::Asked;
use crate::app::link::Link;
use crate::app::promised::{Promised, Yes};
use crate::app::{AppError, Why, invalid, staff};
use crate::desk::Desk;
use crate::engine::state::{item, request};
use crate::engine::{card, record};
use crate::ids::{AttestationId, GrantId, ItemId};
use crate::store::Write;
use crate::store::basis::Basis;
use crate::store::cards::Attestation;
use crate::store::grantees::Grantee;
use crate::store::items::Item;

/// The client's word, the card and its grants; and the cards that lose a grant to this one.
pub(super) async fn writes(
    desk: &Desk,
    link: &Link,
    sheet: &Sheet<'_>,
    browser: &str,
    found: &[Asset],
    read_in: Lang,
) -> Result<(Vec<Write>, Vec<ItemId>), AppError> {
    let Sheet { item, grantee, staff: people, digest, .. } = sheet;
    let state = item::State::parse(&item.state).ok_or(AppError::NotFound("the card"))?;
    let (next, _) =
        item::next(state, item::Event::Attest).map_err(|e| AppError::Conflict(e.to_string().into()))?;
    let attestation = AttestationId::new(&desk.clock, &desk.random);
    let assets: Vec<_> = found.iter().map(|a| json!([a.on, a.name])).collect();
    let data = json!({
        "from": state.word(), "to": next.word(), "attestation": attestation, "platform": item.platform,
        "shown": digest, "language": read_in.as_str(), "browser": desk.hash_session(browser),
        "grantee": grantee.external_id, "assets": assets,
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
        record::audit(desk, "item.scanned", item.id.as_str(), Some(&link.request.id), data),
        Write::Item(Box::new(Item { state: next.as_str().into(), trouble: None, ..item.clone() })),
    ];
    out.extend(people.iter().cloned().map(Write::KeepGrantee));
    out.extend(card::request_event(desk, &link.request, request::Event::Start));
    let mut given = Vec::new();
    for (task, asset) in sheet.tasks.iter().zip(found) {
        let share = grant_writes(desk, link, sheet, (task, asset), grantee, None).await?;
        let after = share.0.row.id.clone();
        given.push(share);
        let takes = |person: &&Grantee| staff::takes(desk, person, &task.ask.of, task.ask.level);
        for person in people.iter().filter(takes) {
            given.push(grant_writes(desk, link, sheet, (task, asset), person, Some(&after)).await?);
        }
    }
    let mut left: Vec<_> =
        given.iter().map(|(it, _)| it.was_of.clone()).filter(|was| was != &item.id).collect();
    left.sort();
    left.dedup();
    out.extend(given.into_iter().flat_map(|(_, writes)| writes));
    Ok((out, left))
}

async fn grant_writes(
    desk: &Desk,
    link: &Link,
    sheet: &Sheet<'_>,
    (task, asset): (&Asked<'_>, &Asset),
    grantee: &Grantee,
    after: Option<&GrantId>,
) -> Result<(Promised, Vec<Write>), AppError> {
    let level = task.facts.levels.get(&task.ask.level).ok_or(AppError::NotFound("the level"))?;
    let roles = task.ask.native_roles.as_ref().unwrap_or(&level.roles);
    let id = asset.on.id().ok_or(AppError::NotFound("the account"))?;
    let yes = Yes { link, item: &sheet.item, grantee, after };
    let wish = yes.wish(desk, asset.on.clone(), task.ask.level, roles);
    let found = yes.find(desk, wish.on.of(), id).await?;
    let mut it = yes.promise(desk, found, wish, id, &asset.name, Some(sheet.grantee.label.clone()))?;
    if it.row.client_id != link.request.client_id {
        return Err(invalid("which", Why::message("other-client-gave-it", &[])));
    }
    // Given for longer it was there before; otherwise the scan brought it.
    if after.is_none() && it.row.word != "active" {
        it.grant = it.grant.allowed();
    }
    let data = json!({"level": task.ask.level, "roles": it.grant.wish.roles()});
    let mut writes = it.writes(desk, &[], "grant.approved", data);
    // The share's record gives those who follow their job.
    if after.is_none() {
        writes.push(record::look(desk, &it.row, desk.now_ms()));
    }
    Ok((it, writes))
}
