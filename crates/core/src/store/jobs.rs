//! `Store` methods for jobs: due work, leased with an epoch.

use valetkey_sdk::point;

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Actor, Scope, Store, StoreError, changed};
use crate::defence;
use crate::ids::{AgencyId, JobId};
use crate::{cells, sql};

/// Work that is due. One job a kind and subject: asking twice is asking once.
#[derive(Clone, Debug)]
pub struct Job {
    pub scope: Scope,
    pub id: JobId,
    pub kind: String,
    pub subject_id: String,
    pub attempts: i64,
    /// Raised at every claim; a write under an older one is refused.
    pub epoch: i64,
    /// Until when it is leased, epoch milliseconds.
    pub lease_until: i64,
}

/// Which of the due jobs to take.
#[derive(Clone, Debug)]
pub enum Which {
    /// Those of all platforms but these.
    AllBut(Vec<String>),
    /// Those of this platform.
    Only(String),
}

impl Default for Which {
    fn default() -> Self {
        Self::AllBut(Vec::new())
    }
}

impl Which {
    /// The platform, if it is one; and those that are left out, each between spaces.
    fn texts(&self) -> (String, String) {
        match self {
            Self::Only(platform) => (platform.clone(), String::new()),
            Self::AllBut(platforms) => (String::new(), format!(" {} ", platforms.join(" "))),
        }
    }
}

/// Proof of holding a lease, checked in the transaction that ends the work.
#[derive(Clone, Debug)]
pub struct Lease {
    pub job_id: JobId,
    pub epoch: i64,
}

/// A job as the operator sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    pub scope: Scope,
    pub id: JobId,
    pub kind: String,
    pub subject_id: String,
    /// Epoch milliseconds.
    pub run_at: i64,
    pub lease_until: Option<i64>,
    pub attempts: i64,
    /// Why it was set aside.
    pub parked: Option<String>,
    /// Which process took it last, where they have names.
    pub node_id: Option<String>,
}

