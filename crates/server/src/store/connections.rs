//! `Store` methods for connections.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, ConnectionId, ItemId, MemberId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Connection {
    pub id: ConnectionId,
    pub side: String,
    pub item_id: Option<ItemId>,
    pub member_id: Option<MemberId>,
    pub platform: String,
    pub sign_in: String,
    pub state: String,
    /// The browser that signed in: picking and approving stay with it.
    pub browser_hash: String,
    /// `Identity` as JSON.
    pub identity: String,
    /// Sealed; empty once it was dropped.
    pub credential: Option<Vec<u8>>,
    pub created_at: i64,
    pub rev: i64,
}

sql!(
    INSERT,
    "INSERT INTO connection (agency_id, connection_id, side, item_id, member_id, platform, sign_in, state, browser_hash, identity, credential, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
sql!(
    GET,
    "SELECT connection_id, side, item_id, member_id, platform, sign_in, state, browser_hash, identity, credential, created_at, rev FROM connection WHERE agency_id = $1 AND connection_id = $2"
);
sql!(
    SET_STATE,
    "UPDATE connection SET state = $1, rev = rev + 1 WHERE agency_id = $2 AND connection_id = $3 AND rev = $4"
);

impl FromRow for Connection {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            side: r.get(1)?,
            item_id: r.get(2)?,
            member_id: r.get(3)?,
            platform: r.get(4)?,
            sign_in: r.get(5)?,
            state: r.get(6)?,
            browser_hash: r.get(7)?,
            identity: r.get(8)?,
            credential: r.get(9)?,
            created_at: r.get(10)?,
            rev: r.get(11)?,
        })
    }
}

impl Store {
    pub async fn find_connection(
        &self,
        scope: &Scope,
        id: &ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        Ok(self.db.optional(GET, cells![scope.agency(), id]).await?)
    }
}

pub(super) async fn find(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &ConnectionId,
) -> Result<Option<Connection>, StoreError> {
    Ok(tx.optional(GET, cells![agency, id]).await?)
}

pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, c: &Connection) -> Result<(), StoreError> {
    let row = cells![
        agency,
        &c.id,
        &c.side,
        c.item_id.as_ref().map(ItemId::as_str),
        c.member_id.as_ref().map(MemberId::as_str),
        &c.platform,
        &c.sign_in,
        &c.state,
        &c.browser_hash,
        &c.identity,
        c.credential.as_deref(),
        c.created_at,
    ];
    tx.exec(INSERT, row).await?;
    Ok(())
}

pub(super) async fn set_state(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &ConnectionId,
    rev: i64,
    state: &str,
) -> Result<(), StoreError> {
    changed(tx.exec(SET_STATE, cells![state, agency, id, rev]).await?, "the connection")
}
