//! `Store` methods for the domains that agencies say are their own.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed};
use crate::engine::state::domain::{Proof, Seen};
use crate::ids::AgencyId;
use crate::{cells, sql};
use valetkey_sdk::point;

/// An agency's claim, and how far it is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainProof {
    /// As [`DomainName`](crate::app::domain_name::DomainName) has it.
    pub domain: String,
    /// Epoch milliseconds.
    pub claimed_at: i64,
    pub proof: Proof,
    pub rev: i64,
}

sql!(
    FIND,
    "SELECT domain, claimed_at, verified_at, seen_at, looked_at, answer, why, missing_at, lost_at, rev FROM domain_proof WHERE agency_id = $1"
);
// Another domain is proved from the beginning.
sql!(
    CLAIM,
    "INSERT INTO domain_proof (agency_id, domain, claimed_at) VALUES ($1, $2, $3) ON CONFLICT (agency_id) DO UPDATE SET domain = excluded.domain, claimed_at = excluded.claimed_at, verified_at = NULL, seen_at = NULL, looked_at = NULL, answer = NULL, why = NULL, missing_at = NULL, lost_at = NULL, rev = domain_proof.rev + 1"
);
sql!(
    UPDATE,
    "UPDATE domain_proof SET verified_at = $1, seen_at = $2, looked_at = $3, answer = $4, why = $5, missing_at = $6, lost_at = $7, rev = rev + 1 WHERE agency_id = $8 AND domain = $9 AND rev = $10"
);
sql!(DROP, "DELETE FROM domain_proof WHERE agency_id = $1");
sql!(NAME, "UPDATE agency SET domain = NULL, claimed_domain = $1 WHERE agency_id = $2");
sql!(SHOW, "UPDATE agency SET domain = $1 WHERE agency_id = $2");
sql!(
    LOOK_AT_HOLDER,
    "UPDATE job SET run_at = $1, again = CASE WHEN lease_until IS NULL THEN 0 ELSE 1 END WHERE kind = 'domain' AND parked IS NULL AND run_at > $1 AND agency_id IN (SELECT agency.agency_id FROM agency WHERE agency.domain = $2)"
);

impl FromRow for DomainProof {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        let answer: Option<String> = r.get(5)?;
        let why: Option<String> = r.get(6)?;
        Ok(Self {
            domain: r.get(0)?,
            claimed_at: r.get(1)?,
            proof: Proof {
                verified_at: r.get(2)?,
                seen_at: r.get(3)?,
                looked_at: r.get(4)?,
                answer: answer.and_then(|word| Seen::parse(&word, why)),
                missing_at: r.get(7)?,
                lost_at: r.get(8)?,
            },
            rev: r.get(9)?,
        })
    }
}

impl Store {
    pub async fn find_domain_proof(&self, scope: &Scope) -> Result<Option<DomainProof>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(FIND, cells![scope.agency()]).await?)
    }

    /// Has the record looked for now of whichever agency is shown with this domain.
    pub async fn look_at_holder_of(&self, domain: &str, now: i64) -> Result<(), StoreError> {
        let domain = domain.to_owned();
        self.db
            .across()
            .tx(point!("look at holder"), async move |tx| {
                tx.exec(LOOK_AT_HOLDER, cells![now, &domain]).await?;
                Ok(())
            })
            .await
    }
}

/// Puts another domain in place of the one before, which clients do not see any more.
pub(super) async fn claim(tx: &Tx<'_>, agency: &AgencyId, domain: &str, at: i64) -> Result<(), StoreError> {
    tx.exec(CLAIM, cells![agency, domain, at]).await?;
    tx.exec(NAME, cells![Some(domain), agency]).await?;
    Ok(())
}

pub(super) async fn drop(tx: &Tx<'_>, agency: &AgencyId) -> Result<(), StoreError> {
    tx.exec(DROP, cells![agency]).await?;
    tx.exec(NAME, cells![None::<&str>, agency]).await?;
    Ok(())
}

/// Writes what a look came to, and shows the domain or takes it back. A duplicate when another agency is shown with it.
pub(super) async fn update(tx: &Tx<'_>, agency: &AgencyId, row: &DomainProof) -> Result<(), StoreError> {
    let p = &row.proof;
    let answer = p.answer.as_ref();
    let cells = cells![
        p.verified_at,
        p.seen_at,
        p.looked_at,
        answer.map(Seen::as_str),
        answer.and_then(Seen::why),
        p.missing_at,
        p.lost_at,
        agency,
        &row.domain,
        row.rev,
    ];
    changed(tx.exec(UPDATE, cells).await?, "the domain")?;
    let shown = p.verified_at.map(|_| row.domain.as_str());
    match tx.exec(SHOW, cells![shown, agency]).await {
        Ok(_) => Ok(()),
        Err(e) if e.is_duplicate("agency_domain") => Err(StoreError::Duplicate("the domain")),
        Err(e) => Err(e.into()),
    }
}
