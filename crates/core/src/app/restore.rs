//! After a restore from a backup: the platforms are read, and the differences told, before anything is done there.

use std::collections::BTreeMap;

use serde_json::json;

use super::grants::state;
use super::{AppError, audit};
use crate::desk::Desk;
use crate::engine;
use crate::engine::record;
use crate::engine::state::grant::{self, Event, Phase};
use crate::ids::{ClientId, GrantId};
use crate::store::grants::{Filter, GrantRow};
use crate::store::mails::MailWrite;
use crate::store::{Scope, Store, StoreError, Write};
use valetkey_sdk::point;
use valetkey_sdk::reconcile::Authority;

/// As many grants are suspended in one transaction.
const PAGE: i64 = 200;

/// One agency of a backup, whose audit log is whole.
#[derive(Clone, Debug)]
pub struct AgencyOf {
    pub name: String,
    pub records: i64,
    /// When the newest record was made, epoch milliseconds: as of then the backup is.
    pub newest: Option<i64>,
}

/// What stood in the backup.
pub struct Before {
    words: BTreeMap<GrantId, String>,
    /// Grants that were not done yet; nothing is done for them before somebody decides again.
    pub suspended: usize,
}

impl Before {
    /// How many grants there are to read.
    pub fn grants(&self) -> usize {
        self.words.len()
    }
}

/// A grant that is not as the backup said, or that nobody can tell.
#[derive(Clone, Debug)]
pub struct Difference {
    pub agency: String,
    pub client: String,
    pub row: GrantRow,
    /// The word in the backup, and the word after reading.
    pub was: String,
    pub is: String,
    /// Why it cannot be told, or does not go on by itself.
    pub why: Option<String>,
    pub suspended: bool,
}

/// Checks each agency's audit log from its first record to its last.
///
/// # Errors
/// Names the first bad record.
pub async fn check(store: &Store) -> anyhow::Result<Vec<AgencyOf>> {
    let mut all = Vec::new();
    for (scope, agency) in store.list_agencies_as_operator().await? {
        let head = audit::verify(store, &scope, &[]).await?;
        let newest = store.list_audit(&scope, head.seq - 1, 1).await?.pop().map(|r| r.at_ms);
        all.push(AgencyOf { name: agency.name, records: head.seq, newest });
    }
    Ok(all)
}

/// Takes the authority of everything that is not done yet, ends all sessions, and has every grant read. Doing it
/// again changes nothing more.
///
/// # Errors
/// When a row cannot be read or written; what was suspended until then stays so.
pub async fn suspend(desk: &Desk) -> Result<Before, AppError> {
    // No process of the backup's time is at work any more.
    desk.store.release_all_leases().await?;
    desk.store.end_all_sessions().await?;
    let mut before = Before { words: BTreeMap::new(), suspended: 0 };
    for (scope, agency) in desk.store.list_agencies_as_operator().await? {
        let mut held_back = 0;
        for row in all_grants(desk, &scope).await? {
            held_back += usize::from(suspend_one(desk, &scope, &row).await?);
            before.words.insert(row.id, row.word);
        }
        let data = json!({"suspended": held_back});
        let told = record::audit(desk, "agency.restored", agency.id.as_str(), None, data);
        // What waited in the backup may have gone out since: who wants it sends it again.
        let why = "restored from a backup, and perhaps sent before".to_owned();
        let mails = Write::Mail(MailWrite::HoldAll { why });
        desk.store.commit(point!("restore agency"), &scope, vec![told, mails]).await?;
        before.suspended += held_back;
    }
    Ok(before)
}

/// Whether it was not done yet.
async fn suspend_one(desk: &Desk, scope: &Scope, row: &GrantRow) -> Result<bool, AppError> {
    let from = state(row)?;
    let to = grant::next(&from, Event::Restore, desk.clock.now());
    let (to, effects) = to.map_err(|e| AppError::Internal(e.into()))?;
    let look = record::next_look(&effects).map(|at| record::look(desk, row, at));
    let mut writes: Vec<Write> = look.into_iter().collect();
    if to != from {
        writes.extend(record::writes(desk, row, &to, &effects, "grant.suspended", json!({})));
    }
    desk.store.commit(point!("suspend"), scope, writes).await?;
    Ok(to != from)
}

async fn all_grants(desk: &Desk, scope: &Scope) -> Result<Vec<GrantRow>, StoreError> {
    let mut all: Vec<GrantRow> = Vec::new();
    loop {
        let before = all.last().map(|row| (row.created_at, row.id.as_str()));
        let page = desk.store.list_grants(scope, &Filter::default(), before, PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// Reads every grant at its platform and says what is not as the backup said. Nothing is changed there: all that
/// could act was suspended.
///
/// # Errors
/// When the database does not answer.
pub async fn differences(desk: &Desk, before: &Before) -> Result<Vec<Difference>, AppError> {
    engine::drain(desk).await?;
    let mut all = Vec::new();
    for (scope, agency) in desk.store.list_agencies_as_operator().await? {
        let mut clients: BTreeMap<ClientId, String> = BTreeMap::new();
        for row in all_grants(desk, &scope).await? {
            let grant = state(&row)?;
            let suspended = grant.known.authority == Authority::Suspended;
            let was = before.words.get(&row.id).cloned().unwrap_or_default();
            if was == row.word && !suspended {
                continue;
            }
            let client = match clients.get(&row.client_id) {
                Some(name) => name.clone(),
                None => desk.store.get_client(&scope, &row.client_id).await?.name,
            };
            clients.insert(row.client_id.clone(), client.clone());
            let why = match grant.phase {
                Phase::Unverifiable { why, .. } => Some(why),
                _ => None,
            };
            let is = row.word.clone();
            all.push(Difference { agency: agency.name.clone(), client, row, was, is, why, suspended });
        }
    }
    Ok(all)
}
