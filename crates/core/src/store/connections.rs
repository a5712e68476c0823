//! `Store` methods for connections.

use super::grants::GrantRow;
use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, ClientId, ConnectionId, GrantId, ItemId, MemberId, RequestId};
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
// The client's is that of the grant's card. The agency's is that of whoever receives the access; its own people are
// assigned by whoever proved the grantee that they belong to. The client's comes first.
// Whether the client's serves a grant that follows a share, the platform's facts say.
sql!(
    GRANT_WITH,
    "SELECT g.grant_id, g.client_id, g.request_id, g.item_id, g.platform, g.asset_type, g.asset_id, g.asset_name, g.parent_name, g.principal_kind, g.principal_id, g.grantee_id, g.level, g.word, g.state, g.created_at, g.changed_at, g.rev, g.after_grant_id, c.connection_id, c.side, c.item_id, c.member_id, c.platform, c.sign_in, c.state, c.browser_hash, c.identity, c.credential, c.created_at, c.rev FROM access_grant g LEFT JOIN item i ON i.agency_id = g.agency_id AND i.item_id = g.item_id LEFT JOIN grantee e ON e.agency_id = g.agency_id AND e.grantee_id = CASE WHEN g.after_grant_id IS NULL THEN g.grantee_id ELSE i.grantee_id END LEFT JOIN connection c ON c.agency_id = g.agency_id AND c.connection_id IN (e.connection_id, i.connection_id) WHERE g.agency_id = $1 AND g.grant_id = $2 ORDER BY c.side DESC"
);
sql!(
    LIST,
    "SELECT c.connection_id, c.side, c.platform, c.sign_in, c.state, c.identity, c.member_id, c.created_at, i.request_id, r.client_id FROM connection c LEFT JOIN item i ON i.agency_id = c.agency_id AND i.item_id = c.item_id LEFT JOIN request r ON r.agency_id = i.agency_id AND r.request_id = i.request_id WHERE c.agency_id = $1 AND ($2 IS NULL OR r.client_id = $2) AND ($3 IS NULL OR c.platform = $3) AND ($4 IS NULL OR c.state = $4) AND (c.created_at, c.connection_id) < ($5, $6) ORDER BY c.created_at DESC, c.connection_id DESC LIMIT $7"
);
sql!(
    SET_STATE,
    "UPDATE connection SET state = $1, rev = rev + 1 WHERE agency_id = $2 AND connection_id = $3 AND rev = $4"
);
sql!(
    SET_CREDENTIAL,
    "UPDATE connection SET credential = $1, rev = rev + 1 WHERE agency_id = $2 AND connection_id = $3 AND rev = $4 AND state = 'active'"
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

/// A grant beside one of its connections.
struct Beside(GrantRow, Option<Connection>);

impl FromRow for Beside {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self(r.part(0)?, r.optional_part(19)?))
    }
}

/// A connection as it may be shown: whose it is, and nothing that opens anything.
#[derive(Clone, Debug)]
pub struct Seen {
    pub id: ConnectionId,
    pub side: String,
    pub platform: String,
    pub sign_in: String,
    pub state: String,
    /// `Identity` as JSON.
    pub identity: String,
    pub member_id: Option<MemberId>,
    pub created_at: i64,
    pub request_id: Option<RequestId>,
    pub client_id: Option<ClientId>,
}

/// Which connections to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub client_id: Option<String>,
    pub platform: Option<String>,
    pub state: Option<String>,
}

impl FromRow for Seen {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            side: r.get(1)?,
            platform: r.get(2)?,
            sign_in: r.get(3)?,
            state: r.get(4)?,
            identity: r.get(5)?,
            member_id: r.get(6)?,
            created_at: r.get(7)?,
            request_id: r.get(8)?,
            client_id: r.get(9)?,
        })
    }
}

impl Store {
    /// Newest first, before this position, without credentials.
    pub async fn list_connections(
        &self,
        scope: &Scope,
        f: &Filter,
        before: Option<(i64, &str)>,
        limit: i64,
    ) -> Result<Vec<Seen>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, ""));
        let (client, platform) = (f.client_id.as_deref(), f.platform.as_deref());
        let row = cells![scope.agency(), client, platform, f.state.as_deref(), at, id, limit];
        Ok(self.db.of(scope.agency()).query(LIST, row).await?)
    }

    pub async fn find_connection(
        &self,
        scope: &Scope,
        id: &ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id]).await?)
    }

    /// A grant, and what calls about it can be made with: the client's connection, if they gave it, and the agency's.
    pub async fn find_grant_with_connections(
        &self,
        scope: &Scope,
        grant: &GrantId,
    ) -> Result<Option<(GrantRow, Vec<Connection>)>, StoreError> {
        let all: Vec<Beside> =
            self.db.of(scope.agency()).query(GRANT_WITH, cells![scope.agency(), grant]).await?;
        let (mut rows, connections): (Vec<_>, Vec<_>) = all.into_iter().map(|Beside(g, c)| (g, c)).unzip();
        Ok(rows.pop().map(|row| (row, connections.into_iter().flatten().collect())))
    }
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

pub(super) async fn set_credential(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &ConnectionId,
    rev: i64,
    sealed: &[u8],
) -> Result<(), StoreError> {
    changed(tx.exec(SET_CREDENTIAL, cells![sealed, agency, id, rev]).await?, "the connection")
}
