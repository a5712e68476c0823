//! Turns a transition into what one transaction writes: row, audit record, events, next look.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::state::Effect;
use super::state::grant::Grant;
use crate::desk::Inner;
use crate::ids::{EventId, JobId, RequestId};
use crate::store::Write;
use crate::store::audit::Entry;
use crate::store::events::Event;
use crate::store::grants::GrantRow;

/// A grant row's state.
///
/// # Errors
/// When the row was written by something that is not this program.
pub fn read(row: &GrantRow) -> Result<Grant, String> {
    serde_json::from_str(&row.state).map_err(|e| format!("grant {}: its state cannot be read: {e}", row.id))
}

/// The row with a new state.
pub fn row_with(row: &GrantRow, grant: &Grant, now: Timestamp) -> GrantRow {
    GrantRow {
        word: grant.word().to_owned(),
        state: serde_json::to_string(grant).expect("a grant's state is JSON"),
        level: grant.wish.level.as_str().to_owned(),
        changed_at: now.as_millisecond(),
        ..row.clone()
    }
}

/// The same writes for a row that is not there yet.
pub fn as_new(mut writes: Vec<Write>) -> Vec<Write> {
    for write in &mut writes {
        if let Write::Grant(row) = write {
            *write = Write::NewGrant(row.clone());
        }
    }
    writes
}

/// Row by compare-and-set, one audit record, the events. `action` names the transition.
pub fn writes(
    desk: &Inner,
    row: &GrantRow,
    to: &Grant,
    effects: &[Effect],
    action: &str,
    mut data: Value,
) -> Vec<Write> {
    let now = desk.clock.now();
    let new = row_with(row, to, now);
    if let Some(map) = data.as_object_mut() {
        map.insert("from".into(), json!(row.word));
        map.insert("to".into(), json!(new.word));
        map.insert("platform".into(), json!(row.platform));
        map.insert(
            "asset".into(),
            json!({"type": row.asset_type, "id": row.asset_id, "name": row.asset_name}),
        );
        map.insert("grantee".into(), json!({"kind": row.principal_kind, "id": row.principal_id}));
        map.insert("level".into(), json!(new.level));
    }
    let mut out =
        vec![audit(desk, action, row.id.as_str(), Some(&row.request_id), data), Write::Grant(Box::new(new))];
    out.extend(events(desk, effects, row.id.as_str(), Some(&row.request_id)));
    out
}

pub fn audit(desk: &Inner, action: &str, subject: &str, request: Option<&RequestId>, data: Value) -> Write {
    Write::Audit(Entry {
        at: desk.now_ms(),
        action: action.to_owned(),
        subject_id: subject.to_owned(),
        request_id: request.cloned(),
        data,
    })
}

/// A record that belongs to no request, for changes that the store makes by itself.
pub fn entry(desk: &Inner, action: &str, subject: &str, data: Value) -> Entry {
    let (action, subject_id) = (action.to_owned(), subject.to_owned());
    Entry { at: desk.now_ms(), action, subject_id, request_id: None, data }
}

pub fn events(desk: &Inner, effects: &[Effect], subject: &str, request: Option<&RequestId>) -> Vec<Write> {
    let kinds = effects.iter().filter_map(|e| match e {
        Effect::Emit(kind) => Some(*kind),
        Effect::Look(_) => None,
    });
    kinds
        .map(|kind| {
            Write::Event(Event {
                id: EventId::new(&desk.clock, &desk.random),
                kind: kind.to_owned(),
                subject_id: subject.to_owned(),
                request_id: request.cloned(),
                at: desk.now_ms(),
            })
        })
        .collect()
}

/// When the grant is looked at next, if a transition asked for it.
pub fn next_look(effects: &[Effect]) -> Option<i64> {
    effects
        .iter()
        .filter_map(|e| match e {
            Effect::Look(at) => Some(at.as_millisecond()),
            Effect::Emit(_) => None,
        })
        .min()
}

/// The write that has a grant looked at.
pub fn look(desk: &Inner, row: &GrantRow, at: i64) -> Write {
    Write::Look { job: JobId::new(&desk.clock, &desk.random), grant: row.id.clone(), at }
}
