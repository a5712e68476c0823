//! Opening connections with the settings this store relies on, and the pool of readers.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::super::DbError;
use super::super::migrate::MIGRATION_TABLE;
use super::failure::plain;

/// How long a statement waits for another process (a backup, a shell) that holds the database.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Idle readers kept open; more are opened while more threads read, and closed again.
const IDLE_READERS: usize = 16;

/// More than the program has statements, so none is prepared twice.
const CACHED_STATEMENTS: usize = 512;

/// Creates the file if need be, readable by its owner only (the log files beside it inherit that),
/// and answers its one true path, so that two names of one file meet at one lock.
pub(super) fn create(path: &Path) -> Result<PathBuf, DbError> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .and_then(|_| fs::canonicalize(path))
        .map_err(|error| DbError::other(format!("cannot open the database file {}: {error}", path.display())))
}

pub(super) fn memory() -> Result<Connection, DbError> {
    // Whoever holds it locks it.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_in_memory_with_flags(flags).map_err(|error| plain(&error))?;
    settle(&conn, "PRAGMA foreign_keys = ON")?;
    Ok(conn)
}

/// Deletes every row but those that say which steps of the schema were taken. Tables made later go first, because
/// they refer to earlier ones: to turn foreign keys off would mean to prepare every statement again.
pub(super) fn empty(conn: &Connection) -> Result<(), DbError> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> ?1 \
                  ORDER BY rowid DESC";
    conn.prepare_cached(tables)
        .and_then(|mut statement| {
            let names = statement.query_map([MIGRATION_TABLE], |row| row.get::<_, String>(0))?;
            names.collect::<rusqlite::Result<Vec<_>>>()
        })
        .and_then(|names| {
            conn.execute_batch("BEGIN IMMEDIATE")?;
            for name in names {
                conn.prepare_cached(&format!("DELETE FROM \"{name}\""))?.execute([])?;
            }
            conn.execute_batch("COMMIT")
        })
        .map_err(|error| plain(&error))
}

/// Pages of the write-ahead log after which it is folded into the file while there is no pause: 32 MiB. SQLite's own
/// 1,000 are filled by one busy commit, and each would then write its pages twice.
const LOG_PAGES: u32 = 8_192;

/// A shared commit changes more pages than SQLite's own two mebibytes hold, and what does not fit is written twice. Only
/// a commit that needs it uses it.
const CACHE_KIB: u32 = 32_768;

pub(super) fn for_writing(path: &Path) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = open(
        path,
        flags,
        &format!(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -{CACHE_KIB};
             PRAGMA wal_autocheckpoint = {LOG_PAGES};
             PRAGMA journal_size_limit = 67108864"
        ),
    )?;
    let mode: rusqlite::Result<String> = conn.pragma_query_value(None, "journal_mode", |row| row.get(0));
    match mode {
        Ok(mode) if mode == "wal" => Ok(conn),
        Ok(_) => {
            let why = "its file system does not allow a write-ahead log: put it on a local disk";
            Err(in_file(path, &DbError::other(why)))
        }
        Err(error) => Err(in_file(path, &plain(&error))),
    }
}

pub(super) fn for_reading(path: &Path) -> Result<Connection, DbError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX, "PRAGMA query_only = ON")
}

fn open(path: &Path, flags: OpenFlags, settings: &str) -> Result<Connection, DbError> {
    let conn = Connection::open_with_flags(path, flags).map_err(|error| in_file(path, &plain(&error)))?;
    settle(&conn, settings).map_err(|error| in_file(path, &error))?;
    Ok(conn)
}

fn settle(conn: &Connection, settings: &str) -> Result<(), DbError> {
    conn.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // A plan that depends on the values bound would be made anew for every other value.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .and_then(|_| conn.busy_timeout(BUSY_TIMEOUT))
        // A schema written by somebody else must not run functions behind our back.
        .and_then(|()| conn.execute_batch("PRAGMA trusted_schema = OFF"))
        .and_then(|()| conn.execute_batch(settings))
        .map_err(|error| plain(&error))
}

/// The same error, naming the file.
pub(super) fn in_file(path: &Path, error: &DbError) -> DbError {
    DbError::new(error.kind().clone(), format!("cannot use the database file {}: {error}", path.display()))
}

/// Read-only connections, one for each thread that is reading at the moment.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::default() }
    }

    pub(super) fn with<T>(&self, run: impl FnOnce(&Connection) -> Result<T, DbError>) -> Result<T, DbError> {
        let kept = self.lock().pop();
        let conn = match kept {
            Some(conn) => conn,
            None => for_reading(&self.path)?,
        };
        let answer = run(&conn);
        let mut idle = self.lock();
        if idle.len() < IDLE_READERS {
            idle.push(conn);
        }
        answer
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
