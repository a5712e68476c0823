//! A transaction that waits for its turn, whatever its types.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use futures_util::future::LocalBoxFuture;
use tokio::sync::oneshot;
use valetkey_sdk::point::Point;

use super::super::tx::Inside;
use super::super::{DbError, Tx};
use super::failure::Trouble;

/// One of those that share a commit.
pub(super) trait Member {
    /// Runs the closure inside an open transaction.
    fn run<'t>(&'t self, tx: &'t Tx<'t>) -> LocalBoxFuture<'t, Ran>;

    /// What its commit is called.
    fn point(&self) -> Option<Point>;

    /// Tells the caller, once it is known how the commit went. Who answered with an error of their own is told that.
    fn answer(&self, commit: Result<(), DbError>);
}

/// What came of a closure.
pub(super) enum Ran {
    Kept,
    /// It answered with an error, or a statement of it failed.
    Refused,
    /// Another transaction or the network was in the way: another try may go well.
    Again(DbError),
}

/// A closure, its result, and where that goes.
pub(super) struct Call<R, E, F> {
    point: Option<Point>,
    f: F,
    result: RefCell<Option<Result<R, E>>>,
    reply: RefCell<Option<oneshot::Sender<Result<R, E>>>>,
}

impl<R, E, F> Call<R, E, F> {
    pub(super) fn new(point: Option<Point>, f: F, reply: oneshot::Sender<Result<R, E>>) -> Self {
        Self { point, f, result: RefCell::new(None), reply: RefCell::new(Some(reply)) }
    }
}

impl<R, E, F> Member for Call<R, E, F>
where
    F: AsyncFn(&Tx<'_>) -> Result<R, E>,
    E: From<DbError>,
{
    fn run<'t>(&'t self, tx: &'t Tx<'t>) -> LocalBoxFuture<'t, Ran> {
        Box::pin(async move {
            let result = polled(tx, &self.f).await;
            if let Some(first) = tx.first_failure().filter(|first| first.trouble() != Trouble::None) {
                return Ran::Again(first);
            }
            let result = match tx.poison() {
                Some(poison) if result.is_ok() => Err(E::from(poison)),
                _ => result,
            };
            let ran = if result.is_ok() { Ran::Kept } else { Ran::Refused };
            self.result.replace(Some(result));
            ran
        })
    }

    fn point(&self) -> Option<Point> {
        self.point
    }

    fn answer(&self, commit: Result<(), DbError>) {
        let answer = match (self.result.take(), commit) {
            (Some(Err(own)), Ok(())) => Err(own),
            (_, Err(error)) => Err(E::from(error)),
            (Some(Ok(answer)), Ok(())) => Ok(answer),
            (None, Ok(())) => Err(E::from(DbError::closed())),
        };
        if let Some(reply) = self.reply.take() {
            // A caller that has gone away is fine.
            drop(reply.send(answer));
        }
    }
}

/// The closure, which may wait for its own statements and for nothing else.
async fn polled<R, E, F>(tx: &Tx<'_>, f: &F) -> Result<R, E>
where
    F: AsyncFn(&Tx<'_>) -> Result<R, E>,
    E: From<DbError>,
{
    let mut future = pin!(f(tx));
    std::future::poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let _inside = Inside::enter();
            future.as_mut().poll(cx)
        }));
        match polled {
            Ok(Poll::Ready(result)) => Poll::Ready(result),
            Ok(Poll::Pending) if tx.is_waiting() => Poll::Pending,
            Ok(Poll::Pending) => Poll::Ready(Err(E::from(DbError::other(
                "the transaction awaited something other than its own statements: do that before or after it",
            )))),
            // The panic's own message has gone to the panic hook.
            Err(_) => Poll::Ready(Err(E::from(DbError::other(
                "the transaction's code panicked; nothing of it is kept",
            )))),
        }
    })
    .await
}
