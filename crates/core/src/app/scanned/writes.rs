//! What becomes of a card when the platform shows what its code was scanned for.

use serde_json::json;
use valetkey_sdk::access::{Principal, Want, Wish};
use valetkey_sdk::clock::from_millisecond;
use valetkey_sdk::connector::Asset;
use valetkey_sdk::guide::Task;
use valetkey_sdk::lang::Lang;

use super::Sheet;
use crate::app::attest::Asked;
use crate::app::link::Link;
use crate::app::{AppError, Why, grants, invalid, staff};
use crate::desk::Desk;
use crate::engine::state::grant::{self, Event, Grant};
use crate::engine::state::{item, request};
use crate::engine::{card, record};
use crate::ids::{AttestationId, GrantId, ItemId};
use crate::store::Write;
use crate::store::cards::Attestation;
use crate::store::grantees::Grantee;
use crate::store::grants::GrantRow;
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
        Write::KeepRequest { id: link.request.id.clone(), rev: link.request.rev },
        Write::KeepGrantee(grantee.clone()),
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
    let mut rows = Vec::new();
    for (task, asset) in sheet.tasks.iter().zip(found) {
        let share = grant_writes(desk, link, sheet, (task, asset), grantee, None).await?;
        let after = share.row.id.clone();
        rows.push(share);
        for person in people.iter().filter(|person| staff::takes(desk, person, &task.ask.of, task.ask.level))
        {
            rows.push(grant_writes(desk, link, sheet, (task, asset), person, Some(&after)).await?);
        }
    }
    let mut left: Vec<_> = rows.iter().map(|r| r.was_of.clone()).filter(|was| was != &item.id).collect();
    left.sort();
    left.dedup();
    out.extend(rows.into_iter().flat_map(|r| r.writes));
    Ok((out, left))
}

/// One grant that is written.
struct Given {
    row: GrantRow,
    writes: Vec<Write>,
    /// The card that it belonged to before: this one where it is new.
    was_of: ItemId,
}

async fn grant_writes(
    desk: &Desk,
    link: &Link,
    sheet: &Sheet<'_>,
    (task, asset): (&Asked<'_>, &Asset),
    grantee: &Grantee,
    after: Option<&GrantId>,
) -> Result<Given, AppError> {
    let item = &sheet.item;
    let level = task.facts.levels.get(&task.ask.level).ok_or(AppError::NotFound("the level"))?;
    let roles = task.ask.native_roles.clone().unwrap_or_else(|| level.roles.clone());
    let id = asset.on.id().ok_or(AppError::NotFound("the account"))?;
    let until = link.request.access_expires_at.map(from_millisecond);
    let wish = Wish {
        on: asset.on.clone(),
        who: Principal::new(&grantee.kind, &grantee.external_id).of(grantee.within.as_deref()),
        level: task.ask.level,
        want: Want::Held { roles: roles.clone(), until },
    };
    let key = (task.ask.of.as_str(), id);
    let principal = (grantee.kind.as_str(), grantee.external_id.as_str());
    let found = desk.store.find_grant_by_natural_key(&link.scope, &item.platform, key, principal).await?;
    let now = desk.clock.now();
    let was_of = found.as_ref().map_or_else(|| item.id.clone(), |row| row.item_id.clone());
    let (row, to, new) = match found {
        // It was gone and came back by this client's hand; whoever asked before does not keep it.
        Some(row) => {
            let before = grants::state(&row)?;
            let (to, _) = grant::next(&before, Event::Approve(wish), now)
                .map_err(|e| AppError::Conflict(e.to_string().into()))?;
            let row = GrantRow {
                request_id: link.request.id.clone(),
                item_id: item.id.clone(),
                grantee_id: grantee.id.clone(),
                asset_name: asset.name.clone(),
                ..row
            };
            (row, to, false)
        }
        None => {
            let parent = Some(sheet.grantee.label.clone());
            let row = grants::new_row(desk, &link.request, item, grantee, key, &asset.name, parent);
            (GrantRow { after_grant_id: after.cloned(), ..row }, Grant::approved(wish), true)
        }
    };
    let to = match after {
        Some(_) => to.not_yet(),
        // Given for longer it was there before; otherwise the scan brought it.
        None if row.word == "active" => to,
        None => to.allowed(),
    };
    if row.client_id != link.request.client_id {
        return Err(invalid("which", Why::message("other-client-gave-it", &[])));
    }
    let data = json!({"level": task.ask.level, "roles": roles});
    let mut writes = record::writes(desk, &row, &to, &[], "grant.approved", data);
    if new {
        writes = record::as_new(writes);
    }
    // The share's record gives those who follow their job.
    if after.is_none() {
        writes.push(record::look(desk, &row, now.as_millisecond()));
    }
    Ok(Given { row, writes, was_of })
}
