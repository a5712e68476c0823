//! `Store` methods for grants: one asset × grantee.

use super::sql::{Cell, DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed};
use crate::defence;
use crate::ids::{AgencyId, ClientId, GrantId, GranteeId, ItemId, RequestId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct GrantRow {
    pub id: GrantId,
    pub client_id: ClientId,
    pub request_id: RequestId,
    pub item_id: ItemId,
    pub platform: String,
    pub asset_type: String,
    pub asset_id: String,
    pub asset_name: String,
    pub parent_name: Option<String>,
    pub principal_kind: String,
    pub principal_id: String,
    pub grantee_id: GranteeId,
    pub level: String,
    /// The word people see, derived from `state`.
    pub word: String,
    /// The state machine's state, as JSON.
    pub state: String,
    pub created_at: i64,
    pub changed_at: i64,
    pub rev: i64,
    /// The share that this grant follows: a person of the agency, assigned once the agency has it.
    pub after_grant_id: Option<GrantId>,
}

impl GrantRow {
    /// What people read as the asset's id: the platform's, or what a client called it where that is not known.
    pub fn shown_id(&self) -> &str {
        let declared = self.asset_id.strip_prefix("declared:").and_then(|rest| rest.split_once(':'));
        declared.map_or(self.asset_id.as_str(), |(_, said)| said)
    }
}

/// Which grants to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub client_id: Option<String>,
    pub request_id: Option<String>,
    pub platform: Option<String>,
    pub word: Option<String>,
}

sql!(
    INSERT,
    "INSERT INTO access_grant (agency_id, grant_id, client_id, request_id, item_id, platform, asset_type, asset_id, asset_name, parent_name, principal_kind, principal_id, grantee_id, level, word, state, created_at, changed_at, after_grant_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $18)"
);
sql!(
    GET,
    "SELECT grant_id, client_id, request_id, item_id, platform, asset_type, asset_id, asset_name, parent_name, principal_kind, principal_id, grantee_id, level, word, state, created_at, changed_at, rev, after_grant_id FROM access_grant WHERE agency_id = $1 AND grant_id = $2"
);
sql!(
    BY_NATURAL_KEY,
    "SELECT grant_id, client_id, request_id, item_id, platform, asset_type, asset_id, asset_name, parent_name, principal_kind, principal_id, grantee_id, level, word, state, created_at, changed_at, rev, after_grant_id FROM access_grant WHERE agency_id = $1 AND platform = $2 AND asset_type = $3 AND asset_id = $4 AND principal_kind = $5 AND principal_id = $6"
);
sql!(
    OF_ITEM,
    "SELECT grant_id, client_id, request_id, item_id, platform, asset_type, asset_id, asset_name, parent_name, principal_kind, principal_id, grantee_id, level, word, state, created_at, changed_at, rev, after_grant_id FROM access_grant WHERE agency_id = $1 AND item_id = $2 ORDER BY grant_id"
);
sql!(
    LIST,
    "SELECT grant_id, client_id, request_id, item_id, platform, asset_type, asset_id, asset_name, parent_name, principal_kind, principal_id, grantee_id, level, word, state, created_at, changed_at, rev, after_grant_id FROM access_grant WHERE agency_id = $1 AND ($2 IS NULL OR client_id = $2) AND ($3 IS NULL OR request_id = $3) AND ($4 IS NULL OR platform = $4) AND ($5 IS NULL OR word = $5) AND (created_at, grant_id) < ($6, $7) ORDER BY created_at DESC, grant_id DESC LIMIT $8"
);
// Each half finds its rows by an index of its own.
sql!(
    AROUND_CARD,
    "SELECT grant_id, client_id, request_id, item_id, platform, asset_type, asset_id, asset_name, parent_name, principal_kind, principal_id, grantee_id, level, word, state, created_at, changed_at, rev, after_grant_id FROM access_grant WHERE agency_id = $1 AND item_id = $2 AND after_grant_id IS NULL UNION ALL SELECT grant_id, client_id, request_id, item_id, platform, asset_type, asset_id, asset_name, parent_name, principal_kind, principal_id, grantee_id, level, word, state, created_at, changed_at, rev, after_grant_id FROM access_grant WHERE agency_id = $1 AND after_grant_id IN (SELECT grant_id FROM access_grant WHERE agency_id = $1 AND item_id = $2) ORDER BY grant_id"
);
sql!(
    AFTER_GRANT,
    "SELECT grant_id, client_id, request_id, item_id, platform, asset_type, asset_id, asset_name, parent_name, principal_kind, principal_id, grantee_id, level, word, state, created_at, changed_at, rev, after_grant_id FROM access_grant WHERE agency_id = $1 AND after_grant_id = $2 ORDER BY grant_id"
);
sql!(REV, "SELECT rev FROM access_grant WHERE agency_id = $1 AND grant_id = $2");
sql!(
    UPDATE,
    "UPDATE access_grant SET request_id = $1, item_id = $2, grantee_id = $3, level = $4, asset_name = $5, word = $6, state = $7, changed_at = $8, rev = rev + 1 WHERE agency_id = $9 AND grant_id = $10 AND rev = $11"
);

/// What no two grants of a platform share: type and id of the asset, kind and id of the principal.
pub type NaturalKey<'a> = ((&'a str, &'a str), (&'a str, &'a str));

