//! `Store` methods for API keys: kept as a keyed hash only.

use valetkey_sdk::point;

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Actor, Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, ApiKeyId, MemberId};
use crate::{cells, defence, sql};

#[derive(Clone, Debug)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub label: String,
    /// The member who made it, or whose key made it: it is theirs to lose. None: the operator.
    pub made_by: Option<MemberId>,
    pub created_at: i64,
    /// To within [`USED_MS`].
    pub used_at: Option<i64>,
}

/// A use is noted when the last one noted is older than this.
pub const USED_MS: i64 = 5 * 60 * 1000;

sql!(
    INSERT,
    "INSERT INTO api_key (token_hash, agency_id, api_key_id, label, made_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    FIND,
    "SELECT k.agency_id, k.api_key_id, k.used_at FROM api_key k LEFT JOIN member m ON m.agency_id = k.agency_id AND m.member_id = k.made_by WHERE k.token_hash = $1 AND (k.made_by IS NULL OR (m.removed_at IS NULL AND m.role IN ('owner', 'admin')))"
);
sql!(FIND_WITHOUT_RIGHTS, "SELECT agency_id, api_key_id, used_at FROM api_key WHERE token_hash = $1");
sql!(
    LIST,
    "SELECT api_key_id, label, made_by, created_at, used_at FROM api_key WHERE agency_id = $1 ORDER BY created_at DESC, api_key_id DESC"
);
sql!(USED, "UPDATE api_key SET used_at = $1 WHERE token_hash = $2");
sql!(DELETE, "DELETE FROM api_key WHERE agency_id = $1 AND api_key_id = $2");
sql!(pub(super) DELETE_OF_MEMBER, "DELETE FROM api_key WHERE agency_id = $1 AND made_by = $2");

impl FromRow for ApiKey {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            label: r.get(1)?,
            made_by: r.get(2)?,
            created_at: r.get(3)?,
            used_at: r.get(4)?,
        })
    }
}

impl Store {
    /// Whose calls these are. A key of a member who may not have one any more is none (T18).
    pub async fn find_api_key(&self, token_hash: &str, now: i64) -> Result<Option<Scope>, StoreError> {
        let find = if defence::fresh_rights() { FIND } else { FIND_WITHOUT_RIGHTS };
        let row: Option<(AgencyId, ApiKeyId, Option<i64>)> =
            self.db.across().optional(find, cells![token_hash]).await?;
        let Some((agency, key, used_at)) = row else { return Ok(None) };
        if used_at.is_none_or(|at| now - at >= USED_MS) {
            let hash = token_hash.to_owned();
            self.db.tx(point!("find api key"), async move |tx| note_use(tx, &hash, now).await).await?;
        }
        Ok(Some(Scope::new(agency, Actor::Key(key))))
    }

    /// Newest first.
    pub async fn list_api_keys(&self, scope: &Scope) -> Result<Vec<ApiKey>, StoreError> {
        Ok(self.db.of(scope.agency()).query(LIST, cells![scope.agency()]).await?)
    }
}

async fn note_use(tx: &Tx<'_>, token_hash: &str, now: i64) -> Result<(), StoreError> {
    tx.exec(USED, cells![now, token_hash]).await?;
    Ok(())
}

pub(super) async fn insert(
    tx: &Tx<'_>,
    agency: &AgencyId,
    key: &ApiKey,
    token_hash: &str,
) -> Result<(), StoreError> {
    let made_by = key.made_by.as_ref().map(MemberId::as_str);
    let row = cells![token_hash, agency, &key.id, &key.label, made_by, key.created_at];
    tx.exec(INSERT, row).await?;
    Ok(())
}

pub(super) async fn delete(tx: &Tx<'_>, agency: &AgencyId, id: &ApiKeyId) -> Result<(), StoreError> {
    changed(tx.exec(DELETE, cells![agency, id]).await?, "the API key")
}
