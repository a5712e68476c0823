//! `Store` methods for what a platform tells about a person: whose sign-ins those are, and what they asked to
//! have erased.

use serde_json::{Value, json};

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Actor, Scope, Store, StoreError};
use crate::ids::{AgencyId, ConnectionId, ItemId};
use crate::{cells, sql};

/// A sign-in of the person that a platform speaks of.
#[derive(Clone, Debug)]
pub struct Theirs {
    pub scope: Scope,
    pub id: ConnectionId,
    /// The card that it was made on; none where somebody of the agency signed in.
    pub item_id: Option<ItemId>,
    pub state: String,
}

/// How far one request to erase has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub asked: i64,
    pub done: i64,
}

// The identity begins with its id. A platform's own word that was checked comes seldom, so all are looked through.
sql!(
    OF_PERSON,
    "SELECT agency_id, connection_id, item_id, state FROM connection WHERE platform = $1 AND sign_in = $2 AND substr(identity, 1, length($3)) = $3 AND created_at <= $4 AND state <> 'closed' ORDER BY agency_id, connection_id"
);
sql!(
    ASK,
    "INSERT INTO erasure (agency_id, code_hash, connection_id, asked_at) VALUES ($1, $2, $3, $4) ON CONFLICT (agency_id, code_hash, connection_id) DO NOTHING"
);
sql!(
    ERASE,
    "UPDATE connection SET credential = NULL, identity = $1, rev = rev + 1 WHERE agency_id = $2 AND connection_id = $3 AND state <> 'active' AND EXISTS (SELECT 1 FROM erasure e WHERE e.agency_id = $2 AND e.connection_id = $3)"
);
sql!(IDENTITY, "SELECT identity FROM connection WHERE agency_id = $1 AND connection_id = $2");
sql!(
    ASKED_OF,
    "SELECT COUNT(*) FROM erasure WHERE agency_id = $1 AND connection_id = $2 AND done_at IS NULL"
);
sql!(DONE, "UPDATE erasure SET done_at = $1 WHERE agency_id = $2 AND connection_id = $3 AND done_at IS NULL");
sql!(PROGRESS, "SELECT COUNT(*), COUNT(done_at) FROM erasure WHERE code_hash = $1");

impl FromRow for Theirs {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        let agency: AgencyId = r.get(0)?;
        let scope = Scope::new(agency, Actor::Client);
        Ok(Self { scope, id: r.get(1)?, item_id: r.get(2)?, state: r.get(3)? })
    }
}

impl FromRow for Progress {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { asked: r.get(0)?, done: r.get(1)? })
    }
}

impl Store {
    /// Sign-ins of this person at this platform that are older than `before`, of every agency.
    pub async fn list_sign_ins_of_person(
        &self,
        platform: &str,
        sign_in: &str,
        person: &str,
        before: i64,
    ) -> Result<Vec<Theirs>, StoreError> {
        let begins = format!("{{\"id\":{},", Value::from(person));
        Ok(self.db.across().query(OF_PERSON, cells![platform, sign_in, begins.as_str(), before]).await?)
    }

    /// None asked where there is no such code.
    pub async fn erasure_progress(&self, code_hash: &str) -> Result<Progress, StoreError> {
        Ok(self.db.across().one(PROGRESS, cells![code_hash]).await?)
    }
}

/// Notes that this sign-in is to be erased, which happens at once where it is over already.
pub(super) async fn ask(
    tx: &Tx<'_>,
    agency: &AgencyId,
    code_hash: &str,
    connection: &ConnectionId,
    at: i64,
) -> Result<(), StoreError> {
    tx.exec(ASK, cells![agency, code_hash, connection, at]).await?;
    erase_asked(tx, agency, connection, at).await
}

/// Drops key and name of a sign-in that is over, where that was asked for. Its id stays: the access that was
/// given under it is still watched, and whoever signs in again is known by it.
pub(super) async fn erase_asked(
    tx: &Tx<'_>,
    agency: &AgencyId,
    connection: &ConnectionId,
    at: i64,
) -> Result<(), StoreError> {
    let asked: Option<i64> = tx.optional(ASKED_OF, cells![agency, connection]).await?;
    let Some(identity) = tx.optional::<String>(IDENTITY, cells![agency, connection]).await? else {
        return Ok(());
    };
    if asked.unwrap_or(0) == 0 {
        return Ok(());
    }
    // Broken text has no id that could be kept.
    let read: Value = serde_json::from_str(&identity).unwrap_or_default();
    let bare = json!({"id": read["id"].as_str().unwrap_or_default(), "name": "", "scopes": null}).to_string();
    if tx.exec(ERASE, cells![bare.as_str(), agency, connection]).await? > 0 {
        tx.exec(DONE, cells![at, agency, connection]).await?;
    }
    Ok(())
}
