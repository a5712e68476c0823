//! `Store` methods for turns: what a platform must not have changed in parallel, one act at a time on all nodes.
//!
//! A turn is taken with an act's intent and is over when that job's lease is, so ending it costs no write. Who
//! wants it reads it before looking at the platform, and takes it only if nobody else did meanwhile: what they
//! saw is then still so. Somebody without a job has a turn until they end it, or are taken for lost.

use valetkey_sdk::point;

use super::jobs::{self, Lease};
use super::sql::Tx;
use super::{Store, StoreError, changed};
use crate::ids::AgencyId;
use crate::{cells, defence, sql};

sql!(
    FIND,
    "SELECT taken, (SELECT COUNT(*) FROM job WHERE job.agency_id = turn.job_agency_id AND job.job_id = turn.job_id AND job.epoch = turn.epoch AND job.lease_until >= $2) FROM turn WHERE turn_key = $1"
);
sql!(
    TAKE,
    "INSERT INTO turn (turn_key, taken, taken_at, job_agency_id, job_id, epoch) SELECT $1, $2, $3, $4, $5, $6 FROM job WHERE agency_id = $4 AND job_id = $5 AND epoch = $7 {for_update} ON CONFLICT (turn_key) DO UPDATE SET taken = excluded.taken, taken_at = excluded.taken_at, job_agency_id = excluded.job_agency_id, job_id = excluded.job_id, epoch = excluded.epoch WHERE turn.taken = excluded.taken - 1"
);
sql!(
    BEGIN_ALONE,
    "INSERT INTO turn (turn_key, taken, taken_at, job_agency_id, job_id, epoch) VALUES ($1, 1, $2, '', '', 0) ON CONFLICT (turn_key) DO UPDATE SET taken = turn.taken + 1, taken_at = excluded.taken_at WHERE turn.taken_at <= $3"
);
sql!(END_ALONE, "DELETE FROM turn WHERE turn_key = $1 AND taken_at = $2");
sql!(FORGET, "DELETE FROM turn WHERE taken_at < $1");

/// A turn that a job may take.
#[derive(Clone, Debug)]
pub struct Turn {
    pub key: String,
    /// How often it was taken so far.
    pub taken: i64,
}

impl Store {
    /// The turn at this key, or nothing while another job's act is under way.
    pub async fn find_turn(&self, key: String, now: i64) -> Result<Option<Turn>, StoreError> {
        let found: Option<(i64, i64)> = self.db.across().optional(FIND, cells![&key, now]).await?;
        let (taken, held) = found.unwrap_or_default();
        Ok((held == 0 || !defence::turns()).then_some(Turn { key, taken }))
    }

    /// Takes the turn at this key for somebody who is no job, until they end it or it is as old as that.
    pub async fn begin_alone(&self, key: String, now: i64, lost_at: i64) -> Result<bool, StoreError> {
        self.db
            .across()
            .tx(point!("begin alone"), async move |tx| {
                Ok(tx.exec(BEGIN_ALONE, cells![&key, now, lost_at]).await? == 1)
            })
            .await
    }

    /// Ends the turn that was begun at this time.
    pub async fn end_alone(&self, key: String, begun: i64) -> Result<(), StoreError> {
        self.db
            .across()
            .tx(point!("end alone"), async move |tx| {
                tx.exec(END_ALONE, cells![&key, begun]).await?;
                Ok(())
            })
            .await
    }

    /// Forgets turns that were taken before this time: longer ago than any lease lasts.
    pub async fn forget_turns(&self, before: i64) -> Result<(), StoreError> {
        self.db
            .across()
            .tx(point!("forget turns"), async move |tx| {
                tx.exec(FORGET, cells![before]).await?;
                Ok(())
            })
            .await
    }
}

/// Fails when somebody took it since it was read, or the lease went to somebody else.
pub(super) async fn take(
    tx: &Tx<'_>,
    agency: &AgencyId,
    turn: &Turn,
    lease: &Lease,
    now: i64,
) -> Result<(), StoreError> {
    let held = jobs::epoch_of(tx, agency, lease).await?;
    let row = cells![&turn.key, turn.taken + 1, now, agency, &lease.job_id, lease.epoch, held];
    changed(tx.exec(TAKE, row).await?, "the job's lease, or what must be changed one at a time")
}
