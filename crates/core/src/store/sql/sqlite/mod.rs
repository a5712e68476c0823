//! The SQLite engine: one writer thread with group commit, and readers on the caller's thread.

mod backup;
mod batch;
mod check;
mod connect;
mod failure;
mod lock;
mod run;
mod watch;
mod writer;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use self::connect::Readers;
use self::lock::Lock;
use self::watch::Watch;
use self::writer::Writer;
use super::counters::Tally;
use super::{Counters, DbError, DbErrorKind, Tx};

pub(super) use self::backup::{backup, whole};
pub(super) use self::batch::{Call, Job};
pub(super) use self::check::{check, damage, has_table};
pub(super) use self::failure::plain;
pub(super) use self::run::{Access, exec, query, script};
pub(in crate::store) use self::watch::State;

/// An open SQLite database.
pub(super) struct Sqlite {
    shape: Shape,
    tally: Arc<Tally>,
}

enum Shape {
    /// Everything happens on the calling thread, in the order of the calls.
    Memory(Mutex<Connection>),
    // Dropped in this order: the connection that is closed last folds the write-ahead log into the
    // file, and only the writer's can.
    File {
        readers: Readers,
        watch: Watch,
        writer: Writer,
    },
    ReadOnly(Readers),
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, DbError> {
        let tally = Arc::new(Tally::default());
        let shape = if path == Path::new(":memory:") {
            Shape::Memory(Mutex::new(connect::memory()?))
        } else {
            let path = connect::create(path)?;
            let lock = Lock::take(&path)?;
            let writer = Writer::start(connect::for_writing(&path)?, lock, Arc::clone(&tally))?;
            let watch = Watch::new(connect::for_reading(&path)?)?;
            Shape::File { readers: Readers::new(path), watch, writer }
        };
        Ok(Self { shape, tally })
    }

    pub(super) fn open_read_only(path: &Path) -> Result<Self, DbError> {
        let readers = Readers::new(path.to_owned());
        readers.with(|conn| run::probe(conn).map_err(|error| connect::in_file(path, &error)))?;
        Ok(Self { shape: Shape::ReadOnly(readers), tally: Arc::default() })
    }

    pub(super) fn read<T>(&self, run: impl FnOnce(&Connection) -> Result<T, DbError>) -> Result<T, DbError> {
        match &self.shape {
            Shape::Memory(conn) => run(&conn.lock().unwrap_or_else(PoisonError::into_inner)),
            Shape::File { readers, .. } | Shape::ReadOnly(readers) => readers.with(run),
        }
    }

    /// Several reads as of one commit.
    pub(super) fn snapshot<R>(&self, f: &impl AsyncFn(&Tx<'_>) -> Result<R, DbError>) -> Result<R, DbError> {
        self.read(|conn| batch::snapshot(conn, f))
    }

    /// Queues a transaction; its answer comes through the job.
    pub(super) fn submit(&self, job: Box<dyn Job>) -> Result<(), DbError> {
        match &self.shape {
            Shape::Memory(conn) => {
                batch::run(&conn.lock().unwrap_or_else(PoisonError::into_inner), vec![job], &self.tally);
                Ok(())
            }
            Shape::File { writer, .. } => writer.submit(job),
            Shape::ReadOnly(_) => Err(DbError::new(
                DbErrorKind::Closed,
                "the database was opened for reading only: it takes no changes",
            )),
        }
    }

    /// Another state than before once anybody has committed a change: at once in this process, soon beside it.
    /// None where nothing can tell.
    pub(super) fn state(&self) -> Result<Option<State>, DbError> {
        match &self.shape {
            Shape::File { watch, .. } => watch.state(self.tally.read().commits).map(Some),
            // A connection does not see its own changes in the number, and there is no other.
            Shape::Memory(_) | Shape::ReadOnly(_) => Ok(None),
        }
    }

    /// Deletes every row; the tables and what was prepared on them stay.
    pub(super) fn empty(&self) -> Result<(), DbError> {
        match &self.shape {
            Shape::Memory(conn) => connect::empty(&conn.lock().unwrap_or_else(PoisonError::into_inner)),
            Shape::File { .. } | Shape::ReadOnly(_) => {
                Err(DbError::other("rows of a file are never deleted all at once"))
            }
        }
    }

    pub(super) fn counters(&self) -> Counters {
        self.tally.read()
    }
}
