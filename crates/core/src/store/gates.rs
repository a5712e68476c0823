//! `Store` methods for tries at gates: counted where parallel tries meet.

use valetkey_sdk::point;

use super::{Store, StoreError};
use crate::{cells, sql};

sql!(COUNT, "SELECT COUNT(*), COALESCE(MIN(at), 0) FROM gate_try WHERE gate_hash = $1 AND at > $2");
sql!(LATEST, "SELECT COUNT(*), COALESCE(MAX(at), 0) FROM gate_try WHERE gate_hash = $1 AND at > $2");
sql!(INSERT, "INSERT INTO gate_try (gate_hash, at, try_id) VALUES ($1, $2, $3)");
sql!(FORGET_OLD, "DELETE FROM gate_try WHERE at <= $1");
sql!(GIVE_BACK, "DELETE FROM gate_try WHERE try_id = $1");
sql!(CLEAR, "DELETE FROM gate_try WHERE gate_hash = $1");

/// What came of asking for a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// This is the n-th try at the gate that was tried most.
    Allowed { nth: i64 },
    /// All tries are used; the first of them was at this time.
    Used { since: i64 },
}

impl Store {
    /// Takes one try at each of these gates, or at none when one of them has had `limit` since `from`.
    pub async fn take_try(
        &self,
        gates: Vec<String>,
        try_id: String,
        limit: i64,
        from: i64,
        now: i64,
    ) -> Result<Taken, StoreError> {
        self.db
            .in_turn("gate_try")
            .tx(point!("take try"), async move |tx| {
                tx.exec(FORGET_OLD, cells![from]).await?;
                let mut most = 0;
                for gate in &gates {
                    let (count, since): (i64, i64) = tx.one(COUNT, cells![gate, from]).await?;
                    if count >= limit {
                        return Ok::<_, StoreError>(Taken::Used { since });
                    }
                    most = most.max(count);
                }
                for gate in &gates {
                    tx.exec(INSERT, cells![gate, now, &try_id]).await?;
                }
                Ok(Taken::Allowed { nth: most + 1 })
            })
            .await
    }

    /// Takes one more at this gate: at once while there were fewer than `at_once` since `from`, and otherwise
    /// when the last one is so old. `Err` is the time of the last one.
    pub async fn take_spaced(
        &self,
        gate: String,
        try_id: String,
        at_once: i64,
        (from, last_before): (i64, i64),
        now: i64,
    ) -> Result<Result<(), i64>, StoreError> {
        self.db
            .in_turn("gate_try")
            .tx(point!("take spaced"), async move |tx| {
                let (count, last): (i64, i64) = tx.one(LATEST, cells![&gate, from]).await?;
                if count >= at_once && last > last_before {
                    return Ok::<_, StoreError>(Err(last));
                }
                tx.exec(INSERT, cells![&gate, now, &try_id]).await?;
                Ok(Ok(()))
            })
            .await
    }

    /// The try was no guess: it does not count, and neither do earlier ones at this gate.
    pub async fn give_try_back(&self, try_id: String, gate: String) -> Result<(), StoreError> {
        self.db
            .in_turn("gate_try")
            .tx(point!("give try back"), async move |tx| {
                tx.exec(GIVE_BACK, cells![&try_id]).await?;
                tx.exec(CLEAR, cells![&gate]).await?;
                Ok(())
            })
            .await
    }
}
