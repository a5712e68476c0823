//! The agency's own people follow the share: in the transaction that records it, and before each look.

use serde_json::json;
use valetkey_sdk::access::Want;
use valetkey_sdk::reconcile::{Standing, Step};

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

/// Whose turn it is when a grant that follows a share is due.
pub async fn turn(desk: &Desk, scope: &Scope, row: &GrantRow, grant: &Grant) -> Result<Turn, StoreError> {
    let Some(after) = &row.after_grant_id else { return Ok(Turn::Look) };
    let share = desk.store.find_grant(scope, after).await?;
    let Some(Ok(share)) = share.map(|s| record::read(&s)) else { return Ok(Turn::Look) };
    let (stands, now) = (Share::of(&share), desk.clock.now());
    let event = Event::Follow(stands);
    if matches!(stands, Share::Gone(_)) || grant.phase == Phase::NotYet {
        let moves = grant::next(grant, event.clone(), now).is_ok();
        return Ok(if moves { Turn::Known(event) } else { Turn::Later(None) });
    }
    match grant.wish.want {
        Want::Gone { .. } if grant.was_never_asked() && stands != Share::Held => {
            Ok(Turn::Known(Event::Look(Step::Settled(Standing::Gone), None)))
        }
        // The share's own end takes it along.
        Want::Held { until: Some(until), .. } if until <= now && now < until + GRACE => {
            Ok(Turn::Later(Some((until + GRACE).as_millisecond())))
        }
        _ => Ok(Turn::Look),
    }
}
