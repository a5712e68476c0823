//! The handle to the database that the rest of the program holds.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;
use valetkey_sdk::point::{Moment, Point};

use super::postgres::{self, Owned, Postgres, SchemaLock, Turn, Wall};
use super::sqlite::{self, Access, Call, Sqlite, State, query};
use super::tx::{Inside, at_most_one, missing};
use super::{Cell, Counters, DbError, FromRow, Sql, Tx};
use crate::ids::AgencyId;

/// An open database. Cheap to clone; the last clone to go finishes queued transactions, which blocks
/// its thread until they are done.
///
/// On PostgreSQL a handle shows the rows of one agency, of all, or, as it is opened, of none.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    turn: Turn,
}

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Db {
    /// Opens or creates the database file at `path`, for this process alone; `:memory:` is a database of
    /// this handle's own, which runs everything on the calling thread and so replays exactly.
    ///
    /// # Errors
    /// If the file cannot be used or another process uses it; the message says which file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DbError> {
        Sqlite::open(path.as_ref()).map(|engine| Self::with(Engine::Sqlite(Arc::new(engine))))
    }

    /// Opens an existing file for reading, also while a server is using it.
    ///
    /// # Errors
    /// If there is no such file or it is not a database.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, DbError> {
        Sqlite::open_read_only(path.as_ref()).map(|engine| Self::with(Engine::Sqlite(Arc::new(engine))))
    }

    /// Connects to a PostgreSQL database, beside other processes that do. Blocks until it was reached.
    ///
    /// # Errors
    /// If it cannot be reached, refuses the user, or is too old. The message holds no password.
    pub fn connect(url: &str) -> Result<Self, DbError> {
        Postgres::open(url, false).map(|engine| Self::with(Engine::Postgres(Arc::new(engine))))
    }

    /// The same, for reading.
    ///
    /// # Errors
    /// As [`Db::connect`].
    pub fn connect_read_only(url: &str) -> Result<Self, DbError> {
        Postgres::open(url, true).map(|engine| Self::with(Engine::Postgres(Arc::new(engine))))
    }

    fn with(engine: Engine) -> Self {
        Self { engine, turn: Turn::default() }
    }

    /// A handle on one agency's rows. Its transactions take turns on every engine.
    #[must_use]
    pub fn of(&self, agency: &AgencyId) -> Self {
        let wall = match &self.engine {
            // One file has no such wall, and one writer.
            Engine::Sqlite(_) => Wall::Nobody,
            Engine::Postgres(_) => Wall::Agency(agency.clone()),
        };
        Self { engine: self.engine.clone(), turn: Turn { wall, ..Turn::default() } }
    }

    /// A handle on all agencies' rows, for what is found before the agency is known. Its transactions may
    /// run beside others, so they change rows only by conditions in the statement itself.
    #[must_use]
    pub fn across(&self) -> Self {
        Self { engine: self.engine.clone(), turn: Turn { wall: Wall::All, ..Turn::default() } }
    }

    /// The same handle for transactions that decide by what they have read: as if one ran after the other.
    #[must_use]
    pub fn serializable(&self) -> Self {
        Self { engine: self.engine.clone(), turn: Turn { serializable: true, ..self.turn.clone() } }
    }

    /// A handle for transactions on tables that are no agency's, and that take turns under this name.
    #[must_use]
    pub fn in_turn(&self, name: &'static str) -> Self {
        Self { engine: self.engine.clone(), turn: Turn { queue: Some(name), ..Turn::default() } }
    }

    /// Whether no other process can use this database while it is open here.
    pub fn is_ours_alone(&self) -> bool {
        matches!(self.engine, Engine::Sqlite(_))
    }

    /// All rows of a reading statement, as of the last commit.
    ///
    /// # Errors
    /// See [`DbErrorKind`](super::DbErrorKind).
    pub async fn query<T: FromRow>(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<Vec<T>, DbError> {
        Inside::refuse()?;
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(|conn| query(conn, sql, cells, Access::Read)),
            Engine::Postgres(engine) => {
                let cells = cells.iter().map(Owned::from).collect();
                postgres::decode(sql, &engine.read(self.turn.wall.clone(), sql, cells).await?)
            }
        }
    }

    /// The only row or nothing for each of these parameters, in one journey.
    ///
    /// # Errors
    /// `Other` with more than one row for one of them; otherwise see [`DbErrorKind`](super::DbErrorKind).
    pub async fn optional_each<T: FromRow>(
        &self,
        sql: Sql,
        each: &[&[Cell<'_>]],
    ) -> Result<Vec<Option<T>>, DbError> {
        Inside::refuse()?;
        let found: Vec<Vec<T>> = match &self.engine {
            Engine::Sqlite(engine) => engine.read(|conn| {
                each.iter().map(|cells| query(conn, sql, cells, Access::Read)).collect::<Result<_, _>>()
            })?,
            Engine::Postgres(engine) => {
                let each = each.iter().map(|cells| cells.iter().map(Owned::from).collect()).collect();
                let found = engine.read_each(self.turn.wall.clone(), sql, each).await?;
                found.iter().map(|rows| postgres::decode(sql, rows)).collect::<Result<_, _>>()?
            }
        };
        found.into_iter().map(|rows| at_most_one(sql, rows)).collect()
    }

    /// The only row of a reading statement.
    ///
    /// # Errors
    /// `Missing` without a row; `Other` with more than one; otherwise see [`DbErrorKind`](super::DbErrorKind).
    pub async fn one<T: FromRow>(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<T, DbError> {
        self.optional(sql, cells).await?.ok_or_else(|| missing(sql))
    }

    /// The only row of a reading statement, or nothing.
    ///
    /// # Errors
    /// `Other` with more than one row; otherwise see [`DbErrorKind`](super::DbErrorKind).
    pub async fn optional<T: FromRow>(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<Option<T>, DbError> {
        at_most_one(sql, self.query(sql, cells).await?)
    }

    /// Several reads as of one commit, of which a later one may need what an earlier one found.
    ///
    /// # Errors
    /// What `f` answers; otherwise see [`DbErrorKind`](super::DbErrorKind).
    pub async fn snapshot<R, F>(&self, f: F) -> Result<R, DbError>
    where
        F: AsyncFn(&Tx<'_>) -> Result<R, DbError> + Send + 'static,
        R: Send + 'static,
    {
        Inside::refuse()?;
        match &self.engine {
            Engine::Sqlite(engine) => engine.snapshot(&f),
            Engine::Postgres(engine) => {
                engine.transact(None, Turn { serializable: true, ..self.turn.clone() }, f).await
            }
        }
    }

    /// Runs `f` as one transaction, which `point` names, and answers once it is committed. See [`super`] for what `f` may do.
    /// Dropping the returned future after its first poll does not stop the transaction.
    ///
    /// # Errors
    /// What `f` answers, in which case nothing of it is kept; or, as `E`, a [`DbError`] if the transaction
    /// was poisoned, panicked, awaited something else, or could not be committed.
    pub async fn tx<R, E, F>(&self, point: Point, f: F) -> Result<R, E>
    where
        F: AsyncFn(&Tx<'_>) -> Result<R, E> + Send + 'static,
        R: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        Inside::refuse()?;
        let done = match &self.engine {
            Engine::Sqlite(engine) => {
                let (reply, answer) = oneshot::channel();
                engine.submit(Box::new(Call::new(point, f, reply)))?;
                answer.await.unwrap_or_else(|_| Err(E::from(DbError::closed())))
            }
            Engine::Postgres(engine) => engine.transact(Some(point), self.turn.clone(), f).await,
        };
        if done.is_ok() {
            point.pass(Moment::After);
        }
        done
    }

    /// Another state than before once anybody has changed a row: at once in this process, within ten milliseconds
    /// beside it. None where nothing can tell.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(in crate::store) fn state(&self) -> Result<Option<State>, DbError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.state(),
            Engine::Postgres(_) => Ok(None),
        }
    }

    /// Deletes every row of a database in memory.
    ///
    /// # Errors
    /// For any other database.
    pub fn empty(&self) -> Result<(), DbError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.empty(),
            Engine::Postgres(_) => Err(DbError::other("rows of a server are never deleted all at once")),
        }
    }

    /// How many transactions and commits there were since opening.
    pub fn counters(&self) -> Counters {
        match &self.engine {
            Engine::Sqlite(engine) => engine.counters(),
            Engine::Postgres(engine) => engine.counters(),
        }
    }

    /// What is wrong with the program's statements and tables on this database, once it is migrated:
    /// statements that do not prepare or number their parameters wrongly, tables without strict types, and
    /// agency tables without a wall. Empty when all is well.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn check(&self, statements: &[Sql]) -> Result<Vec<String>, DbError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(|conn| sqlite::check(conn, statements)),
            Engine::Postgres(engine) => engine.check(statements).await,
        }
    }

    /// What is damaged in the file, if anything. Reads all of it.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub async fn damage(&self) -> Result<Option<String>, DbError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(|conn| Ok(sqlite::damage(conn))),
            // Its pages are for that server to check.
            Engine::Postgres(_) => Ok(None),
        }
    }

    /// What the operator should know of the database's user, if anything.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn passes_walls(&self) -> Result<bool, DbError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(false),
            Engine::Postgres(engine) => engine.passes_walls().await,
        }
    }

    /// The clock of a database that other processes use too, epoch milliseconds.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn shared_now_ms(&self) -> Result<Option<i64>, DbError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(engine) => engine.now_ms().await.map(Some),
        }
    }

    pub(super) async fn has_table(&self, name: &str) -> Result<bool, DbError> {
        match &self.engine {
            Engine::Sqlite(engine) => engine.read(|conn| sqlite::has_table(conn, name)),
            Engine::Postgres(engine) => engine.has_table(name).await,
        }
    }

    pub(super) async fn foreign_table(&self) -> Result<Option<String>, DbError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(engine) => engine.foreign_table().await,
        }
    }

    pub(super) async fn lock_schema(&self) -> Result<SchemaLock, DbError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(SchemaLock::none()),
            Engine::Postgres(engine) => engine.lock_schema().await,
        }
    }

    pub(super) async fn build_walls(&self) -> Result<(), DbError> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(engine) => engine.build_walls().await,
        }
    }
}
