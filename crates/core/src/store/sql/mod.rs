//! The database port: one small interface, one SQL text a statement, whichever engine is below.
//!
//! A statement is declared with [`sql!`](crate::sql) and run with [`Db`] (reads) or [`Tx`] (writes and
//! reads inside a transaction). Nothing here or above names an engine; what is peculiar to one lives
//! in its own folder.
//!
//! What every caller can rely on, and must keep to:
//!
//! - A transaction is a closure that awaits its own statements and nothing else. It may share a commit
//!   with others, so it must neither block nor compute at length, and it may be run again on engines
//!   that retry, so it must not change anything outside the database.
//! - A failed statement poisons its transaction: nothing of it is kept, even if the closure says `Ok`.
//! - A caller that goes away after its transaction was queued does not stop it: bring a key that makes
//!   doing it again harmless.
//! - Integers are `i64`, times are epoch milliseconds, flags are 0 and 1, JSON is text. Text holds no NUL.

mod cell;
mod counters;
mod db;
mod error;
pub mod migrate;
mod postgres;
mod row;
mod sqlite;
mod statement;
#[cfg(test)]
pub(crate) mod tests;
pub mod transfer;
mod tx;

// `sql!` needs it wherever it is used.
#[doc(hidden)]
pub use inventory;

pub use cell::{Cell, HasKind, Kind};
pub use counters::Counters;
pub use db::Db;
pub use error::{Constraint, DbError, DbErrorKind, Rule};
pub use row::{FromCell, FromRow, RowRef};
pub(super) use sqlite::State;
pub use statement::{Sql, registered};
pub use tx::Tx;