sql!(
    LIST,
    "SELECT agency_id, job_id, kind, subject_id, run_at, lease_until, attempts, parked, node_id FROM job WHERE ($1 = 0 OR parked IS NOT NULL) ORDER BY run_at, agency_id, job_id"
);
sql!(
    ENQUEUE,
    "INSERT INTO job (agency_id, job_id, kind, subject_id, run_at, platform) VALUES ($1, $2, $3, $4, $5, (SELECT access_grant.platform FROM access_grant WHERE access_grant.agency_id = $1 AND access_grant.grant_id = $4)) ON CONFLICT (agency_id, kind, subject_id) DO UPDATE SET platform = excluded.platform, run_at = CASE WHEN excluded.run_at < job.run_at THEN excluded.run_at ELSE job.run_at END, again = CASE WHEN job.lease_until IS NULL THEN 0 ELSE 1 END, attempts = CASE WHEN job.parked IS NULL THEN job.attempts ELSE 0 END, parked = NULL"
);
sql!(
    CLAIM,
    "UPDATE job SET lease_until = $1, node_id = $4, platform = COALESCE(platform, (SELECT access_grant.platform FROM access_grant WHERE access_grant.agency_id = job.agency_id AND access_grant.grant_id = job.subject_id)), epoch = epoch + 1, attempts = attempts + 1, again = 0 WHERE (agency_id, job_id) IN (WITH due AS MATERIALIZED (SELECT agency_id, job_id FROM job WHERE run_at <= $2 AND parked IS NULL AND (lease_until IS NULL OR lease_until < $2) AND (platform IS NULL OR platform NOT IN (SELECT quota.platform FROM quota WHERE quota.connection_id = '' AND quota.source = '' AND quota.until > $2)) AND ($5 = '' OR platform = $5) AND (platform IS NULL OR $6 NOT LIKE '% ' || platform || ' %') ORDER BY run_at, agency_id, job_id LIMIT $3 {skip_locked}) SELECT agency_id, job_id FROM due) RETURNING agency_id, job_id, kind, subject_id, attempts, epoch"
);
// Where more is due than is taken: each agency's jobs at a platform are numbered, those under way first, and the
// lowest numbers go first. So who has one job does not wait behind another one's ten thousand, nor one platform's
// behind another's. What a platform does not want to be asked now stays where it is. The sum keeps PostgreSQL from
// finding each numbered job again among all that are due.
sql!(
    CLAIM_IN_TURNS,
    "UPDATE job SET lease_until = $1, node_id = $4, platform = COALESCE(platform, (SELECT access_grant.platform FROM access_grant WHERE access_grant.agency_id = job.agency_id AND access_grant.grant_id = job.subject_id)), epoch = epoch + 1, attempts = attempts + 1, again = 0 WHERE (agency_id, job_id) IN (WITH turns AS MATERIALIZED (SELECT agency_id AS of_agency, job_id AS of_job, ROW_NUMBER() OVER (PARTITION BY agency_id, platform ORDER BY CASE WHEN lease_until >= $2 THEN 0 ELSE 1 END, run_at, job_id) AS turn FROM job WHERE run_at <= $2 AND parked IS NULL AND (platform IS NULL OR platform NOT IN (SELECT quota.platform FROM quota WHERE quota.connection_id = '' AND quota.source = '' AND quota.until > $2)) AND ($5 = '' OR platform = $5) AND (platform IS NULL OR $6 NOT LIKE '% ' || platform || ' %')), due AS MATERIALIZED (SELECT agency_id, job_id FROM turns JOIN job ON agency_id = of_agency AND job_id = of_job WHERE run_at + 0 <= $2 AND parked IS NULL AND (lease_until IS NULL OR lease_until < $2) ORDER BY turn, run_at, agency_id, job_id LIMIT $3 {skip_locked}) SELECT agency_id, job_id FROM due) RETURNING agency_id, job_id, kind, subject_id, attempts, epoch"
);
sql!(
    FINISH,
    "UPDATE job SET run_at = CASE WHEN again = 1 THEN run_at ELSE $1 END, again = 0, attempts = 0, lease_until = NULL WHERE agency_id = $2 AND job_id = $3 AND epoch = $4"
);
sql!(DELETE, "DELETE FROM job WHERE agency_id = $1 AND job_id = $2 AND epoch = $3 AND again = 0");
sql!(EPOCH, "SELECT epoch FROM job WHERE agency_id = $1 AND job_id = $2");
// Whoever claims it meanwhile passes it over.
sql!(HOLD, "SELECT 1 FROM job WHERE agency_id = $1 AND job_id = $2 AND epoch = $3 {for_update}");
sql!(
    BACK_OFF,
    "UPDATE job SET run_at = $1, lease_until = NULL WHERE agency_id = $2 AND job_id = $3 AND epoch = $4"
);
// What is due stays due: it keeps its place among the others.
sql!(
    GIVE_BACK,
    "UPDATE job SET lease_until = NULL, attempts = attempts - 1 WHERE agency_id = $1 AND job_id = $2 AND epoch = $3"
);
sql!(
    PARK,
    "UPDATE job SET parked = $1, lease_until = NULL WHERE agency_id = $2 AND job_id = $3 AND epoch = $4"
);
sql!(RELEASE_ALL, "UPDATE job SET lease_until = NULL WHERE lease_until IS NOT NULL");
// Their jobs' leases are over, so all turns are free.
sql!(FORGET_TURNS, "DELETE FROM turn");
sql!(
    DUE,
    "SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE run_at <= $1 AND parked IS NULL AND (lease_until IS NULL OR lease_until < $1) AND (platform IS NULL OR platform NOT IN (SELECT quota.platform FROM quota WHERE quota.connection_id = '' AND quota.source = '' AND quota.until > $1)) AND ($2 = '' OR platform = $2) AND (platform IS NULL OR $3 NOT LIKE '% ' || platform || ' %') LIMIT 1) AS due"
);
sql!(
    DUE_UP_TO,
    "SELECT COUNT(*) FROM (SELECT 1 FROM job WHERE run_at <= $1 AND parked IS NULL AND (lease_until IS NULL OR lease_until < $1) AND (platform IS NULL OR platform NOT IN (SELECT quota.platform FROM quota WHERE quota.connection_id = '' AND quota.source = '' AND quota.until > $1)) AND ($3 = '' OR platform = $3) AND (platform IS NULL OR $4 NOT LIKE '% ' || platform || ' %') LIMIT $2) AS due"
);
sql!(OPEN, "SELECT COUNT(*) FROM job WHERE parked IS NULL AND (run_at <= $1 OR lease_until IS NOT NULL)");
sql!(
    ENQUEUE_ALL_LOOKS,
    "UPDATE job SET run_at = $1, again = CASE WHEN lease_until IS NULL THEN 0 ELSE 1 END WHERE kind = 'look' AND parked IS NULL"
);