impl FromRow for GrantRow {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            client_id: r.get(1)?,
            request_id: r.get(2)?,
            item_id: r.get(3)?,
            platform: r.get(4)?,
            asset_type: r.get(5)?,
            asset_id: r.get(6)?,
            asset_name: r.get(7)?,
            parent_name: r.get(8)?,
            principal_kind: r.get(9)?,
            principal_id: r.get(10)?,
            grantee_id: r.get(11)?,
            level: r.get(12)?,
            word: r.get(13)?,
            state: r.get(14)?,
            created_at: r.get(15)?,
            changed_at: r.get(16)?,
            rev: r.get(17)?,
            after_grant_id: r.get(18)?,
        })
    }
}

impl GrantRow {
    /// Given by the client; not an assignment of the agency's own people that follows from it.
    pub fn is_share(&self) -> bool {
        self.after_grant_id.is_none()
    }
}

impl Store {
    /// What the client gave on this card.
    pub async fn list_shares_of_item(
        &self,
        scope: &Scope,
        item: &ItemId,
    ) -> Result<Vec<GrantRow>, StoreError> {
        Ok(self.list_grants_of_item(scope, item).await?.into_iter().filter(GrantRow::is_share).collect())
    }

    pub async fn find_grant(&self, scope: &Scope, id: &GrantId) -> Result<Option<GrantRow>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id]).await?)
    }

    /// The grant of this asset and principal, whichever request made it.
    pub async fn find_grant_by_natural_key(
        &self,
        scope: &Scope,
        platform: &str,
        key: NaturalKey<'_>,
    ) -> Result<Option<GrantRow>, StoreError> {
        Ok(self.list_grants_by_natural_key(scope, platform, &[key]).await?.pop().flatten())
    }

    /// The same for several, in this order.
    pub async fn list_grants_by_natural_key(
        &self,
        scope: &Scope,
        platform: &str,
        keys: &[NaturalKey<'_>],
    ) -> Result<Vec<Option<GrantRow>>, StoreError> {
        let rows: Vec<[Cell<'_>; 6]> = keys
            .iter()
            .copied()
            .map(|(of, to)| *cells![scope.agency(), platform, of.0, of.1, to.0, to.1])
            .collect();
        let rows: Vec<&[Cell<'_>]> = rows.iter().map(|row| &row[..]).collect();
        Ok(self.db.of(scope.agency()).optional_each(BY_NATURAL_KEY, &rows).await?)
    }

    pub async fn list_grants_of_item(
        &self,
        scope: &Scope,
        item: &ItemId,
    ) -> Result<Vec<GrantRow>, StoreError> {
        Ok(self.db.of(scope.agency()).query(OF_ITEM, cells![scope.agency(), item]).await?)
    }

    /// Who was assigned after this share.
    pub async fn list_grants_after(
        &self,
        scope: &Scope,
        share: &GrantId,
    ) -> Result<Vec<GrantRow>, StoreError> {
        Ok(self.db.of(scope.agency()).query(AFTER_GRANT, cells![scope.agency(), share]).await?)
    }

    /// Newest first, before this position.
    pub async fn list_grants(
        &self,
        scope: &Scope,
        f: &Filter,
        before: Option<(i64, &str)>,
        limit: i64,
    ) -> Result<Vec<GrantRow>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, ""));
        let row = cells![
            scope.agency(),
            f.client_id.as_deref(),
            f.request_id.as_deref(),
            f.platform.as_deref(),
            f.word.as_deref(),
            at,
            id,
            limit,
        ];
        Ok(self.db.of(scope.agency()).query(LIST, row).await?)
    }
}

/// What the client gave on this card, and the grants that follow one of these, whichever request made them.
pub(super) async fn list_around_card(
    tx: &Tx<'_>,
    agency: &AgencyId,
    item: &ItemId,
) -> Result<(Vec<GrantRow>, Vec<GrantRow>), StoreError> {
    let all: Vec<GrantRow> = tx.query(AROUND_CARD, cells![agency, item]).await?;
    Ok(all.into_iter().partition(GrantRow::is_share))
}

pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, g: &GrantRow) -> Result<(), StoreError> {
    let row = cells![
        agency,
        &g.id,
        &g.client_id,
        &g.request_id,
        &g.item_id,
        &g.platform,
        &g.asset_type,
        &g.asset_id,
        &g.asset_name,
        g.parent_name.as_deref(),
        &g.principal_kind,
        &g.principal_id,
        &g.grantee_id,
        &g.level,
        &g.word,
        &g.state,
        g.created_at,
        g.after_grant_id.as_ref().map(GrantId::as_str),
    ];
    match tx.exec(INSERT, row).await {
        Ok(_) => Ok(()),
        // Another approval made it between reading and writing.
        Err(e) if e.is_duplicate("grant_natural") => Err(StoreError::Stale("the grant")),
        Err(e) => Err(e.into()),
    }
}

/// Compare-and-set on `rev`.
pub(super) async fn update(tx: &Tx<'_>, agency: &AgencyId, g: &GrantRow) -> Result<(), StoreError> {
    let rev = if defence::compare_and_set() { g.rev } else { tx.one(REV, cells![agency, &g.id]).await? };
    let row = cells![
        &g.request_id,
        &g.item_id,
        &g.grantee_id,
        &g.level,
        &g.asset_name,
        &g.word,
        &g.state,
        g.changed_at,
        agency,
        &g.id,
        rev,
    ];
    changed(tx.exec(UPDATE, row).await?, "the grant")
}
