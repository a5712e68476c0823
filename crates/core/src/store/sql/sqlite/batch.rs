//! Several transactions in one commit, each with a savepoint of its own.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rusqlite::Connection;
use tokio::sync::oneshot;
use valetkey_sdk::point::{Moment, Point};

use super::super::counters::Tally;
use super::super::tx::Inside;
use super::super::{DbError, DbErrorKind, Tx};
use super::failure::{of_commit, plain};

/// A queued transaction, whatever its types.
pub(in crate::store::sql) trait Job: Send {
    /// Runs it inside the open transaction, which is its own when it is `alone`; whether its effects are to be kept.
    fn run(&mut self, conn: &Connection, alone: bool) -> bool;

    /// Tells the caller, once it is known how the commit went.
    fn reply(self: Box<Self>, commit: Result<(), DbError>);
}

/// A closure, its result, and where that goes.
pub(in crate::store::sql) struct Call<R, E, F> {
    point: Point,
    f: F,
    result: Option<Result<R, E>>,
    reply: oneshot::Sender<Result<R, E>>,
}

impl<R, E, F> Call<R, E, F> {
    pub(in crate::store::sql) fn new(point: Point, f: F, reply: oneshot::Sender<Result<R, E>>) -> Self {
        Self { point, f, result: None, reply }
    }
}

impl<R, E, F> Job for Call<R, E, F>
where
    F: AsyncFn(&Tx<'_>) -> Result<R, E> + Send,
    R: Send,
    E: From<DbError> + Send,
{
    fn run(&mut self, conn: &Connection, alone: bool) -> bool {
        // Nothing else would be undone with it.
        let result = if alone { poll_once(conn, &self.f) } else { in_savepoint(conn, &self.f) };
        let keep = result.is_ok();
        if keep {
            self.point.pass(Moment::Before);
        }
        self.result = Some(result);
        keep
    }

    fn reply(self: Box<Self>, commit: Result<(), DbError>) {
        let answer = match (self.result, commit) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(error)) => Err(E::from(error)),
            (Some(Ok(answer)), Ok(())) => Ok(answer),
            (None, Ok(())) => Err(E::from(DbError::closed())),
        };
        // A caller that has gone away is fine.
        drop(self.reply.send(answer));
    }
}

/// Runs all jobs, normally in one commit, and replies to each.
pub(super) fn run(conn: &Connection, jobs: Vec<Box<dyn Job>>, tally: &Tally) {
    let mut waiting = VecDeque::from(jobs);
    while !waiting.is_empty() {
        if let Err(error) = begin(conn) {
            waiting.into_iter().for_each(|job| reply(job, Err(error.clone())));
            return;
        }
        let alone = waiting.len() == 1;
        let mut ran = Vec::with_capacity(waiting.len());
        let mut kept = 0;
        while let Some(mut job) = waiting.pop_front() {
            kept += u64::from(job.run(conn, alone));
            ran.push(job);
            if conn.is_autocommit() {
                break;
            }
        }
        let outcome = end(conn, kept > 0);
        if outcome.is_ok() && kept > 0 {
            tally.committed(kept);
        }
        ran.into_iter().for_each(|job| reply(job, outcome.clone()));
    }
}

/// IMMEDIATE takes the write lock now: a transaction that only asks for it later fails at once.
fn begin(conn: &Connection) -> Result<(), DbError> {
    if !conn.is_autocommit() {
        control(conn, "ROLLBACK")?;
    }
    control(conn, "BEGIN IMMEDIATE")
}

fn end(conn: &Connection, keep: bool) -> Result<(), DbError> {
    if conn.is_autocommit() {
        // A full disk, a failed write, or OR ROLLBACK.
        return Err(DbError::new(
            DbErrorKind::Busy,
            "the database undid the transaction together with others in the same commit",
        ));
    }
    if !keep {
        return control(conn, "ROLLBACK");
    }
    run_plain(conn, "COMMIT").map_err(|error| of_commit(&error)).inspect_err(|_| {
        // If this fails too, the next `begin` tries again.
        let _ = control(conn, "ROLLBACK");
    })
}

fn in_savepoint<R, E, F>(conn: &Connection, f: &F) -> Result<R, E>
where
    F: AsyncFn(&Tx<'_>) -> Result<R, E>,
    E: From<DbError>,
{
    control(conn, "SAVEPOINT one")?;
    let result = poll_once(conn, f);
    if conn.is_autocommit() {
        return result;
    }
    match result {
        Ok(answer) => {
            control(conn, "RELEASE one")?;
            Ok(answer)
        }
        Err(own) => {
            if control(conn, "ROLLBACK TO one").and_then(|()| control(conn, "RELEASE one")).is_err() {
                // Better to lose the whole batch than to keep half a transaction.
                let _ = control(conn, "ROLLBACK");
            }
            Err(own)
        }
    }
}

/// Runs it on a connection that only reads, as of one commit.
pub(super) fn snapshot<R>(
    conn: &Connection,
    f: &impl AsyncFn(&Tx<'_>) -> Result<R, DbError>,
) -> Result<R, DbError> {
    control(conn, "BEGIN")?;
    let result = poll_once(conn, f);
    control(conn, "COMMIT")?;
    result
}

fn poll_once<R, E, F>(conn: &Connection, f: &F) -> Result<R, E>
where
    F: AsyncFn(&Tx<'_>) -> Result<R, E>,
    E: From<DbError>,
{
    let tx = Tx::new(conn);
    let polled = catch_unwind(AssertUnwindSafe(|| {
        let _inside = Inside::enter();
        let mut future = pin!(f(&tx));
        future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }));
    match polled {
        Ok(Poll::Ready(result)) => match tx.poison() {
            Some(poison) if result.is_ok() => Err(E::from(poison)),
            _ => result,
        },
        Ok(Poll::Pending) => Err(E::from(DbError::other(
            "the transaction awaited something other than its own statements: do that before or after it",
        ))),
        // The panic's own message has gone to the panic hook.
        Err(_) => Err(E::from(DbError::other("the transaction's code panicked; nothing of it is kept"))),
    }
}

fn reply(job: Box<dyn Job>, commit: Result<(), DbError>) {
    // The caller's `From<DbError>` runs in here; its panic must not cost the others their answers.
    let _ = catch_unwind(AssertUnwindSafe(|| job.reply(commit)));
}

fn control(conn: &Connection, text: &str) -> Result<(), DbError> {
    run_plain(conn, text).map_err(|error| plain(&error))
}

fn run_plain(conn: &Connection, text: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(text).and_then(|mut statement| statement.raw_execute()).map(drop)
}
