//! A transaction as its closure sees it.

use std::cell::{Cell as Slot, RefCell};

use super::sqlite::{self, Access};
use super::{Cell, DbError, DbErrorKind, FromRow, Sql};

/// The statements of one transaction. Only [`Db::tx`](super::Db::tx) makes one.
///
/// Every method fails with `Poisoned` once one of them has failed; only `Missing` does not poison,
/// because a row that is not there is an answer.
pub struct Tx<'a> {
    conn: &'a rusqlite::Connection,
    first_failure: RefCell<Option<DbError>>,
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a rusqlite::Connection) -> Self {
        Self { conn, first_failure: RefCell::new(None) }
    }

    /// All rows.
    ///
    /// # Errors
    /// See [`DbErrorKind`].
    pub async fn query<T: FromRow>(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<Vec<T>, DbError> {
        self.guarded(|conn| sqlite::query(conn, sql, cells, Access::Write))
    }

    /// The only row.
    ///
    /// # Errors
    /// `Missing` without a row; `Other` with more than one; otherwise see [`DbErrorKind`].
    pub async fn one<T: FromRow>(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<T, DbError> {
        self.optional(sql, cells).await?.ok_or_else(|| missing(sql))
    }

    /// The only row, or nothing.
    ///
    /// # Errors
    /// `Other` with more than one row; otherwise see [`DbErrorKind`].
    pub async fn optional<T: FromRow>(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<Option<T>, DbError> {
        self.guarded(|conn| {
            sqlite::query(conn, sql, cells, Access::Write).and_then(|rows| at_most_one(sql, rows))
        })
    }

    /// Runs a statement that answers no rows; the number of rows it changed.
    /// One with RETURNING goes through [`Tx::query`], [`Tx::one`] or [`Tx::optional`].
    ///
    /// # Errors
    /// See [`DbErrorKind`].
    pub async fn exec(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<u64, DbError> {
        self.guarded(|conn| sqlite::exec(conn, sql, cells))
    }

    /// Runs the text of a migration.
    pub(super) fn script(&self, text: &str) -> Result<(), DbError> {
        self.guarded(|conn| sqlite::script(conn, text))
    }

    /// What poisoned this transaction, as an error that says so.
    pub(super) fn poison(&self) -> Option<DbError> {
        self.first_failure.borrow().as_ref().map(|first| {
            DbError::new(
                DbErrorKind::Poisoned,
                format!("nothing of this transaction is kept, because a statement in it failed: {first}"),
            )
        })
    }

    fn guarded<T>(
        &self,
        run: impl FnOnce(&rusqlite::Connection) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        if let Some(poison) = self.poison() {
            return Err(poison);
        }
        run(self.conn).inspect_err(|error| *self.first_failure.borrow_mut() = Some(error.clone()))
    }
}

pub(super) fn missing(sql: Sql) -> DbError {
    DbError::new(DbErrorKind::Missing, "there is no such row").in_statement(sql.name())
}

pub(super) fn at_most_one<T>(sql: Sql, mut rows: Vec<T>) -> Result<Option<T>, DbError> {
    match rows.len() {
        0 | 1 => Ok(rows.pop()),
        count => {
            Err(DbError::other(format!("{count} rows where at most one was expected"))
                .in_statement(sql.name()))
        }
    }
}

thread_local! {
    static INSIDE: Slot<bool> = const { Slot::new(false) };
}

/// Marks this thread as running a transaction's closure, until dropped.
pub(super) struct Inside(());

impl Inside {
    pub(super) fn enter() -> Self {
        INSIDE.set(true);
        Self(())
    }

    /// # Errors
    /// If the calling code is itself a transaction: on one engine it would wait for itself for ever,
    /// on another it would see the state from before.
    pub(super) fn refuse() -> Result<(), DbError> {
        if INSIDE.get() {
            return Err(DbError::other(
                "the database was called from inside a transaction: use the transaction",
            ));
        }
        Ok(())
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}
