//! Whether anything was committed since the last look, without reading the database for it.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::super::DbError;
use super::failure::plain;

/// For how long a change by another process may go unnoticed. Only an operator's own shell makes any: a second
/// Valetkey is refused.
const UNNOTICED: Duration = Duration::from_millis(10);

/// The database between two changes. What was read after it was seen holds while it is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct State {
    pub(in crate::store) own_commits: u64,
    /// The number that SQLite answered last.
    pub(in crate::store) seen: u32,
}

/// A connection that is asked now and then what others have committed. The number that SQLite answers counts for
/// one connection only, and asking takes the write-ahead log's lock, so it costs more than a page.
pub(super) struct Watch(Mutex<Last>);

struct Last {
    conn: Connection,
    asked: Instant,
    seen: u32,
}

impl Watch {
    pub(super) fn new(conn: Connection) -> Result<Self, DbError> {
        let seen = ask(&conn)?;
        Ok(Self(Mutex::new(Last { conn, asked: Instant::now(), seen })))
    }

    pub(super) fn state(&self, own_commits: u64) -> Result<State, DbError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.asked.elapsed() >= UNNOTICED {
            last.seen = ask(&last.conn)?;
            last.asked = Instant::now();
        }
        Ok(State { own_commits, seen: last.seen })
    }
}

fn ask(conn: &Connection) -> Result<u32, DbError> {
    conn.prepare_cached("PRAGMA data_version")
        .and_then(|mut statement| statement.query_row((), |row| row.get(0)))
        .map_err(|error| plain(&error))
}
