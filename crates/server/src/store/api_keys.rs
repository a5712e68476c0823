//! `Store` methods for API keys: kept as a keyed hash only.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Actor, Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, ApiKeyId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub label: String,
    pub created_at: i64,
}

sql!(
    INSERT,
    "INSERT INTO api_key (token_hash, agency_id, api_key_id, label, created_at) VALUES ($1, $2, $3, $4, $5)"
);
sql!(FIND, "SELECT agency_id, api_key_id FROM api_key WHERE token_hash = $1");
sql!(
    LIST,
    "SELECT api_key_id, label, created_at FROM api_key WHERE agency_id = $1 ORDER BY created_at DESC, api_key_id DESC"
);
sql!(DELETE, "DELETE FROM api_key WHERE agency_id = $1 AND api_key_id = $2");

impl FromRow for ApiKey {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { id: r.get(0)?, label: r.get(1)?, created_at: r.get(2)? })
    }
}

impl Store {
    pub async fn add_api_key(
        &self,
        scope: &Scope,
        id: ApiKeyId,
        token_hash: String,
        label: String,
        now: i64,
    ) -> Result<(), StoreError> {
        let agency = scope.agency().clone();
        let key = ApiKey { id, label, created_at: now };
        self.db.of(scope.agency()).tx(async move |tx| insert(tx, &agency, &key, &token_hash).await).await
    }

    pub async fn find_api_key(&self, token_hash: &str) -> Result<Option<Scope>, StoreError> {
        let row: Option<(AgencyId, ApiKeyId)> = self.db.optional(FIND, cells![token_hash]).await?;
        Ok(row.map(|(agency, key)| Scope::new(agency, Actor::Key(key))))
    }

    /// Newest first.
    pub async fn list_api_keys(&self, scope: &Scope) -> Result<Vec<ApiKey>, StoreError> {
        Ok(self.db.of(scope.agency()).query(LIST, cells![scope.agency()]).await?)
    }
}

pub(super) async fn insert(
    tx: &Tx<'_>,
    agency: &AgencyId,
    key: &ApiKey,
    token_hash: &str,
) -> Result<(), StoreError> {
    tx.exec(INSERT, cells![token_hash, agency, &key.id, &key.label, key.created_at]).await?;
    Ok(())
}

pub(super) async fn delete(tx: &Tx<'_>, agency: &AgencyId, id: &ApiKeyId) -> Result<(), StoreError> {
    changed(tx.exec(DELETE, cells![agency, id]).await?, "the API key")
}
