//! `Store` methods for grantees: who receives access on a platform.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, ConnectionId, GranteeId};
use crate::{cells, sql};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grantee {
    pub id: GranteeId,
    pub platform: String,
    pub kind: String,
    pub external_id: String,
    pub label: String,
    /// The id of the container that a person or system user belongs to.
    pub within: Option<String>,
    /// The agency's connection that listed it.
    pub connection_id: Option<ConnectionId>,
    pub proven_at: Option<i64>,
}

sql!(
    UPSERT,
    "INSERT INTO grantee (agency_id, grantee_id, platform, kind, external_id, label, connection_id, proven_at, created_at, within_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (agency_id, platform, kind, external_id) DO UPDATE SET label = excluded.label, connection_id = COALESCE(excluded.connection_id, grantee.connection_id), proven_at = COALESCE(excluded.proven_at, grantee.proven_at), within_id = COALESCE(excluded.within_id, grantee.within_id)"
);
sql!(
    GET,
    "SELECT grantee_id, platform, kind, external_id, label, connection_id, proven_at, within_id FROM grantee WHERE agency_id = $1 AND grantee_id = $2"
);
sql!(
    LIST,
    "SELECT grantee_id, platform, kind, external_id, label, connection_id, proven_at, within_id FROM grantee WHERE agency_id = $1 ORDER BY within_id IS NOT NULL, created_at, grantee_id"
);

sql!(
    SET_LABEL,
    "UPDATE grantee SET label = $1 WHERE agency_id = $2 AND grantee_id = $3 AND proven_at IS NULL"
);
sql!(
    USES,
    "SELECT (SELECT COUNT(*) FROM item WHERE agency_id = $1 AND grantee_id = $2) + (SELECT COUNT(*) FROM access_grant WHERE agency_id = $1 AND grantee_id = $2)"
);
sql!(DELETE, "DELETE FROM grantee WHERE agency_id = $1 AND grantee_id = $2");

impl FromRow for Grantee {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            platform: r.get(1)?,
            kind: r.get(2)?,
            external_id: r.get(3)?,
            label: r.get(4)?,
            connection_id: r.get(5)?,
            proven_at: r.get(6)?,
            within: r.get(7)?,
        })
    }
}

impl Store {
    pub async fn find_grantee(&self, scope: &Scope, id: &GranteeId) -> Result<Option<Grantee>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id]).await?)
    }

    /// Who receives access, then the people who belong to them.
    pub async fn list_grantees(&self, scope: &Scope) -> Result<Vec<Grantee>, StoreError> {
        Ok(self.db.of(scope.agency()).query(LIST, cells![scope.agency()]).await?)
    }

    /// How many cards and grants name it.
    pub async fn count_grantee_uses(&self, scope: &Scope, id: &GranteeId) -> Result<i64, StoreError> {
        Ok(self.db.of(scope.agency()).one(USES, cells![scope.agency(), id]).await?)
    }
}

/// Adds it, or proves one that is there: the same id on the platform is the same grantee.
pub(super) async fn upsert(tx: &Tx<'_>, agency: &AgencyId, g: &Grantee, now: i64) -> Result<(), StoreError> {
    let connection = g.connection_id.as_ref().map(ConnectionId::as_str);
    let within = g.within.as_deref();
    let row = cells![
        agency,
        &g.id,
        &g.platform,
        &g.kind,
        &g.external_id,
        &g.label,
        connection,
        g.proven_at,
        now,
        within
    ];
    tx.exec(UPSERT, row).await?;
    Ok(())
}

pub(super) async fn find(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &GranteeId,
) -> Result<Option<Grantee>, StoreError> {
    Ok(tx.optional(GET, cells![agency, id]).await?)
}

pub(super) async fn set_label(tx: &Tx<'_>, agency: &AgencyId, g: &Grantee) -> Result<(), StoreError> {
    changed(tx.exec(SET_LABEL, cells![&g.label, agency, &g.id]).await?, "the grantee")
}

pub(super) async fn delete(tx: &Tx<'_>, agency: &AgencyId, id: &GranteeId) -> Result<(), StoreError> {
    let uses: i64 = tx.one(USES, cells![agency, id]).await?;
    if uses > 0 {
        return Err(StoreError::Stale("the grantee"));
    }
    changed(tx.exec(DELETE, cells![agency, id]).await?, "the grantee")
}
