//! `Store` methods for nodes: who is at work on a database that several processes use, and who is gone.

use valetkey_sdk::point;

use super::{Store, StoreError};
use crate::{cells, sql};

sql!(SEEN, "SELECT seen_at FROM node WHERE node_id = $1");
sql!(
    BEAT,
    "INSERT INTO node (node_id, seen_at) VALUES ($1, $2) ON CONFLICT (node_id) DO UPDATE SET seen_at = excluded.seen_at"
);
sql!(LEAVE, "UPDATE node SET seen_at = 0 WHERE node_id = $1");
sql!(LOST, "SELECT COUNT(*) FROM node WHERE seen_at < $1");
// What somebody else is writing now is left for the next time.
sql!(
    FREE,
    "UPDATE job SET lease_until = NULL WHERE (agency_id, job_id) IN (WITH held AS MATERIALIZED (SELECT agency_id, job_id FROM job WHERE lease_until IS NOT NULL AND node_id IN (SELECT node_id FROM node WHERE seen_at < $1) ORDER BY agency_id, job_id {skip_locked}) SELECT agency_id, job_id FROM held)"
);
sql!(
    FORGET,
    "DELETE FROM node WHERE seen_at < $1 AND NOT EXISTS (SELECT 1 FROM job WHERE job.node_id = node.node_id AND job.lease_until IS NOT NULL)"
);

impl Store {
    /// From now on, claims are this node's.
    pub fn begin_node(&self, name: String) {
        // A process has one name: the first.
        let _ = self.node.set(name);
    }

    /// Says that this node is at work, and frees what nodes hold that have not said so since `lost_before`. Answers
    /// how many jobs. A freed job keeps its epoch: the node may yet come to its record, unless another one claims it.
    ///
    /// Who was silent for that long itself frees nothing this time: perhaps the database was away for all.
    pub async fn beat(&self, now: i64, lost_before: i64) -> Result<u64, StoreError> {
        let Some(name) = self.node.get().cloned() else { return Ok(0) };
        self.db
            .across()
            .tx(point!("beat"), async move |tx| {
                let seen: Option<i64> = tx.optional(SEEN, cells![&name]).await?;
                tx.exec(BEAT, cells![&name, now]).await?;
                let lost: i64 = tx.one(LOST, cells![lost_before]).await?;
                if lost == 0 || seen.is_none_or(|at| at < lost_before) {
                    return Ok::<_, StoreError>(0);
                }
                let freed = tx.exec(FREE, cells![lost_before]).await?;
                tx.exec(FORGET, cells![lost_before]).await?;
                Ok(freed)
            })
            .await
    }

    /// This node takes nothing more; what it still holds is free at another node's next beat.
    pub async fn leave(&self) -> Result<(), StoreError> {
        let Some(name) = self.node.get().cloned() else { return Ok(()) };
        self.db
            .across()
            .tx(point!("leave"), async move |tx| {
                tx.exec(LEAVE, cells![&name]).await?;
                Ok(())
            })
            .await
    }
}
