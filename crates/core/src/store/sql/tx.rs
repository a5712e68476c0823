//! A transaction as its closure sees it.

use std::any::Any;
use std::cell::{Cell as Slot, RefCell};
use std::rc::Rc;

use deadpool_postgres::ClientWrapper;

use super::sqlite::{self, Access};
use super::{Cell, DbError, DbErrorKind, FromRow, Sql, postgres};

/// The statements of one transaction. Only [`Db::tx`](super::Db::tx) makes one.
///
/// Every method fails with `Poisoned` once one of them has failed; only `Missing` does not poison,
/// because a row that is not there is an answer.
pub struct Tx<'a> {
    conn: Conn<'a>,
    first_failure: RefCell<Option<DbError>>,
    /// How many statements were begun and not answered yet.
    waiting: Slot<u32>,
    kept: Kept,
}

/// What transactions of one turn that share a commit leave for those after them.
pub(super) type Kept = Rc<RefCell<Option<Box<dyn Any>>>>;

enum Conn<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a ClientWrapper, postgres::Order),
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a rusqlite::Connection) -> Self {
        // One that fails is undone by itself: nothing passes from one to another.
        Self::with(Conn::Sqlite(conn), Kept::default())
    }

    pub(super) fn on_postgres(conn: &'a ClientWrapper, kept: Kept) -> Self {
        Self::with(Conn::Postgres(conn, postgres::Order::default()), kept)
    }

    fn with(conn: Conn<'a>, kept: Kept) -> Self {
        Self { conn, first_failure: RefCell::default(), waiting: Slot::default(), kept }
    }

    /// What was kept last, here or by a transaction before this one whose commit it shares. It holds as long as
    /// nothing else writes what it tells about, so it is for what only transactions of the same turn write.
    pub fn kept<T: Clone + 'static>(&self) -> Option<T> {
        self.kept.borrow().as_ref()?.downcast_ref().cloned()
    }

    /// Keeps this for [`Tx::kept`], in place of what was kept before.
    pub fn keep<T: 'static>(&self, value: T) {
        *self.kept.borrow_mut() = Some(Box::new(value));
    }

    /// All rows.
    ///
    /// # Errors
    /// See [`DbErrorKind`].
    pub async fn query<T: FromRow>(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<Vec<T>, DbError> {
        self.guarded(async |conn| match conn {
            Conn::Sqlite(conn) => sqlite::query(conn, sql, cells, Access::Write),
            Conn::Postgres(conn, order) => postgres::query(conn, order, sql, cells).await,
        })
        .await
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
        self.guarded(async |conn| {
            let rows = match conn {
                Conn::Sqlite(conn) => sqlite::query(conn, sql, cells, Access::Write),
                Conn::Postgres(conn, order) => postgres::query(conn, order, sql, cells).await,
            };
            at_most_one(sql, rows?)
        })
        .await
    }

    /// Runs a statement that answers no rows; the number of rows it changed.
    /// One with RETURNING goes through [`Tx::query`], [`Tx::one`] or [`Tx::optional`].
    ///
    /// # Errors
    /// See [`DbErrorKind`].
    pub async fn exec(&self, sql: Sql, cells: &[Cell<'_>]) -> Result<u64, DbError> {
        self.guarded(async |conn| match conn {
            Conn::Sqlite(conn) => sqlite::exec(conn, sql, cells),
            Conn::Postgres(conn, order) => postgres::exec(conn, order, sql, cells).await,
        })
        .await
    }

    /// Runs the text of a migration.
    pub(super) async fn script(&self, text: &str) -> Result<(), DbError> {
        self.guarded(async |conn| match conn {
            Conn::Sqlite(conn) => sqlite::script(conn, text),
            Conn::Postgres(conn, _) => postgres::script(conn, text).await,
        })
        .await
    }

    /// Runs a statement that is none of the program's, as only PostgreSQL has them.
    pub(super) async fn undeclared(&self, text: &str, cells: &[Cell<'_>]) -> Result<(), DbError> {
        self.guarded(async |conn| match conn {
            Conn::Sqlite(_) => Err(DbError::other("only PostgreSQL is told anything else")),
            Conn::Postgres(conn, order) => postgres::undeclared(conn, order, text, cells).await,
        })
        .await
    }

    /// How many rows a table has, for copies.
    pub(super) async fn count_of(&self, table: &str) -> Result<i64, DbError> {
        self.guarded(async |conn| match conn {
            Conn::Sqlite(_) => Err(DbError::other("rows are copied to PostgreSQL only")),
            Conn::Postgres(conn, _) => postgres::count(conn, table).await,
        })
        .await
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

    /// What failed first, as it was.
    pub(super) fn first_failure(&self) -> Option<DbError> {
        self.first_failure.borrow().clone()
    }

    /// Whether the closure has reason to wait.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.get() > 0
    }

    /// Of statements that were under way side by side, the one that failed by itself counts.
    fn fail(&self, error: &DbError) {
        let mut first = self.first_failure.borrow_mut();
        if first.as_ref().is_none_or(|first| *first.kind() == DbErrorKind::Poisoned) {
            *first = Some(error.clone());
        }
    }

    async fn guarded<T>(&self, run: impl AsyncFnOnce(&Conn<'a>) -> Result<T, DbError>) -> Result<T, DbError> {
        if let Some(poison) = self.poison() {
            return Err(poison);
        }
        let _waiting = Waiting::start(&self.waiting);
        run(&self.conn).await.inspect_err(|error| self.fail(error))
    }
}

/// Says that a statement is under way, until dropped.
struct Waiting<'t>(&'t Slot<u32>);

impl<'t> Waiting<'t> {
    fn start(waiting: &'t Slot<u32>) -> Self {
        waiting.set(waiting.get() + 1);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
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