impl FromRow for Listed {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            scope: Scope::new(r.get(0)?, Actor::Operator),
            id: r.get(1)?,
            kind: r.get(2)?,
            subject_id: r.get(3)?,
            run_at: r.get(4)?,
            lease_until: r.get(5)?,
            attempts: r.get(6)?,
            parked: r.get(7)?,
            node_id: r.get(8)?,
        })
    }
}

struct Claimed(AgencyId, JobId, String, String, i64, i64);

impl FromRow for Claimed {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self(r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?))
    }
}

impl Store {
    /// Leases up to `limit` due jobs in one transaction: the oldest first, and where not all fit, agencies in turn.
    pub async fn claim_jobs(&self, now: i64, lease_until: i64, limit: i64) -> Result<Vec<Job>, StoreError> {
        self.claim_jobs_of(&Which::default(), now, lease_until, limit).await
    }

    /// The same among some of them.
    pub async fn claim_jobs_of(
        &self,
        which: &Which,
        now: i64,
        lease_until: i64,
        limit: i64,
    ) -> Result<Vec<Job>, StoreError> {
        let (only, without) = which.texts();
        let fair = defence::fair_turns();
        let node = self.node.get().cloned();
        let claimed: Vec<Claimed> = self
            .db
            .across()
            .tx(point!("claim jobs"), async move |tx| {
                let due: i64 = tx.one(DUE_UP_TO, cells![now, limit + 1, &only, &without]).await?;
                let claim = if due > limit && fair { CLAIM_IN_TURNS } else { CLAIM };
                let row = cells![lease_until, now, limit, node.as_deref(), &only, &without];
                Ok::<_, StoreError>(tx.query(claim, row).await?)
            })
            .await?;
        self.pace.stop().await;
        let job = |Claimed(agency, id, kind, subject_id, attempts, epoch)| Job {
            scope: Scope::new(agency, Actor::Engine),
            id,
            kind,
            subject_id,
            attempts,
            epoch,
            lease_until,
        };
        Ok(claimed.into_iter().map(job).collect())
    }

    /// Gives a job back for later.
    pub async fn back_off_job(&self, scope: &Scope, lease: Lease, run_at: i64) -> Result<(), StoreError> {
        let agency = scope.agency().clone();
        self.db
            .of(scope.agency())
            .tx(point!("back off job"), async move |tx| {
                let row = cells![run_at, &agency, &lease.job_id, lease.epoch];
                changed(tx.exec(BACK_OFF, row).await?, "the job")
            })
            .await
    }

    /// Gives a job back that was not begun: the claim does not count as an attempt.
    pub async fn give_back_job(&self, scope: &Scope, lease: Lease) -> Result<(), StoreError> {
        let agency = scope.agency().clone();
        self.pace.stop().await;
        self.db
            .of(scope.agency())
            .tx(point!("give back job"), async move |tx| {
                changed(tx.exec(GIVE_BACK, cells![&agency, &lease.job_id, lease.epoch]).await?, "the job")
            })
            .await
    }

