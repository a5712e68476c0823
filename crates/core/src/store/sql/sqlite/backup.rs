//! A copy of a live file as of one commit.

use std::fs::{self, File, OpenOptions};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::super::DbError;
use super::check::damage;
use super::connect::{BUSY_TIMEOUT, in_file};
use super::failure::plain;

/// Writes everything that `from` holds into the new file `to`, readable by its owner only, and checks each page of
/// it. `to` appears whole or not at all.
///
/// # Errors
/// When `to` is there already, its folder has no room, or a page is damaged.
pub(in crate::store::sql) fn backup(from: &Path, to: &Path) -> Result<(), DbError> {
    if to.exists() {
        return Err(in_file(to, &DbError::other("it is there already: name a new file")));
    }
    let part = to.with_added_extension("part");
    let failed = |error: std::io::Error| DbError::other(format!("cannot write {}: {error}", part.display()));
    create(&part).map_err(failed)?;
    let written = copy(from, &part).and_then(|()| {
        File::open(&part).and_then(|file| file.sync_all()).map_err(failed)?;
        fs::rename(&part, to).map_err(failed)
    });
    if written.is_err() {
        // What is half there helps nobody; the first error is the one to tell.
        let _ = fs::remove_file(&part);
    }
    written
}

fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    // What an earlier try left is begun anew.
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn copy(from: &Path, part: &Path) -> Result<(), DbError> {
    let source = open(from)?;
    let name = part.to_str().ok_or_else(|| DbError::other("the new file's name is not text"))?;
    source.execute("VACUUM INTO ?1", [name]).map_err(|error| in_file(from, &plain(&error)))?;
    whole(part)
}

/// Fails unless every page of the file is sound.
pub(in crate::store::sql) fn whole(path: &Path) -> Result<(), DbError> {
    match damage(&open(path)?) {
        None => Ok(()),
        Some(damage) => Err(in_file(path, &DbError::other(format!("it is damaged: {damage}")))),
    }
}

fn open(path: &Path) -> Result<Connection, DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|error| in_file(path, &plain(&error)))?;
    conn.busy_timeout(BUSY_TIMEOUT).map_err(|error| plain(&error))?;
    Ok(conn)
}
