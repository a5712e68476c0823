//! The PostgreSQL engine: a store thread that owns all connections, so that a caller that goes away cuts
//! nothing, and a transaction's future need not be sent between threads.

mod check;
mod connect;
mod failure;
mod member;
mod queue;
mod run;
mod schema;
mod thread;
mod transaction;
mod wall;

use std::cell::Cell as Slot;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Object;
use tokio::sync::oneshot;

use self::queue::Queues;
use self::thread::Thread;
use super::counters::Tally;
use super::{Counters, DbError, DbErrorKind, Sql};

pub(super) use self::failure::Trouble;
pub(super) use self::run::{Order, Owned, Raw, count, decode, exec, query, script, undeclared};
pub(super) use self::schema::SchemaLock;
pub(super) use self::transaction::Turn;
pub(super) use self::wall::Wall;

/// How long a transaction is tried again: after a deadlock or a conflict, or while the server is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open PostgreSQL database.
pub(super) struct Postgres {
    thread: Thread,
    tally: Arc<Tally>,
    read_only: bool,
}

/// What the store thread works with.
struct Shared {
    pool: deadpool_postgres::Pool,
    tally: Arc<Tally>,
    jitter: Jitter,
    queues: Queues,
}

impl Postgres {
    /// Connects, so that a wrong address or password is told now.
    pub(super) fn open(url: &str, read_only: bool) -> Result<Self, DbError> {
        let tally = Arc::new(Tally::default());
        let thread = Thread::start(connect::settings(url)?, Arc::clone(&tally))?;
        Ok(Self { thread, tally, read_only })
    }

    /// Rows of a reading statement, as the server sent them.
    pub(super) async fn read(
        &self,
        wall: Wall,
        sql: Sql,
        cells: Vec<Owned>,
    ) -> Result<Vec<tokio_postgres::Row>, DbError> {
        let mut found = self.read_each(wall, sql, vec![cells]).await?;
        Ok(found.pop().unwrap_or_default())
    }

    /// The same for each of several parameters.
    pub(super) async fn read_each(
        &self,
        wall: Wall,
        sql: Sql,
        each: Vec<Vec<Owned>>,
    ) -> Result<Vec<Vec<tokio_postgres::Row>>, DbError> {
        self.ask(async move |shared| {
            shared.with_retry(async |conn| run::read_each(conn, &wall, sql, &each).await).await
        })
        .await
    }

    /// Runs work on the store thread to its end, whatever becomes of the caller.
    async fn ask<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&Shared) -> Result<T, DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.thread.submit(Box::new(move |shared| {
            Box::pin(async move {
                // A caller that has gone away is fine.
                drop(reply.send(work(&shared).await));
            })
        }))?;
        answer.await.unwrap_or_else(|_| Err(DbError::closed()))
    }

    pub(super) fn counters(&self) -> Counters {
        self.tally.read()
    }

    fn writable(&self) -> Result<(), DbError> {
        if self.read_only {
            return Err(DbError::new(
                DbErrorKind::Closed,
                "the database was opened for reading only: it takes no changes",
            ));
        }
        Ok(())
    }
}

impl Shared {
    async fn connection(&self) -> Result<Object, DbError> {
        self.pool.get().await.map_err(|error| failure::of_pool(&error))
    }

    /// Reads again on another connection when one turns out to be dead: nothing was changed.
    async fn with_retry<T>(&self, work: impl AsyncFn(&Object) -> Result<T, DbError>) -> Result<T, DbError> {
        let mut tries = self.jitter.tries();
        loop {
            let done = match self.connection().await {
                Ok(conn) => {
                    let done = work(&conn).await;
                    if done.as_ref().is_err_and(|error| error.trouble() == Trouble::Lost) {
                        drop(Object::take(conn));
                    }
                    done
                }
                Err(error) => Err(error),
            };
            match done {
                Err(error) if error.trouble() != Trouble::None && tries.pause().await => {}
                done => return done,
            }
        }
    }
}

/// Pauses before another try: full jitter, doubling. It is no source of ids or secrets and nothing replays
/// on this engine, so the hasher's own seed will do.
#[derive(Default)]
struct Jitter {
    seed: std::hash::RandomState,
    count: Slot<u64>,
}

impl Jitter {
    const FIRST: Duration = Duration::from_millis(10);
    const LONGEST: Duration = Duration::from_millis(800);

    fn tries(&self) -> Tries<'_> {
        Tries { jitter: self, until: tokio::time::Instant::now() + PATIENCE, next: Self::FIRST }
    }

    fn below(&self, most: Duration) -> Duration {
        use std::hash::BuildHasher;
        self.count.set(self.count.get().wrapping_add(1));
        let part = self.seed.hash_one(self.count.get()) % 1_000;
        most.mul_f64(part as f64 / 1_000.0)
    }
}

struct Tries<'a> {
    jitter: &'a Jitter,
    until: tokio::time::Instant,
    next: Duration,
}

impl Tries<'_> {
    /// Waits; false when it took too long already.
    async fn pause(&mut self) -> bool {
        let pause = self.jitter.below(self.next);
        if tokio::time::Instant::now() + pause > self.until {
            return false;
        }
        tokio::time::sleep(pause).await;
        self.next = (self.next * 2).min(Jitter::LONGEST);
        true
    }
}
