//! The agency's own people and accounts follow the share: in the transaction that records it, and before each look.

use jiff::Timestamp;
use serde_json::json;
use valetkey_sdk::access::Want;
use valetkey_sdk::clock::from_millisecond;
use valetkey_sdk::reconcile::{Act, Standing, Step};

use super::record;
use super::state::grant::staff::{GRACE, Share};
use super::state::grant::{self, Event, Grant, Phase};
use crate::desk::Desk;
use crate::store::grants::GrantRow;
use crate::store::write::CardView;
use crate::store::{Scope, StoreError, Write};

/// What becomes of everybody who follows one of this card's shares.
pub fn follow(desk: &Desk, view: &CardView) -> Vec<Write> {
    let mut out = Vec::new();
    for row in &view.staff {
        let share = view.shares.iter().find(|s| Some(&s.id) == row.after_grant_id.as_ref());
        // The word tells most of them without reading both states.
        let Some(share) = share.filter(|s| s.word != "active" || row.word == "queued") else { continue };
        let (Ok(before), Ok(stands)) = (record::read(row), record::read(share)) else { continue };
        let event = Event::Follow(Share::of(&stands));
        let Ok((to, effects)) = grant::next(&before, event, desk.clock.now()) else { continue };
        let data = json!({"share": share.id, "share_is": share.word});
        out.extend(record::writes(desk, row, &to, &effects, "grant.followed", data));
        out.extend(record::next_look(&effects).map(|at| record::look(desk, row, at)));
    }
    out
}

/// What there is to do before the platform is asked.
pub enum Turn {
    /// Ask it.
    Look,
    /// Known without asking.
    Known(Event),
    /// Not now; at this time, if at all. Milliseconds.
    Later(Option<i64>),
}

/// Whose turn it is when a grant is due that follows a share, or that others follow.
pub async fn turn(desk: &Desk, scope: &Scope, row: &GrantRow, grant: &Grant) -> Result<Turn, StoreError> {
    let Some(after) = &row.after_grant_id else { return before(desk, scope, row, grant).await };
    let share = desk.store.find_grant(scope, after).await?;
    let Some(Ok(share)) = share.map(|s| record::read(&s)) else { return Ok(Turn::Look) };
    let (stands, now) = (Share::of(&share), desk.clock.now());
    let event = Event::Follow(stands);
    if matches!(stands, Share::Gone(_)) || grant.phase == Phase::NotYet {
        let moves = grant::next(grant, event.clone(), now).is_ok();
        let is_left = matches!(stands, Share::Gone(_)) && grant.may_outlive() && !grant.is_over();
        return Ok(match moves {
            true => Turn::Known(event),
            false if is_left => Turn::Look,
            false => Turn::Later(None),
        });
    }
    match grant.wish.want {
        Want::Gone { .. } if grant.was_never_asked() && stands != Share::Held => {
            Ok(Turn::Known(Event::Look(Step::Settled(Standing::Gone), None)))
        }
        // The share's own end takes it along.
        Want::Held { until: Some(until), .. } if until <= now && now < until + GRACE && !grant.ends_first => {
            Ok(Turn::Later(Some((until + GRACE).as_millisecond())))
        }
        _ => Ok(Turn::Look),
    }
}

/// A share that ends waits for what goes before it, and no longer than [`GRACE`]: nobody who wants it gone is held
/// up by a sign-in that is over.
async fn before(desk: &Desk, scope: &Scope, row: &GrantRow, share: &Grant) -> Result<Turn, StoreError> {
    let now = desk.clock.now();
    let Some(since) = ends_since(row, share, now).filter(|_| !is_being_taken(share)) else {
        return Ok(Turn::Look);
    };
    let until = since + GRACE;
    if until <= now {
        return Ok(Turn::Look);
    }
    let followers = desk.store.list_grants_after(scope, &row.id).await?;
    let holds = |row: &GrantRow| record::read(row).is_ok_and(|g| g.may_outlive() && !g.is_over());
    Ok(match followers.iter().any(holds) {
        true => Turn::Later(Some(until.as_millisecond())),
        false => Turn::Look,
    })
}

/// The share that waits for this one to be gone has its turn, now that it is.
pub async fn release(
    desk: &Desk,
    scope: &Scope,
    row: &GrantRow,
    to: &Grant,
) -> Result<Option<Write>, StoreError> {
    let Some(after) = row.after_grant_id.as_ref().filter(|_| to.ends_first && to.is_over()) else {
        return Ok(None);
    };
    let Some(share) = desk.store.find_grant(scope, after).await? else { return Ok(None) };
    let now = desk.clock.now();
    let ends = record::read(&share).is_ok_and(|g| !g.is_over() && ends_since(&share, &g, now).is_some());
    Ok(ends.then(|| record::look(desk, &share, now.as_millisecond())))
}

/// Since when it is to be gone, if it is.
fn ends_since(row: &GrantRow, share: &Grant, now: Timestamp) -> Option<Timestamp> {
    match share.wish.want {
        Want::Gone { .. } => Some(from_millisecond(row.changed_at)),
        Want::Held { until, .. } => until.filter(|until| *until <= now),
    }
}

/// The call that takes it away was begun.
fn is_being_taken(share: &Grant) -> bool {
    share.known.intent.as_ref().is_some_and(|intent| intent.act == Act::Revoke)
}
