//! `Store` methods for codes that open "who has access" to whoever reads the client's mail.

use valetkey_sdk::point;

use super::audit::{self, Entry};
use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError};
use crate::ids::{AgencyId, CodeId};
use crate::{cells, sql};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A code that is on its way. Hashes are keyed.
#[derive(Clone, Debug)]
pub struct NewCode {
    pub id: CodeId,
    /// Of the page that it is for.
    pub link_hash: String,
    pub address_hash: String,
    pub code_hash: String,
    /// Epoch milliseconds.
    pub made_at: i64,
    pub expires_at: i64,
    /// No more than so many for one page within a day.
    pub most: i64,
}

/// What somebody typed, and what it opens where it is right.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub link_hash: String,
    pub address_hash: String,
    pub code_hash: String,
    pub pass_hash: String,
    pub pass_until: i64,
    pub now: i64,
    /// Written when it is right.
    pub told: Entry,
}

struct Counting {
    id: CodeId,
    code_hash: String,
}

impl FromRow for Counting {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { id: r.get(0)?, code_hash: r.get(1)? })
    }
}

sql!(FORGET_OLD, "DELETE FROM access_code WHERE agency_id = $1 AND made_at <= $2");
sql!(
    INSERT,
    "INSERT INTO access_code (agency_id, code_id, link_hash, address_hash, code_hash, made_at, expires_at) SELECT $1, $2, $3, $4, $5, $6, $7 WHERE (SELECT COUNT(*) FROM access_code WHERE agency_id = $1 AND link_hash = $3 AND made_at > $8) < $9"
);
sql!(
    END_EARLIER,
    "UPDATE access_code SET expires_at = $1 WHERE agency_id = $2 AND link_hash = $3 AND used_at IS NULL AND expires_at > $1"
);
// It counts only where it was sent to the address that the client has now.
sql!(
    COUNTING,
    "SELECT code_id, code_hash FROM access_code WHERE agency_id = $1 AND link_hash = $2 AND address_hash = $3 AND used_at IS NULL AND expires_at > $4"
);
sql!(
    USE,
    "UPDATE access_code SET used_at = $1, pass_hash = $2, pass_until = $3 WHERE agency_id = $4 AND code_id = $5 AND used_at IS NULL"
);
sql!(
    PASSED,
    "SELECT COUNT(*) FROM access_code WHERE agency_id = $1 AND link_hash = $2 AND address_hash = $3 AND pass_hash = $4 AND pass_until > $5"
);

impl Store {
    /// Uses the code up that counts, if this is it.
    pub async fn use_access_code(&self, scope: &Scope, attempt: Attempt) -> Result<bool, StoreError> {
        let scope = scope.clone();
        self.db
            .of(scope.agency())
            .tx(point!("use access code"), async move |tx| {
                let (agency, a) = (scope.agency(), &attempt);
                let wanted = cells![agency, &a.link_hash, &a.address_hash, a.now];
                let counting: Option<Counting> = tx.optional(COUNTING, wanted).await?;
                // Both are keyed hashes: how long it takes to compare them tells nothing of the code.
                let Some(counting) = counting.filter(|n| n.code_hash == a.code_hash) else {
                    return Ok(false);
                };
                let used = cells![a.now, &a.pass_hash, a.pass_until, agency, &counting.id];
                if tx.exec(USE, used).await? != 1 {
                    return Ok(false);
                }
                audit::append(tx, &scope, &a.told).await?;
                Ok::<_, StoreError>(true)
            })
            .await
    }

    /// Whether this browser gave a right code for this page lately.
    pub async fn has_access_pass(
        &self,
        scope: &Scope,
        link_hash: &str,
        address_hash: &str,
        pass_hash: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let row = cells![scope.agency(), link_hash, address_hash, pass_hash, now];
        let count: i64 = self.db.of(scope.agency()).one(PASSED, row).await?;
        Ok(count > 0)
    }
}

/// From now on this one counts and no earlier one. Fails when this page had too many codes already.
pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, c: &NewCode) -> Result<(), StoreError> {
    let since = c.made_at - DAY_MS;
    tx.exec(FORGET_OLD, cells![agency, since]).await?;
    tx.exec(END_EARLIER, cells![c.made_at, agency, &c.link_hash]).await?;
    let row = cells![
        agency,
        &c.id,
        &c.link_hash,
        &c.address_hash,
        &c.code_hash,
        c.made_at,
        c.expires_at,
        since,
        c.most,
    ];
    if tx.exec(INSERT, row).await? == 1 { Ok(()) } else { Err(StoreError::TooMany("a code")) }
}
