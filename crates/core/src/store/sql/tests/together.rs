//! Transactions of one agency in one commit on PostgreSQL: who shares it, who is tried alone, who is told what.

use futures_util::future::{BoxFuture, join_all};

use super::group::queue;
use super::postgres::{agency, migrated};
use super::{Folder, IDS, ids, test};
use crate::cells;
use crate::store::sql::*;

const PUT: Sql = test("INSERT INTO note (agency_id, id) VALUES ('a', $1)");

/// An agency whose turn another process has, so that what is queued meanwhile waits.
struct Held {
    db: Db,
    other: tokio_postgres::Client,
    folder: Folder,
}

type Answer<R> = BoxFuture<'static, Result<R, DbError>>;

impl Held {
    async fn new() -> Self {
        let (db, folder) = migrated().await;
        let url = &folder.database().url;
        let (other, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("connects");
        tokio::spawn(connection);
        let take = "SELECT pg_advisory_lock(hashtextextended('a', 0))";
        other.batch_execute(take).await.expect("taken");
        Self { db: db.of(&agency("a")), other, folder }
    }

    /// Queues it; the first one waits at the server, the others behind it.
    fn call<R: Send + 'static>(
        &self,
        f: impl AsyncFn(&Tx<'_>) -> Result<R, DbError> + Send + 'static,
    ) -> Answer<R> {
        let db = self.db.clone();
        let mut call: Answer<R> = Box::pin(async move { db.tx(valetkey_sdk::point!("test"), f).await });
        queue(&mut call);
        call
    }

    /// Lets them go once all are queued.
    async fn release(self) -> (Db, Folder) {
        let waits = "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
                     WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted";
        while self.other.query_one(waits, &[]).await.expect("counted").get::<_, i64>(0) == 0 {
            tokio::task::yield_now().await;
        }
        // All were submitted before this one, and the store's thread takes them in that order.
        let last: Result<Vec<i64>, DbError> = self.db.query(IDS, &[]).await;
        last.expect("read");
        let give = "SELECT pg_advisory_unlock(hashtextextended('a', 0))";
        self.other.batch_execute(give).await.expect("given back");
        (self.db, self.folder)
    }
}

fn insert(id: i64) -> impl AsyncFn(&Tx<'_>) -> Result<u64, DbError> + Send + 'static {
    async move |tx: &Tx<'_>| tx.exec(PUT, cells![id]).await
}

#[tokio::test]
async fn those_that_wait_for_an_agencys_turn_share_a_commit() {
    let held = Held::new().await;
    let before = held.db.counters();
    let calls: Vec<_> = (0..41).map(|id| held.call(insert(id))).collect();
    let seen = held.call(async |tx: &Tx<'_>| tx.query::<i64>(IDS, &[]).await);

    let (db, _folder) = held.release().await;

    assert!(join_all(calls).await.into_iter().all(|result| result == Ok(1)));
    assert_eq!(seen.await.expect("read").len(), 41, "one after the other");
    let after = db.counters();
    assert_eq!(after.transactions - before.transactions, 42);
    // The one that waited at the server, 32, and 9.
    assert_eq!(after.commits - before.commits, 3);
    assert_eq!(ids(&db).await, (0..41).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_refuses_fails_or_panics_costs_the_others_nothing() {
    let held = Held::new().await;
    let first = held.call(insert(1));
    let good = held.call(insert(2));
    let duplicate = held.call(insert(2));
    let refusing = held.call::<()>(async |tx: &Tx<'_>| {
        insert(3)(tx).await?;
        Err(DbError::other("on purpose"))
    });
    let panicking = held.call::<()>(async |tx: &Tx<'_>| {
        insert(4)(tx).await?;
        panic!("on purpose");
    });
    let stuck = held.call(async |tx: &Tx<'_>| {
        insert(5)(tx).await?;
        std::future::pending::<Result<(), DbError>>().await
    });
    let last = held.call(insert(6));

    let (db, _folder) = held.release().await;

    assert_eq!((first.await, good.await, last.await), (Ok(1), Ok(1), Ok(1)));
    assert!(duplicate.await.unwrap_err().is_duplicate("note_pkey"));
    assert!(refusing.await.unwrap_err().to_string().contains("on purpose"));
    assert!(panicking.await.unwrap_err().to_string().contains("panicked"));
    assert!(stuck.await.unwrap_err().to_string().contains("awaited something other"));
    assert_eq!(ids(&db).await, [1, 2, 6]);
}

#[tokio::test]
async fn a_commit_that_one_of_them_makes_fail_is_tried_without_it() {
    let held = Held::new().await;
    let late = "CREATE TABLE late (id INT8 PRIMARY KEY, parent INT8 NOT NULL,
                    FOREIGN KEY (parent) REFERENCES late (id) DEFERRABLE INITIALLY DEFERRED)";
    held.other.batch_execute(late).await.expect("created");
    let first = held.call(insert(1));
    let innocent = held.call(insert(2));
    let guilty = held
        .call(async |tx: &Tx<'_>| tx.exec(test("INSERT INTO late (id, parent) VALUES (1, 9)"), &[]).await);

    let (db, _folder) = held.release().await;

    assert_eq!((first.await, innocent.await), (Ok(1), Ok(1)));
    assert!(guilty.await.unwrap_err().to_string().contains("late_parent_fkey"));
    assert_eq!(ids(&db).await, [1, 2]);
}

#[tokio::test]
async fn who_goes_away_after_queueing_is_committed_with_the_others() {
    let held = Held::new().await;
    let first = held.call(insert(1));
    drop(held.call(insert(2)));
    let last = held.call(insert(3));

    let (db, _folder) = held.release().await;

    assert_eq!((first.await, last.await), (Ok(1), Ok(1)));
    assert_eq!(ids(&db).await, [1, 2, 3]);
}

#[tokio::test]
async fn what_one_keeps_is_there_for_the_next_of_its_commit_and_for_no_other() {
    let held = Held::new().await;
    let count = async |tx: &Tx<'_>| {
        let before = tx.kept::<i64>();
        tx.keep(before.unwrap_or(0) + 1);
        insert(before.unwrap_or(0) * 100 + tx.query::<i64>(IDS, &[]).await?.len() as i64)(tx).await?;
        Ok(before)
    };
    let alone = held.call(count);
    let first = held.call(count);
    let second = held.call(count);

    let (db, _folder) = held.release().await;

    assert_eq!((alone.await, first.await, second.await), (Ok(None), Ok(None), Ok(Some(1))));
    assert_eq!(db.tx(valetkey_sdk::point!("test"), count).await, Ok(None));

    // One that is refused makes the others start anew: nothing of the try before is left.
    let held = Held::new().await;
    let alone = held.call(count);
    let refused = held.call::<()>(async |tx: &Tx<'_>| {
        tx.keep(7_i64);
        Err(DbError::other("on purpose"))
    });
    let last = held.call(count);

    let (_db, _folder) = held.release().await;

    assert!(refused.await.is_err());
    assert_eq!((alone.await, last.await), (Ok(None), Ok(None)));
}