    /// Sets a job aside until somebody asks for it again.
    pub async fn park_job(&self, scope: &Scope, lease: Lease, why: String) -> Result<(), StoreError> {
        let agency = scope.agency().clone();
        self.db
            .of(scope.agency())
            .tx(point!("park job"), async move |tx| {
                let row = cells![&why, &agency, &lease.job_id, lease.epoch];
                changed(tx.exec(PARK, row).await?, "the job")
            })
            .await
    }

    /// After a start of the only process: nobody else can hold a lease.
    pub async fn release_all_leases(&self) -> Result<(), StoreError> {
        self.db
            .across()
            .tx(point!("release all leases"), async move |tx| {
                tx.exec(RELEASE_ALL, cells![]).await?;
                tx.exec(FORGET_TURNS, cells![]).await?;
                Ok(())
            })
            .await
    }

    /// Would a claim find something? A lease that ran out counts.
    pub async fn has_due_job(&self, now: i64) -> Result<bool, StoreError> {
        self.has_due_job_of(&Which::default(), now).await
    }

    /// The same among some of them.
    pub async fn has_due_job_of(&self, which: &Which, now: i64) -> Result<bool, StoreError> {
        let (only, without) = which.texts();
        let found: i64 = self.db.across().one(DUE, cells![now, &only, &without]).await?;
        Ok(found > 0)
    }

    /// All jobs, or those that were set aside. For the machine's own commands only.
    pub async fn list_jobs_as_operator(&self, only_parked: bool) -> Result<Vec<Listed>, StoreError> {
        Ok(self.db.across().query(LIST, cells![i64::from(only_parked)]).await?)
    }

    /// How many jobs are due or under way.
    pub async fn count_open_jobs(&self, now: i64) -> Result<i64, StoreError> {
        Ok(self.db.across().one(OPEN, cells![now]).await?)
    }

    /// Looks at every grant now, as every night.
    pub async fn enqueue_all_looks(&self, now: i64) -> Result<(), StoreError> {
        self.db
            .across()
            .tx(point!("enqueue all looks"), async move |tx| {
                tx.exec(ENQUEUE_ALL_LOOKS, cells![now]).await?;
                Ok(())
            })
            .await
    }
}

pub(super) async fn enqueue(
    tx: &Tx<'_>,
    agency: &AgencyId,
    id: &JobId,
    kind: &str,
    subject: &str,
    run_at: i64,
) -> Result<(), StoreError> {
    tx.exec(ENQUEUE, cells![agency, id, kind, subject, run_at]).await?;
    Ok(())
}

/// Fails when the lease went to somebody else meanwhile.
pub(super) async fn hold(tx: &Tx<'_>, agency: &AgencyId, lease: &Lease) -> Result<(), StoreError> {
    let epoch = epoch_of(tx, agency, lease).await?;
    let held: Option<i64> = tx.optional(HOLD, cells![agency, &lease.job_id, epoch]).await?;
    held.map(drop).ok_or(StoreError::Stale("the job's lease"))
}

/// The epoch under which a write counts: the lease's own, and in a build without this defence whatever there is.
pub(super) async fn epoch_of(tx: &Tx<'_>, agency: &AgencyId, lease: &Lease) -> Result<i64, StoreError> {
    if defence::epoch() {
        return Ok(lease.epoch);
    }
    Ok(tx.optional(EPOCH, cells![agency, &lease.job_id]).await?.unwrap_or(lease.epoch))
}

/// Ends the work under this lease; the job goes on at `next`, or is over.
pub(super) async fn finish(
    tx: &Tx<'_>,
    agency: &AgencyId,
    lease: &Lease,
    next: Option<i64>,
) -> Result<(), StoreError> {
    let epoch = epoch_of(tx, agency, lease).await?;
    let run_at = match next {
        Some(at) => at,
        None if tx.exec(DELETE, cells![agency, &lease.job_id, epoch]).await? == 1 => return Ok(()),
        // Somebody asked for it again meanwhile: it goes on.
        None => 0,
    };
    let row = cells![run_at, agency, &lease.job_id, epoch];
    changed(tx.exec(FINISH, row).await?, "the job's lease")
}
