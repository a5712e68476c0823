//! The handle to the database that the rest of the program holds.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::sqlite::{Access, Call, Snapshot, Sqlite, query};
use super::tx::{Inside, at_most_one, missing};
use super::{Cell, Counters, DbError, FromRow, Sql, Tx};

/// An open database. Cheap to clone; the last clone to go finishes queued transactions, which blocks
/// its thread until they are done.
#[derive(Clone)]
pub struct Db(Arc<Sqlite>);

impl Db {
    /// Opens or creates the database file at `path`, for this process alone; `:memory:` is a database of
    /// this handle's own, which runs everything on the calling thread and so replays exactly.
    ///
    /// # Errors
    /// If the file cannot be used or another process uses it; the message says which file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DbError> {
        Sqlite::open(path.as_ref()).map(|engine| Self(Arc::new(engine)))
    }

    /// Opens an existing file for reading, also while a server is using it.
    ///
    /// # Errors
    /// If there is no such file or it is not a database.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, DbError> {
        Sqlite::open_read_only(path.as_ref()).map(|engine| Self(Arc::new(engine)))
    }

    /// All rows of a reading statement, as of the last commit.
    ///
    /// # Errors
    /// See [`DbErrorKind`](super::DbErrorKind).
    pub async fn query<T: FromRow>(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<Vec<T>, DbError> {
        Inside::refuse()?;
        self.0.read(|conn| query(conn, sql, cells, Access::Read))
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
    /// What `read` answers; otherwise see [`DbErrorKind`](super::DbErrorKind).
    pub(in crate::store) async fn snapshot<T>(
        &self,
        read: impl FnOnce(&Snapshot<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        Inside::refuse()?;
        self.0.snapshot(read)
    }

    /// Runs `f` as one transaction and answers once it is committed. See [`super`] for what `f` may do.
    /// Dropping the returned future after its first poll does not stop the transaction.
    ///
    /// # Errors
    /// What `f` answers, in which case nothing of it is kept; or, as `E`, a [`DbError`] if the transaction
    /// was poisoned, panicked, awaited something else, or could not be committed.
    pub async fn tx<R, E, F>(&self, f: F) -> Result<R, E>
    where
        F: AsyncFn(&Tx<'_>) -> Result<R, E> + Send + 'static,
        R: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        Inside::refuse()?;
        let (reply, answer) = oneshot::channel();
        self.0.submit(Box::new(Call::new(f, reply)))?;
        answer.await.unwrap_or_else(|_| Err(E::from(DbError::closed())))
    }

    /// How many transactions and commits there were since opening.
    pub fn counters(&self) -> Counters {
        self.0.counters()
    }

    /// What is wrong with the program's statements and tables on this database, once it is migrated:
    /// statements that do not prepare or number their parameters wrongly, and tables without strict types.
    /// Empty when all is well.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn check(&self, statements: &[Sql]) -> Result<Vec<String>, DbError> {
        self.0.read(|conn| super::sqlite::check(conn, statements))
    }

    pub(super) fn has_table(&self, name: &str) -> Result<bool, DbError> {
        self.0.read(|conn| super::sqlite::has_table(conn, name))
    }
}
