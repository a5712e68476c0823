//! A transaction: begin, the closure, commit; again when another was in the way. Those that waited for the same turn
//! share a commit, one after the other; when one of them refuses, nothing is kept and each is tried by itself.

use std::rc::Rc;
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::future::join;
use tokio::sync::oneshot;
use valetkey_sdk::point::{Moment, Point};

use super::super::tx::Kept;
use super::super::{DbError, DbErrorKind, Tx};
use super::failure::{Trouble, of_commit, plain};
use super::member::{Call, Member, Ran};
use super::wall::Wall;
use super::{Postgres, Shared, Tries};
use crate::cells;

/// How long a transaction waits for those of its name before it: as long as it would at the server.
const QUEUE: Duration = Duration::from_secs(30);
/// The most transactions that share a commit. Each waits for the others' statements.
const TOGETHER: usize = 32;

/// Whose rows a transaction sees, and how it is kept apart from others.
#[derive(Clone, Debug, Default)]
pub(in crate::store::sql) struct Turn {
    pub(in crate::store::sql) wall: Wall,
    pub(in crate::store::sql) serializable: bool,
    /// Those of one name run one after the other.
    pub(in crate::store::sql) queue: Option<&'static str>,
}

impl Turn {
    /// Begins a transaction, in which `tx` is the first to run. Transactions of one agency take turns, as all do on
    /// SQLite: what one of them has read stays true until it commits. The lock is taken by a statement of its own, so
    /// the snapshots of those after it are later.
    async fn begin(&self, conn: &Object, tx: &Tx<'_>) -> Result<(), DbError> {
        let level = if self.serializable { "SERIALIZABLE" } else { "READ COMMITTED" };
        let begin = format!("BEGIN ISOLATION LEVEL {level}");
        let (setting, queue) = (self.wall.setting(), self.queue_name());
        let turn = async {
            match queue {
                Some(name) => tx.undeclared(TURN, cells![setting, name]).await,
                None => tx.undeclared(SETTING, cells![setting]).await,
            }
        };
        let (begun, turn) = join(conn.batch_execute(&begin), turn).await;
        begun.map_err(|error| plain(&error))?;
        turn
    }

    /// The name under which it takes its turn.
    fn queue_name(&self) -> Option<&str> {
        match (&self.wall, self.queue) {
            (Wall::Agency(agency), _) => Some(agency.as_str()),
            (_, queue) => queue,
        }
    }
}

/// Whose rows the transaction sees.
const SETTING: &str = "SELECT set_config('valetkey.agency', $1, true)";
/// The same, and waiting for its turn.
const TURN: &str =
    "SELECT set_config('valetkey.agency', $1, true), pg_advisory_xact_lock(hashtextextended($2, 0))";

/// How one try ended.
enum Ended {
    /// Everybody was told.
    Answered,
    /// Nothing is kept, and another try may go well.
    Again(DbError),
    /// Nothing is kept, because one of several refused: each is tried by itself.
    Apart,
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
            Box::pin(async move { run(&shared, &turn, Rc::new(Call::new(point, f, reply))).await })
        }))?;
        answer.await.unwrap_or_else(|_| Err(E::from(DbError::closed())))
    }
}

async fn run(shared: &Shared, turn: &Turn, member: Rc<dyn Member>) {
    let tries = shared.jitter.tries();
    let Some(name) = turn.queue_name() else {
        return attempt(shared, turn, &[member], tries).await;
    };
    // Those of this process wait here and not at the server: there each would keep a connection from the others.
    let place = shared.queues.place(name.to_owned());
    if !turn.serializable {
        place.enter(Rc::clone(&member));
    }
    let Ok(_turn) = tokio::time::timeout(QUEUE, place.turn()).await else {
        if turn.serializable || place.leave(&member) {
            let why = "the transactions before it did not come to an end in time";
            member.answer(Err(DbError::new(DbErrorKind::Busy, why)));
        }
        return;
    };
    let members = if turn.serializable { vec![member] } else { place.take(TOGETHER) };
    // Whoever had the turn before may have taken all along.
    if !members.is_empty() {
        attempt(shared, turn, &members, tries).await;
    }
}

/// Tries until all of them were told.
async fn attempt(shared: &Shared, turn: &Turn, members: &[Rc<dyn Member>], mut tries: Tries<'_>) {
    loop {
        let ended = match shared.connection().await {
            Ok(conn) => once(shared, conn, turn, members).await,
            Err(error) => again_or_tell(error, members),
        };
        match ended {
            Ended::Answered => return,
            Ended::Apart => {
                for member in members {
                    let alone = attempt(shared, turn, std::slice::from_ref(member), shared.jitter.tries());
                    Box::pin(alone).await;
                }
                return;
            }
            Ended::Again(error) => {
                if !tries.pause().await {
                    return tell(members, &Err(error));
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

    async fn roll_back(self) {
        if self.conn().batch_execute("ROLLBACK").await.is_ok() {
            self.give_back();
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            drop(Object::take(conn));
        }
    }
}

async fn once(shared: &Shared, conn: Object, turn: &Turn, members: &[Rc<dyn Member>]) -> Ended {
    let held = Held(Some(conn));
    let kept = Kept::default();
    for (index, member) in members.iter().enumerate() {
        let tx = Tx::on_postgres(held.conn(), Rc::clone(&kept));
        let ran = if index == 0 {
            // One journey for both: the closure's first statements leave right after these, and the server works
            // through them in this order. Where beginning fails, it refuses the others.
            let (begun, ran) = join(turn.begin(held.conn(), &tx), member.run(&tx)).await;
            if let Err(error) = begun {
                return again_or_tell(error, members);
            }
            ran
        } else {
            member.run(&tx).await
        };
        match ran {
            Ran::Kept => {}
            Ran::Again(first) => {
                if first.trouble() == Trouble::Conflict {
                    held.roll_back().await;
                }
                return Ended::Again(first);
            }
            Ran::Refused => {
                held.roll_back().await;
                if members.len() > 1 {
                    return Ended::Apart;
                }
                member.answer(Ok(()));
                return Ended::Answered;
            }
        }
    }
    for point in members.iter().filter_map(|member| member.point()) {
        point.pass(Moment::Before);
    }
    match held.conn().batch_execute("COMMIT").await {
        Ok(()) => {
            shared.tally.committed(members.len() as u64);
            held.give_back();
            tell(members, &Ok(()));
            Ended::Answered
        }
        Err(error) => match of_commit(&error) {
            // One of them may be why.
            error if members.len() > 1 && is_refusal(&error) => Ended::Apart,
            error => again_or_tell(error, members),
        },
    }
}

/// Nothing is kept, and nothing was in the way.
fn is_refusal(error: &DbError) -> bool {
    error.trouble() == Trouble::None && *error.kind() != DbErrorKind::CommitUnknown
}

fn again_or_tell(error: DbError, members: &[Rc<dyn Member>]) -> Ended {
    if error.trouble() == Trouble::None || *error.kind() == DbErrorKind::CommitUnknown {
        tell(members, &Err(error));
        Ended::Answered
    } else {
        Ended::Again(error)
    }
}

fn tell(members: &[Rc<dyn Member>], commit: &Result<(), DbError>) {
    for member in members {
        member.answer(commit.clone());
    }
}
