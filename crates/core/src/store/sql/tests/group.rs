//! Many transactions in one commit: who shares it, who is rolled back, who is told what.

use std::pin::pin;
use std::sync::mpsc;
use std::task::{Context, Poll, Waker};

use futures_util::future::{BoxFuture, join_all};

use crate::cells;
use crate::store::sql::*;

use super::{ADD, Folder, add, everywhere, ids, test};

/// A file database whose writer is held up, so that what is queued meanwhile goes into one batch.
struct Held {
    db: Db,
    go: mpsc::Sender<()>,
    first: BoxFuture<'static, Result<(), DbError>>,
    _folder: Folder,
}

impl Held {
    async fn new() -> Self {
        let (db, folder) = everywhere().await.pop().unwrap();
        Self::on(db, folder)
    }

    fn on(db: Db, folder: Folder) -> Self {
        let (started, running) = mpsc::channel();
        let (go, wait) = mpsc::channel();
        let wait = std::sync::Mutex::new(wait);
        let handle = db.clone();
        let mut first: BoxFuture<'static, _> = Box::pin(async move {
            handle
                .tx(valetkey_sdk::point!("test"), async move |_: &Tx<'_>| {
                    started.send(()).unwrap();
                    wait.lock().unwrap().recv().unwrap();
                    Ok(())
                })
                .await
        });
        queue(&mut first);
        running.recv().unwrap();
        Self { db, go, first, _folder: folder }
    }

    fn call<R: Send + 'static>(
        &self,
        f: impl AsyncFn(&Tx<'_>) -> Result<R, DbError> + Send + 'static,
    ) -> impl Future<Output = Result<R, DbError>> + 'static {
        let db = self.db.clone();
        let mut call = Box::pin(async move { db.tx(valetkey_sdk::point!("test"), f).await });
        queue(&mut call);
        call
    }

    async fn release(self) -> (Db, Folder) {
        self.go.send(()).unwrap();
        self.first.await.unwrap();
        (self.db, self._folder)
    }
}

/// Polls once, which is what queues the transaction.
pub(super) fn queue<F: Future + Unpin>(call: &mut F) {
    assert!(matches!(pin!(call).poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
}

fn insert(id: i64) -> impl AsyncFn(&Tx<'_>) -> Result<u64, DbError> + Send + 'static {
    async move |tx: &Tx<'_>| tx.exec(ADD, cells![id, None::<&str>]).await
}

#[tokio::test]
async fn up_to_256_waiting_transactions_share_a_commit() {
    let held = Held::new().await;
    let before = held.db.counters();
    let calls: Vec<_> = (0..520).map(|id| held.call(insert(id))).collect();

    let (db, _folder) = held.release().await;

    assert!(join_all(calls).await.into_iter().all(|result| result == Ok(1)));
    let after = db.counters();
    assert_eq!(after.transactions - before.transactions, 521);
    // The one that held the writer, 256, 256 and 8.
    assert_eq!(after.commits - before.commits, 4);
    assert_eq!(ids(&db).await, (0..520).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_error_or_panic_rolls_back_only_its_own_part_of_the_commit() {
    let held = Held::new().await;
    let good = held.call(insert(1));
    let duplicate = held.call(insert(1));
    let panicking = held.call::<()>(async |tx: &Tx<'_>| {
        insert(2)(tx).await?;
        panic!("on purpose");
    });
    let stuck = held.call(async |tx: &Tx<'_>| {
        insert(3)(tx).await?;
        std::future::pending::<Result<(), DbError>>().await
    });
    let last = held.call(insert(4));
    let before = held.db.counters();

    let (db, _folder) = held.release().await;

    assert_eq!(good.await, Ok(1));
    assert!(duplicate.await.unwrap_err().is_duplicate("note_pkey"));
    assert!(panicking.await.is_err());
    assert!(stuck.await.is_err());
    assert_eq!(last.await, Ok(1));
    assert_eq!(ids(&db).await, [1, 4]);
    let after = db.counters();
    assert_eq!((after.transactions - before.transactions, after.commits - before.commits), (3, 2));
}

#[tokio::test]
async fn a_caller_that_goes_away_after_queueing_still_commits() {
    let held = Held::new().await;
    drop(held.call(insert(1)));

    let (db, _folder) = held.release().await;

    add(&db, 2).await.unwrap();
    assert_eq!(ids(&db).await, [1, 2]);
}

#[tokio::test]
async fn if_the_commit_fails_everybody_in_it_is_told() {
    let (db, folder) = everywhere().await.pop().unwrap();
    let created: Result<(), DbError> = db
        .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
            tx.script(
                "CREATE TABLE late (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL,
                     FOREIGN KEY (parent) REFERENCES late (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
            )
            .await
        })
        .await;
    created.unwrap();
    let held = Held::on(db, folder);
    let innocent = held.call(insert(1));
    let guilty = held
        .call(async |tx: &Tx<'_>| tx.exec(test("INSERT INTO late (id, parent) VALUES (1, 9)"), &[]).await);
    let (db, _folder) = held.release().await;

    assert!(innocent.await.unwrap_err().to_string().contains("FOREIGN KEY"));
    assert!(guilty.await.unwrap_err().to_string().contains("FOREIGN KEY"));
    assert!(ids(&db).await.is_empty());
    add(&db, 2).await.unwrap();
    assert_eq!(ids(&db).await, [2]);
}

#[tokio::test]
async fn a_statement_that_undoes_the_whole_commit_is_noticed_by_everybody_before_it() {
    const UNDO: Sql = test("INSERT OR ROLLBACK INTO note (agency_id, id) VALUES ('a', 1)");
    let held = Held::new().await;
    let before = held.call(insert(1));
    let undo = held.call(async |tx: &Tx<'_>| tx.exec(UNDO, &[]).await);
    let after = held.call(insert(2));

    let (db, _folder) = held.release().await;

    assert!(before.await.unwrap_err().to_string().contains("undid the transaction"));
    assert!(undo.await.unwrap_err().is_duplicate("note_pkey"));
    assert_eq!(after.await, Ok(1));
    assert_eq!(ids(&db).await, [2]);
}

#[tokio::test]
async fn closing_finishes_what_is_queued() {
    let held = Held::new().await;
    let calls: Vec<_> = (0..70).map(|id| held.call(insert(id))).collect();
    drop(calls);
    let Held { db, go, first, _folder } = held;
    drop(first);
    go.send(()).unwrap();

    drop(db);

    let db = Db::open(_folder.path("test.db")).unwrap();
    assert_eq!(ids(&db).await.len(), 70);
}

#[tokio::test]
async fn concurrent_callers_from_many_tasks_all_get_their_own_answer() {
    for (db, _folder) in everywhere().await {
        let tasks = (0..200_i64).map(|id| {
            let db = db.clone();
            tokio::spawn(async move {
                db.tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| {
                    tx.one::<i64>(test("SELECT $1"), cells![id]).await
                })
                .await
            })
        });
        for (id, answer) in (0..).zip(join_all(tasks).await) {
            assert_eq!(answer.unwrap(), Ok::<_, DbError>(id));
        }
    }
}
