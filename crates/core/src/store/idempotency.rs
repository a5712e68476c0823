//! `Store` methods for calls that may be sent again: one key, one effect, one answer.

use valetkey_sdk::point;

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Once, Scope, Store, StoreError, changed};
use crate::{cells, sql};

/// What is known of a call when it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody else is at it: go on under this epoch.
    Ours { epoch: i64 },
    /// The same key, but another call.
    OtherCall,
    /// Somebody is at it.
    UnderWay,
    /// It took effect, and its answer was lost with the process that made it.
    AnswerLost,
    /// It was answered: the status and the sealed answer.
    Answered { status: i64, answer: Vec<u8> },
}

struct Row {
    call_hash: String,
    epoch: i64,
    lease_until: i64,
    took_effect: bool,
    status: Option<i64>,
    answer: Option<Vec<u8>>,
}

sql!(SWEEP, "DELETE FROM idempotency WHERE agency_id = $1 AND created_at < $2");
sql!(
    GET,
    "SELECT call_hash, epoch, lease_until, took_effect, status, answer FROM idempotency WHERE agency_id = $1 AND key_hash = $2"
);
sql!(
    INSERT,
    "INSERT INTO idempotency (agency_id, key_hash, call_hash, epoch, lease_until, created_at) VALUES ($1, $2, $3, 1, $4, $5)"
);
sql!(
    TAKE_OVER,
    "UPDATE idempotency SET epoch = epoch + 1, lease_until = $1 WHERE agency_id = $2 AND key_hash = $3 AND epoch = $4"
);
sql!(
    TOOK_EFFECT,
    "UPDATE idempotency SET took_effect = 1 WHERE agency_id = $1 AND key_hash = $2 AND epoch = $3"
);
sql!(
    ANSWER,
    "UPDATE idempotency SET status = $1, answer = $2 WHERE agency_id = $3 AND key_hash = $4 AND epoch = $5"
);
sql!(
    RELEASE,
    "DELETE FROM idempotency WHERE agency_id = $1 AND key_hash = $2 AND epoch = $3 AND took_effect = 0"
);

impl FromRow for Row {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            call_hash: r.get(0)?,
            epoch: r.get(1)?,
            lease_until: r.get(2)?,
            took_effect: r.get(3)?,
            status: r.get(4)?,
            answer: r.get(5)?,
        })
    }
}

/// When a call is taken up: for how long it is ours alone, and since when calls are remembered.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub now: i64,
    pub lease_until: i64,
    pub forget_before: i64,
}

impl Store {
    /// Takes a call up, unless it was answered or somebody else is at it.
    pub async fn begin_call(
        &self,
        scope: &Scope,
        key_hash: String,
        call_hash: String,
        t: Times,
    ) -> Result<Standing, StoreError> {
        let agency = scope.agency().clone();
        self.db
            .of(scope.agency())
            .tx(point!("begin call"), async move |tx| {
                tx.exec(SWEEP, cells![&agency, t.forget_before]).await?;
                let Some(row) = tx.optional::<Row>(GET, cells![&agency, &key_hash]).await? else {
                    tx.exec(INSERT, cells![&agency, &key_hash, &call_hash, t.lease_until, t.now]).await?;
                    return Ok(Standing::Ours { epoch: 1 });
                };
                if row.call_hash != call_hash {
                    return Ok(Standing::OtherCall);
                }
                if let (Some(status), Some(answer)) = (row.status, row.answer) {
                    return Ok(Standing::Answered { status, answer });
                }
                if row.lease_until > t.now {
                    return Ok(Standing::UnderWay);
                }
                if row.took_effect {
                    return Ok(Standing::AnswerLost);
                }
                tx.exec(TAKE_OVER, cells![t.lease_until, &agency, &key_hash, row.epoch]).await?;
                Ok(Standing::Ours { epoch: row.epoch + 1 })
            })
            .await
    }

    /// Keeps the answer of a call that succeeded or took effect.
    pub async fn keep_answer(
        &self,
        scope: &Scope,
        once: Once,
        status: i64,
        answer: Vec<u8>,
    ) -> Result<(), StoreError> {
        let agency = scope.agency().clone();
        self.db
            .of(scope.agency())
            .tx(point!("keep answer"), async move |tx| {
                tx.exec(ANSWER, cells![status, &answer, &agency, &once.key_hash, once.epoch]).await?;
                Ok(())
            })
            .await
    }

    /// Forgets a call that was refused without any effect: true unless there was one.
    pub async fn release_call(&self, scope: &Scope, once: Once) -> Result<bool, StoreError> {
        let agency = scope.agency().clone();
        self.db
            .of(scope.agency())
            .tx(point!("release call"), async move |tx| {
                Ok(tx.exec(RELEASE, cells![&agency, &once.key_hash, once.epoch]).await? == 1)
            })
            .await
    }
}

/// Notes in the transaction of the effect that there was one.
///
/// # Errors
/// `Stale` when another attempt took the call over meanwhile.
pub(super) async fn took_effect(tx: &Tx<'_>, scope: &Scope) -> Result<(), StoreError> {
    let Some(once) = scope.once() else { return Ok(()) };
    let row = cells![scope.agency(), &once.key_hash, once.epoch];
    changed(tx.exec(TOOK_EFFECT, row).await?, "this call")
}
