//! One transaction: begin, the closure, commit; again when another was in the way.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::future::join;
use tokio::sync::oneshot;
use valetkey_sdk::point::{Moment, Point};

use super::super::tx::Inside;
use super::super::{DbError, DbErrorKind, Tx};
use super::failure::{Trouble, of_commit, plain};
use super::wall::Wall;
use super::{Postgres, Shared};

/// How long a transaction waits for those of its name before it: as long as it would at the server.
const QUEUE: Duration = Duration::from_secs(30);

/// Whose rows a transaction sees, and how it is kept apart from others.
#[derive(Clone, Debug, Default)]
pub(in crate::store::sql) struct Turn {
    pub(in crate::store::sql) wall: Wall,
    pub(in crate::store::sql) serializable: bool,
    /// Those of one name run one after the other.
    pub(in crate::store::sql) queue: Option<&'static str>,
}

impl Turn {
    /// Begins a transaction. Transactions of one agency take turns, as all do on SQLite: what one of them
    /// has read stays true until it commits. The lock is taken before the first statement's snapshot.
    fn begin(&self) -> String {
        let level = if self.serializable { "SERIALIZABLE" } else { "READ COMMITTED" };
        let setting = self.wall.setting();
        let lock = self
            .queue_name()
            .map(|name| format!("; SELECT pg_advisory_xact_lock(hashtextextended('{name}', 0))"));
        let lock = lock.unwrap_or_default();
        format!("BEGIN ISOLATION LEVEL {level}; SET LOCAL valetkey.agency = '{setting}'{lock}")
    }
}

impl Turn {
    /// The name under which it takes its turn, as the inside of a quoted text.
    fn queue_name(&self) -> Option<String> {
        match (&self.wall, self.queue) {
            (Wall::Agency(_), _) => Some(self.wall.setting()),
            (_, queue) => queue.map(str::to_owned),
        }
    }
}

/// How one try ended.
enum Ended<R, E> {
    Answered(Result<R, E>),
    /// Nothing is kept, and another try may go well.
    Again(DbError),
}

impl Postgres {
    pub(in crate::store::sql) async fn transact<R, E, F>(
        &self,
        point: Option<Point>,
        turn: Turn,
        f: F,
    ) -> Result<R, E>
    where
        F: AsyncFn(&Tx<'_>) -> Result<R, E> + Send + 'static,
        R: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.writable()?;
        let (reply, answer) = oneshot::channel();
        self.thread.submit(Box::new(move |shared| {
            Box::pin(async move {
                // A caller that has gone away is fine.
                drop(reply.send(run(&shared, point, &turn, &f).await));
            })
        }))?;
        answer.await.unwrap_or_else(|_| Err(E::from(DbError::closed())))
    }
}

async fn run<R, E, F>(shared: &Shared, point: Option<Point>, turn: &Turn, f: &F) -> Result<R, E>
where
    F: AsyncFn(&Tx<'_>) -> Result<R, E>,
    E: From<DbError>,
{
    let mut tries = shared.jitter.tries();
    // Those of this process wait here and not at the server: there each would keep a connection from the others.
    let _turn = match turn.queue_name() {
        Some(name) => match tokio::time::timeout(QUEUE, shared.queues.turn(name)).await {
            Ok(queued) => Some(queued),
            Err(_) => {
                let why = "the transactions before it did not come to an end in time";
                return Err(E::from(DbError::new(DbErrorKind::Busy, why)));
            }
        },
        None => None,
    };
    loop {
        let ended = match shared.connection().await {
            Ok(conn) => once(shared, conn, point, turn, f).await,
            Err(error) if error.trouble() == Trouble::None => Ended::Answered(Err(E::from(error))),
            Err(error) => Ended::Again(error),
        };
        match ended {
            Ended::Answered(answer) => return answer,
            Ended::Again(error) => {
                if !tries.pause().await {
                    return Err(E::from(error));
                }
            }
        }
    }
}

/// Closes the connection unless it was given back in a known state: the server rolls back.
struct Held(Option<Object>);

impl Held {
    fn conn(&self) -> &Object {
        self.0.as_ref().expect("held until given back")
    }

    fn give_back(mut self) {
        self.0.take();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            drop(Object::take(conn));
        }
    }
}

async fn once<R, E, F>(shared: &Shared, conn: Object, point: Option<Point>, turn: &Turn, f: &F) -> Ended<R, E>
where
    F: AsyncFn(&Tx<'_>) -> Result<R, E>,
    E: From<DbError>,
{
    let held = Held(Some(conn));
    let tx = Tx::on_postgres(held.conn());
    // One journey for both: the closure's first statements leave right after these, and the server works through
    // them in this order. Where beginning fails, it refuses the others.
    let begin = turn.begin();
    let (begun, result) = join(held.conn().batch_execute(&begin), polled(&tx, f)).await;
    if let Err(error) = begun {
        return again_or(plain(&error));
    }
    if let Some(first) = tx.first_failure().filter(|first| first.trouble() != Trouble::None) {
        if first.trouble() == Trouble::Conflict && held.conn().batch_execute("ROLLBACK").await.is_ok() {
            held.give_back();
        }
        return Ended::Again(first);
    }
    let result = match tx.poison() {
        Some(poison) if result.is_ok() => Err(E::from(poison)),
        _ => result,
    };
    let answer = match result {
        Ok(answer) => answer,
        Err(own) => {
            if held.conn().batch_execute("ROLLBACK").await.is_ok() {
                held.give_back();
            }
            return Ended::Answered(Err(own));
        }
    };
    if let Some(point) = point {
        point.pass(Moment::Before);
    }
    match held.conn().batch_execute("COMMIT").await {
        Ok(()) => {
            shared.tally.committed(1);
            held.give_back();
            Ended::Answered(Ok(answer))
        }
        Err(error) => again_or(of_commit(&error)),
    }
}

fn again_or<R, E: From<DbError>>(error: DbError) -> Ended<R, E> {
    if error.trouble() == Trouble::None || *error.kind() == DbErrorKind::CommitUnknown {
        Ended::Answered(Err(E::from(error)))
    } else {
        Ended::Again(error)
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
